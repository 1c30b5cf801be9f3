// The receipt on paper: the page that a reporter gets, in the language of the
// person who takes it home.
import { copyOf, find } from "../../lib/dom.ts";
import { fetchPage } from "../../reporter/language.ts";
import { dateRows } from "../../reporter/receipt-page.ts";
import { loadTexts, t } from "../../lib/texts.ts";
import type { Outcome } from "./handing-out.ts";

/** Puts the slip into a place that only paper shows. Returns whether it is there: else the page itself is printed. */
export async function fillSlip(place: HTMLElement, { code, stored, language }: Outcome): Promise<boolean> {
  try {
    const page = await fetchPage(`/${language}/report`);
    const slip = copyOf("receipt-page", page);
    await loadTexts(page); // for the words of the dates
    const receipt = find("#receipt", slip);
    receipt.textContent = code;
    receipt.classList.add("slip-code");
    const queue = find("#queue", slip);
    queue.textContent = t(`queue.${stored.queue}`);
    queue.closest("dl")!.append(...dateRows(stored.dates));
    find("#way", slip).remove(); // it speaks of the reporter's own browser
    for (const named of slip.querySelectorAll("[id]")) named.removeAttribute("id"); // the page has them already
    place.lang = page.documentElement.lang;
    place.replaceChildren(slip);
    return true;
  } catch {
    return false;
  } finally {
    await loadTexts().catch(() => undefined); // the browser has them
  }
}
