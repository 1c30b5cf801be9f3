// The page on which a letter is written: buttons that put a field where the text is
// being written. Without them it is typed.
import "./desk.ts";
import { find } from "../../lib/dom.ts";

const text = find<HTMLTextAreaElement>("#text");
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-insert]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    text.setRangeText(button.dataset["insert"] ?? "", text.selectionStart, text.selectionEnd, "end");
    text.focus();
  });
}
