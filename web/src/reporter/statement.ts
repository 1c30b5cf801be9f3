// The written statement of an oral report: what its reporter says to it.
import { faults, type FieldError, type TextLimits } from "../lib/answers.ts";
import type { Case, Statement } from "../lib/api.ts";
import { find, h } from "../lib/dom.ts";
import { date, t } from "../lib/texts.ts";

/** What stands in its controls. It outlives a change of language. */
export interface Answer {
  choice: string; // accepted, corrected, withdrawn, "" none yet
  correction: string;
  sure: boolean; // to withdraw it
}

export const noAnswer = (): Answer => ({ choice: "", correction: "", sure: false });

const section = (): HTMLElement => find("#statement-part");

/** The statement that the page asks about: the first without an answer, else the last one. */
export const toCheck = ({ statements }: Case): Statement | undefined => statements.find(({ state }) => state === "offered") ?? statements.at(-1);

/** Shows where a statement stands: a question, an answer, or nothing where there is none. */
export function showStatement(page: ParentNode, statement: Statement | undefined, genuine: boolean): void {
  const part = find("#statement-part", page);
  if (!statement) return part.remove();
  const { state, on } = statement;
  if (state === "offered" && !genuine) return part.remove(); // nothing can be sent where the key is another one
  part.dataset["statement"] = state;
  if (state !== "offered") part.replaceChildren(h("h2", {}, t("conversation.statement.answered")), h("p", { id: "said" }, t(`conversation.statement.${state}`, { Date: date(on) })));
}

/** Puts an answer into the controls, and takes over what is changed there. */
export function installStatement(answer: Answer): void {
  if (document.querySelector<HTMLElement>("#statement-part")?.dataset["statement"] !== "offered") return;
  const radios = [...section().querySelectorAll<HTMLInputElement>('[name="statement"]')];
  const correction = find<HTMLTextAreaElement>("#correction", section());
  const sure = find<HTMLInputElement>("#withdraw", section());
  const ask = () => (find("#withdrawing", section()).hidden = answer.choice !== "withdrawn");
  for (const radio of radios) {
    radio.checked = radio.value === answer.choice;
    radio.addEventListener("change", () => {
      if (radio.checked) answer.choice = radio.value;
      ask();
    });
  }
  correction.value = answer.correction;
  correction.addEventListener("input", () => (answer.correction = correction.value));
  sure.checked = answer.sure;
  sure.addEventListener("change", () => (answer.sure = sure.checked));
  ask();
}

/** Names what keeps an answer from being sent. */
export function statementFaults({ choice, correction, sure }: Answer, limits: TextLimits): FieldError[] {
  if (choice === "") return [{ field: "statement", text: t("error.choice") }];
  if (choice === "withdrawn" && !sure) return [{ field: "withdraw", text: t("error.withdraw") }];
  return faults({ text: correction }, limits, choice === "corrected").map(({ text }) => ({ field: "correction", text }));
}
