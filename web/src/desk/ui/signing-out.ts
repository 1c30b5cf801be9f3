// The question before signing out, which empties the tab.
import { t } from "../../lib/texts.ts";
import { ask } from "./ask.ts";

/** Asks before the handler signs out while that loses something, which forget then drops. words are the question and what is said with it. */
export function askBeforeSigningOut(loses: () => boolean, forget: () => void, words: () => readonly [string, string]): void {
  let sure = false;
  document.addEventListener(
    "submit",
    (event) => {
      const { target } = event;
      if (sure || !(target instanceof HTMLFormElement) || !target.matches(".sign-out") || !loses()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const [question, text] = words();
      void ask(question, t("desk.sign-out"), text).then((yes) => {
        if (!yes) return;
        sure = true;
        forget();
        target.requestSubmit();
      });
    },
    true,
  );
}
