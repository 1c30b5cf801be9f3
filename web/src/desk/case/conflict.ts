// The question before a case is investigated: whether somebody who reads it depends
// on the person concerned. The answer is a note that goes with the move.
import { find, focusOn } from "../../lib/dom.ts";
import { list, t, visible } from "../../lib/texts.ts";
import type { DeskCase } from "./case.ts";

export type Answer = "" | "no" | "yes";

const part = () => find("#with-conflict");
const boxes = () => part().querySelectorAll<HTMLInputElement>("[name='conflict']");

/** What was answered, "" nothing yet. */
export const answered = (): Answer => ([...boxes()].find((box) => box.checked)?.value ?? "") as Answer;

/** Reports whether, since the case came to its state, somebody was excluded or recused themselves, or it was handed over. */
export function settled({ events }: Pick<DeskCase, "events">): boolean {
  const moved = Math.max(0, ...events.filter(({ what }) => what === "state").map(({ at }) => at));
  return events.some(({ what, at }) => at >= moved && ["excluded", "recused", "queue"].includes(what));
}

/** Reports whether a reason has to be given: somebody depends on the person concerned, and nothing was done about it. */
export const needsReason = (answer: Answer, data: Pick<DeskCase, "events">): boolean => answer === "yes" && !settled(data);

/** The note: the question, the answer, what was done before, and the reason. */
export function noteOf(answer: Answer, data: Pick<DeskCase, "events">, reason: string): string {
  const lines = [t("conflict.question"), t(`conflict.note-${answer}`)];
  if (answer === "yes" && settled(data)) lines.push(t("conflict.note-settled"));
  return [lines.join("\n"), ...(reason.trim() ? [reason.trim()] : [])].join("\n\n");
}

/** Installs the question; changed is told of every answer. */
export function installConflict(changed: () => void): void {
  for (const box of boxes()) box.addEventListener("change", changed);
  for (const link of part().querySelectorAll("a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const form = find<HTMLDetailsElement>(link.hash);
      form.open = true;
      focusOn(find("summary", form));
    });
  }
}

/** Shows the question, or hides it. */
export function showConflict(asked: boolean, data: DeskCase): void {
  part().hidden = !asked;
  if (!asked) for (const box of boxes()) box.checked = false;
  find("#conflict-readers").textContent = list(data.colleagues.map((id) => visible(data.handlers[id] ?? id)));
  find("#with-yes").hidden = answered() !== "yes";
  find("#conflict-settled").hidden = !settled(data);
  for (const link of part().querySelectorAll("a")) link.parentElement!.hidden = find(link.hash).hidden;
}
