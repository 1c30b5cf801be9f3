// Ways to save a receipt: copy it, print it, save it as a file with a harmless
// name, and check what was written down.
import { button, find, h, saveAs } from "../lib/dom.ts";
import { t } from "../lib/texts.ts";

/** Adds the ways to a receipt page. saved is called when one of them was taken. */
export function installReceiptSave(root: ParentNode, code: string, saved: () => void): void {
  const list = find("#receipt-save ul", root);
  const said = h("p", { role: "status", class: "said" });
  const say = (key: string) => {
    said.textContent = t(key);
    saved();
  };
  list.after(
    h(
      "div",
      { class: "tools" },
      button(t("browser.keep.copy"), "button second", async () => {
        try {
          await navigator.clipboard.writeText(code);
          say("browser.keep.copied");
        } catch {
          getSelection()?.selectAllChildren(find("#receipt"));
          said.textContent = t("browser.keep.select");
        }
      }),
      button(t("browser.keep.print"), "button second", () => {
        saved();
        print();
      }),
      button(t("browser.keep.save"), "button second", () => {
        saveAs(new Blob([code + "\n"], { type: "text/plain" }), "note.txt");
        say("browser.keep.saved");
      }),
    ),
    said,
  );
  const check = find<HTMLInputElement>("#check", root);
  check.pattern = pattern(code.slice(-5));
  check.addEventListener("input", () => {
    if (check.validity.valid) saved();
  });
}

// The last group as people type it: in either case, with spaces around it, and
// with the letters that look like digits.
const pattern = (group: string): string => `\\s*${[...group].map((c) => `[${c}${c.toLowerCase()}${lookalikes[c] ?? ""}]`).join("")}\\s*`;

const lookalikes: Readonly<Record<string, string>> = { 0: "Oo", 1: "IiLl" };
