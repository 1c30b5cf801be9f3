// A question before something that cannot be undone.
import { button, h } from "../../lib/dom.ts";
import { t } from "../../lib/texts.ts";

/** Asks in a dialog; Escape and "cancel" say no. */
export function ask(question: string, yes: string, ...more: (Node | string)[]): Promise<boolean> {
  return new Promise((answer) => {
    const title = h("h2", { id: "question" }, question);
    const go = button(yes, "button", () => dialog.close("yes"));
    const cancel = button(t("case.cancel"), "button second", () => dialog.close());
    const body = more.map((part) => (typeof part === "string" ? h("p", {}, part) : part));
    const dialog = h("dialog", { class: "question", "aria-labelledby": "question" }, title, ...body, h("div", { class: "tools" }, go, cancel));
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
    cancel.focus();
  });
}
