// Handing over the receipt of a report that an operator entered: shown once, read aloud or
// printed, and gone from this browser with everything else.
import type { Stored } from "../../lib/api.ts";
import { branchName } from "../../lib/branches.ts";
import { copyOf, find, focusOn, h } from "../../lib/dom.ts";
import { loadTexts, ofKind, t } from "../../lib/texts.ts";
import { fetchPage } from "../../reporter/language.ts";
import { dateRows } from "../../reporter/receipt-page.ts";
import { ask } from "../ui/ask.ts";

/** What the operator tells the person. */
interface Outcome {
  readonly code: string; // the receipt, in groups
  readonly stored: Stored;
  readonly language: string; // the person's
  readonly channel: string;
  readonly kind: string; // "" a report
}

const oral = ["phone", "in-person"];

/** Shows the receipt in the place of the page. Returns whether leaving would lose it; done is called before the page is left on purpose. */
export function handOverReceipt(outcome: Outcome, done: () => void): () => boolean {
  const { code, stored, language, channel, kind } = outcome;
  const page = copyOf("receipt-handover");
  find("#receipt", page).textContent = code;
  find("#groups", page).append(...spellCode(code));
  const address = find("#address", page);
  address.textContent = `${address.dataset["site"] ?? ""}/${language}/follow-up`;
  if (!oral.includes(channel)) find("#oral", page).remove();
  const queue = find("#queue", page);
  queue.textContent = branchName(stored.branch, stored.names);
  queue.closest("dl")!.append(...dateRows(stored.dates, kind));
  let printed = false;
  const given = find<HTMLInputElement>("#given", page);
  const receiptPrint = find("#receipt-print", page);
  const printReceipt = async () => {
    const filled = await fillReceiptPrint(receiptPrint, outcome);
    for (const part of ["header", "#handed"]) find(part).classList.toggle("screen-only", filled);
    printed = true;
    print();
  };
  const finish = async () => {
    if (!printed && !given.checked && !(await ask(t("behalf.done.question"), t("behalf.done.yes"), t("behalf.done.question-text")))) return;
    done();
    find("main").replaceChildren();
    location.replace(location.pathname); // another document: nothing of this one stays
  };
  find("#print", page).addEventListener("click", () => void printReceipt());
  find("#done", page).addEventListener("click", () => void finish());
  const title = find("h1", page);
  find("main").replaceChildren(page);
  document.querySelector(".languages")?.remove(); // another page could not show the receipt
  focusOn(title);
  return () => !printed && !given.checked;
}

// Puts the receipt on paper, the page that a reporter gets in the language of the
// person who takes it home, into a place that only paper shows. Returns whether it
// is there: else the page itself is printed.
async function fillReceiptPrint(place: HTMLElement, { code, stored, language, kind }: Outcome): Promise<boolean> {
  try {
    const page = await fetchPage(`/${language}/report`);
    const receiptPrint = copyOf("receipt-page", page);
    await loadTexts(page); // for the words of the dates
    find("h1", receiptPrint).textContent = t(ofKind(kind, "receipt.title"));
    const receipt = find("#receipt", receiptPrint);
    receipt.textContent = code;
    receipt.classList.add("receipt-print-code");
    const queue = find("#queue", receiptPrint);
    queue.textContent = branchName(stored.branch, stored.names);
    queue.closest("dl")!.append(...dateRows(stored.dates, kind));
    find("#way", receiptPrint).remove(); // it speaks of the reporter's own browser
    for (const named of receiptPrint.querySelectorAll("[id]")) named.removeAttribute("id"); // the page has them already
    place.lang = page.documentElement.lang;
    place.replaceChildren(receiptPrint);
    return true;
  } catch {
    return false;
  } finally {
    await loadTexts().catch(() => undefined); // the browser has them
  }
}

// "A Alfa, B Bravo, …" as a text of the catalogs has it.
function words(): Map<string, string> {
  const pairs = t("behalf.aloud.words").split(/[,、，]\s*/).map((pair) => pair.trim());
  return new Map(pairs.map((pair) => [pair[0] ?? "", pair.slice(1).trim()]));
}

// A receipt as it is read aloud: one item for each group, each letter with a word
// that begins with it.
function spellCode(code: string): HTMLElement[] {
  const word = words();
  const sound = (c: string) => (word.has(c) ? t("behalf.aloud.letter", { Letter: c, Word: word.get(c)! }) : t("behalf.aloud.digit", { Digit: c }));
  return code.split("-").map((group) => {
    const characters = [...group].map((c) => h("li", {}, h("span", { class: "mono", "aria-hidden": "true" }, c), h("span", {}, sound(c))));
    return h("li", {}, h("span", { class: "mono group", translate: "no" }, group), h("ul", { class: "spell-code" }, ...characters));
  });
}
