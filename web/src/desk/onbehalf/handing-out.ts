// The receipt of a report that an operator entered: shown once, read aloud or
// printed, and gone from this browser with everything else.
import type { Stored } from "../../lib/api.ts";
import { copyOf, find, focusOn } from "../../lib/dom.ts";
import { dateRows } from "../../reporter/receipt-page.ts";
import { t } from "../../lib/texts.ts";
import { ask } from "../ui/ask.ts";
import { fillSlip } from "./slip.ts";
import { spelled } from "./spelling.ts";

/** What the operator tells the person. */
export interface Outcome {
  readonly code: string; // the receipt, in groups
  readonly stored: Stored;
  readonly language: string; // the person's
  readonly channel: string;
}

const oral = ["phone", "in-person"];

/** Shows the receipt in the place of the page. Returns whether leaving would lose it; done is called before the page is left on purpose. */
export function handOut(outcome: Outcome, done: () => void): () => boolean {
  const { code, stored, language, channel } = outcome;
  const page = copyOf("handing-out");
  find("#receipt", page).textContent = code;
  find("#groups", page).append(...spelled(code));
  const address = find("#address", page);
  address.textContent = `${address.dataset["site"] ?? ""}/${language}/follow-up`;
  if (!oral.includes(channel)) find("#oral", page).remove();
  const queue = find("#queue", page);
  queue.textContent = t(`queue.${stored.queue}`);
  queue.closest("dl")!.append(...dateRows(stored.dates));
  let printed = false;
  const given = find<HTMLInputElement>("#given", page);
  const slip = find("#slip", page);
  find("#print", page).addEventListener("click", async () => {
    const filled = await fillSlip(slip, outcome);
    for (const part of ["header", "#handed"]) find(part).classList.toggle("screen-only", filled);
    printed = true;
    print();
  });
  find("#done", page).addEventListener("click", async () => {
    if (!printed && !given.checked && !(await ask(t("behalf.done.question"), t("behalf.done.yes"), t("behalf.done.question-text")))) return;
    done();
    find("main").replaceChildren();
    location.replace(location.pathname); // another document: nothing of this one stays
  });
  const title = find("h1", page);
  find("main").replaceChildren(page);
  document.querySelector(".languages")?.remove(); // another page could not show the receipt
  focusOn(title);
  return () => !printed && !given.checked;
}
