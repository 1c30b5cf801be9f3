// A case is classified before it is closed: the form with which it is closed shows
// what is to be confirmed, and keeps what was typed.
import { button, find, focusOn, h } from "../../lib/dom.ts";
import { t } from "../../lib/texts.ts";
import type { CasePage } from "../case/sending.ts";
import { classificationShown, confirmClassification, openForm } from "./card.ts";
import { linesOf } from "./lines.ts";
import { complete, saidIn, type Values } from "./values.ts";

const place = "unclassified";

/** Shows in the form of a closing that the case has to be classified first, or takes that away. */
export function askToClassify(page: CasePage, form: HTMLFormElement, closes: boolean): void {
  document.getElementById(place)?.remove();
  const shown = classificationShown();
  const wanting = closes && shown?.version === 0;
  for (const sender of form.querySelectorAll<HTMLButtonElement>('button[type="submit"]')) sender.disabled = wanting;
  if (wanting) find("#move-means", form).after(notice(page, find("#move-title", form), shown.values));
}

function notice(page: CasePage, title: HTMLElement, values: Values): HTMLElement {
  const ready = complete(values);
  const change = button(t(ready ? "classification.change" : "classification.classify"), ready ? "button second" : "button", () => openForm(page, title));
  const confirm = button(t("classification.confirm"), "button", async () => {
    confirm.disabled = change.disabled = true;
    if (await confirmClassification(page)) focusOn(title);
    confirm.disabled = change.disabled = false;
  });
  return h(
    "div",
    { class: "notice", id: place, role: "group", "aria-labelledby": `${place}-title` },
    h("h4", { id: `${place}-title` }, t("classification.needed")),
    h("p", {}, t(ready ? "classification.proposed" : "classification.incomplete")),
    h("dl", { class: "facts" }, ...linesOf(values, saidIn(page.current()))),
    h("div", { class: "tools" }, ...(ready ? [confirm, change] : [change])),
  );
}
