// A form that asks why, before something that colleagues must be able to
// understand later. The reason becomes a note.
import type { FieldError } from "../../lib/answers.ts";
import { Refusal } from "../../lib/api.ts";
import { h } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { t } from "../../lib/texts.ts";
import { type ErrorTexts, errorText } from "../ui/error-text.ts";
import { once } from "../ui/form.ts";
import { withProgress } from "../ui/with-progress.ts";
import { faultsOf } from "../case/reply.ts";
import { GivenUp } from "../case/send.ts";
import { type CasePage, tell } from "../case/sending.ts";
import { NoKey } from "./transfer.ts";

/** What a form asks besides the reason. */
export interface Choice {
  readonly select: HTMLSelectElement | HTMLInputElement;
  readonly label: string;
  readonly hint?: string;
  readonly wrong?: () => string; // why what is chosen cannot be sent, "" it can
}

const every = "form.reason textarea";

/** Reports whether a reason was typed that would be lost with the page. */
export const unsentReasons = (): boolean => [...document.querySelectorAll<HTMLTextAreaElement>(every)].some(({ value }) => value.trim() !== "");

/** Takes every reason away. */
export function emptyReasons(): void {
  for (const area of document.querySelectorAll<HTMLTextAreaElement>(every)) area.value = "";
}

/** Makes the form; act gets the reason, and what it throws is said. */
export function reasonForm(id: string, page: CasePage, send: string, act: (why: string) => Promise<void>, ...choices: readonly Choice[]): HTMLFormElement {
  const area = h("textarea", { id: `${id}-reason`, rows: "3", dir: "auto", spellcheck: "false", writingsuggestions: "false", "aria-describedby": `${id}-hint` });
  const chosen = choices.map(fieldFor);
  const why = h("div", { class: "field" }, h("label", { for: area.id }, t("transfer.reason")), h("p", { class: "hint", id: `${id}-hint` }, t("transfer.reason-hint")), area);
  const form = h("form", { class: "reason", id, autocomplete: "off", novalidate: true }, ...chosen, why, h("div", { class: "tools" }, h("button", { type: "submit", class: "button second" }, send)));
  once(form, async () => {
    const errors: FieldError[] = faultsOf(area, page.current().data.limits.text, true).map((fault) => (area.value.trim() === "" ? { ...fault, text: t("transfer.reason-missing") } : fault));
    errors.unshift(...choices.map(({ select, wrong }) => ({ field: select.id, text: wrong?.() ?? "" })).filter(({ text }) => text !== ""));
    showErrors(form, errors);
    if (errors.length > 0) return;
    await withProgress(form, t("account.checking"), async () => {
      try {
        await act(area.value);
      } catch (error) {
        await tellWhyNot(form, page, error);
      }
    });
  });
  return form;
}

function fieldFor({ select, label, hint }: Choice): HTMLElement {
  const field = h("div", { class: "field" }, h("label", { for: select.id }, label));
  if (hint) {
    field.append(h("p", { class: "hint", id: `${select.id}-hint` }, hint));
    select.setAttribute("aria-describedby", `${select.id}-hint`);
  }
  field.append(select);
  return field;
}

// Says why something was not done. What was typed stays in its form.
async function tellWhyNot(form: HTMLElement, page: CasePage, error: unknown): Promise<void> {
  if (error instanceof Refusal && ["moved", "stale", "not-found"].includes(error.code)) await page.reload().catch(() => undefined);
  const words = errorText(error, texts);
  if (words) page.say(words);
  else tell(form, page, error);
}

// What has no sentence here gets that of every message.
const texts: ErrorTexts = {
  classes: [
    [GivenUp, "transfer.trouble.given-up"],
    [NoKey, "transfer.trouble.no-key"],
  ],
  offline: "transfer.trouble.offline",
  codes: {
    nobody: "transfer.trouble.nobody",
    moved: "transfer.trouble.moved",
    stale: "transfer.trouble.stale",
    conflict: "transfer.trouble.conflict",
    "not-designated": "name.not-designated",
    "hold-owner": "retention.trouble.hold-owner",
    "hold-end": "retention.hold.until-wrong",
    held: "retention.trouble.held",
    "kept-by-law": "retention.trouble.kept",
    "same-person": "retention.trouble.same-person",
  },
  broken: "",
};
