// The receipt page, in the place of the form, for a report that was sealed here.
import type { Dates, Stored } from "../lib/api.ts";
import { showBranch } from "../lib/branches.ts";
import { button, copyOf, find, focusOn, h, saveAs } from "../lib/dom.ts";
import { fileLine } from "../lib/files.ts";
import { date, ofKind, t } from "../lib/texts.ts";
import type { Outgoing } from "../lib/upload.ts";
import { askBeforeLeaving } from "./quick-exit.ts";
import { installReceiptSave } from "./receipt-save.ts";

/** Shows the receipt. Leaving asks until the person has saved it in some way. making is what makes a file of its days. */
export function showReceipt(code: string, kind: string, stored: Stored, files: readonly Outgoing[], making: Promise<typeof import("./reminder.ts") | undefined>): void {
  const page = copyOf("receipt-page");
  const title = find("h1", page);
  title.textContent = t(ofKind(kind, "receipt.title"));
  find("#receipt", page).textContent = code;
  const queue = find("#queue", page);
  showBranch(queue, stored.branch, stored.names);
  const facts = queue.closest("dl")!;
  facts.append(...dateRows(stored.dates, kind));
  void making.then((made) => made && facts.after(...reminder(made.calendar(made.promised(stored.dates), t("receipt.reminder.word")))));
  const way = find("#way", page);
  way.dataset["way"] = "browser";
  way.textContent = t("browser.way.after");
  if (files.length > 0) {
    const lines = files.map((f) => fileLine(f.name, f.content.size, f));
    page.lastElementChild!.before(h("section", { class: "paperless" }, h("h2", {}, t("receipt.files")), h("ul", { class: "files" }, ...lines)));
  }
  let saved = false;
  askBeforeLeaving(() => !saved);
  installReceiptSave(page, code, () => (saved = true));
  const main = find("main");
  main.replaceChildren(page);
  document.querySelector(".languages")?.remove(); // another page could not show the receipt
  document.title = document.title.replace(/^.*?( – )/, () => `${title.textContent} – `);
  history.replaceState(null, "");
  focusOn(title);
}

// The days to take along, as a file whose name says nothing.
const reminder = (content: string): HTMLElement[] => [
  h("p", { class: "paperless" }, t("receipt.reminder.text")),
  button(t("receipt.reminder.save"), "button second paperless", () => saveAs(new Blob([content], { type: "text/calendar" }), "note.ics")),
];

/** The dates of a case, as rows of its facts, in the words for its kind. */
export function dateRows(d: Dates, kind = ""): HTMLElement[] {
  const rows: [string, string][] = [["received", d.received]];
  rows.push(d.acknowledged ? ["acknowledged", d.acknowledged] : ["acknowledge", d.acknowledge]);
  rows.push(["notice", d.notice]);
  rows.push(d.closed ? ["closed", d.closed] : ["answer", d.answer]);
  return rows
    .filter(([, day]) => day !== "")
    .map(([name, day]) => h("div", {}, h("dt", {}, t(ofKind(kind, `date.${name}`))), h("dd", {}, h("time", { datetime: day }, date(day)))));
}
