// On every page of a reporter: the quick exit; and on the receipt page of those
// who sent without sealing here, the ways to save the receipt.
import { loadTexts } from "../lib/texts.ts";
import { installQuickExit, showExitHint } from "./quick-exit.ts";
import { installReceiptSave } from "./receipt-save.ts";

installQuickExit();
showExitHint();
const code = document.querySelector("p#receipt")?.textContent;
if (code) {
  await loadTexts(); // without them the page stays as it is
  installReceiptSave(document, code, () => undefined);
}
