// On every page of a reporter: the quick exit; and on the receipt page of those
// who sent without sealing here, the ways to keep the receipt.
import { loadTexts } from "../lib/texts.ts";
import { installKeeping } from "./keep.ts";
import { installQuickExit, showExitHint } from "./quick-exit.ts";

installQuickExit();
showExitHint();
const code = document.querySelector("p#receipt")?.textContent;
if (code) {
  await loadTexts(); // without them the page stays as it is
  installKeeping(document, code, () => undefined);
}
