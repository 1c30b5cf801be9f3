// Filtering by what is sealed: this browser goes through the pages of the list, opens
// each case and shows those that fit. What it looks for stays here, in no address and
// in no request.
import { Unanswered } from "../../lib/api.ts";
import { find, h } from "../../lib/dom.ts";
import { n, number, t, visible } from "../../lib/texts.ts";
import { fits, isAnything, type SealedFilter } from "./filters.ts";
import { withStop } from "./one-by-one.ts";
import { labelsOf, openCases, type Opened } from "./opened.ts";
import { fetchPage, takeOver } from "./page.ts";

const label = () => find<HTMLInputElement>("#by-label");
const language = () => find<HTMLSelectElement>("#by-language");
const severity = () => find<HTMLSelectElement>("#by-severity");

/** What stands in the fields. */
export const sealedFilter = (): SealedFilter => ({ label: label().value.trim(), language: language().value, severity: Number(severity().value) });

/** Puts a filter into the fields. */
export function setSealedFilter(filter: SealedFilter): void {
  label().value = filter.label;
  language().value = filter.language;
  severity().value = filter.severity === 0 ? "" : String(filter.severity);
}

/** What a walk through the list found. */
interface Found {
  readonly rows: { readonly row: HTMLElement; readonly opened: Opened }[];
  looked: number;
  closed: number; // of them that did not open
  complete: boolean;
}

/** Shows those cases of a list that fit, and returns their rows; undefined where something else is at work. */
export async function showFitting(filter: SealedFilter, address: string, identity: string, wanted: () => boolean): Promise<Found["rows"] | undefined> {
  let page = await fetchPage(address);
  takeOver(page);
  const { all = "0", more } = find("#rows").dataset;
  const key = more === undefined ? "list.sealed.progress" : "list.sealed.progress-more";
  const text = (done: number) => t(key, { Done: number(done), All: number(Math.max(Number(all), done)) });
  for (const part of ["#paging-above", "#paging-below"]) document.querySelector(part)?.replaceChildren();
  const found: Found = { rows: [], looked: 0, closed: 0, complete: false };
  find("#rows").hidden = true;
  const walked = await withStop(find("#walk"), Number(all), text, async (signal, done) => {
    const goOn = () => wanted() && !signal.aborted;
    for (;;) {
      await look(page, filter, identity, goOn, found, () => done(found.looked));
      const next = page.querySelector<HTMLAnchorElement>('#paging-above a[rel="next"]')?.getAttribute("href");
      if (!goOn()) break;
      found.complete = !next;
      if (!next) break;
      page = await fetchPage(next);
    }
    return true;
  });
  find("#rows").hidden = false;
  if (!walked || !wanted()) return undefined;
  show(found, filter, address);
  return found.rows;
}

async function look(page: Document, filter: SealedFilter, identity: string, goOn: () => boolean, found: Found, done: () => void): Promise<void> {
  const rows = new Map([...page.querySelectorAll<HTMLElement>("tr[data-case]")].map((row) => [row.dataset["case"]!, row]));
  await openCases([...rows.keys()], identity, goOn, async (opened) => {
    found.looked++;
    if (!opened.summary) found.closed++;
    else if (fits(filter, opened.summary, await labelsOf(opened))) found.rows.push({ row: document.importNode(rows.get(opened.id)!, true), opened });
    done();
  });
}

function show(found: Found, filter: SealedFilter, address: string): void {
  const body = document.querySelector("#rows tbody");
  body?.replaceChildren(...found.rows.map(({ row }) => row));
  find("#rows").hidden = found.rows.length === 0;
  const lines = [found.rows.length > 0 ? n("list.sealed.fits", found.rows.length) : t("list.sealed.none")];
  if (!found.complete) lines.push(n("list.sealed.stopped", found.looked));
  if (found.closed > 0) lines.push(n("list.sealed.closed", found.closed));
  const whole = h("a", { class: "link", href: address }, t("list.sealed.whole"));
  find("#walk").replaceChildren(h("div", { class: "notice" }, h("p", {}, h("strong", {}, wordsOf(filter)), " ", lines.join(" ")), h("p", {}, whole)));
  find("#walk").hidden = false;
}

// What was looked for.
function wordsOf(filter: SealedFilter): string {
  const parts: string[] = [];
  if (filter.label) parts.push(`${t("list.label")} “${visible(filter.label)}”`);
  if (filter.language) parts.push(language().selectedOptions[0]!.textContent);
  if (filter.severity) parts.push(`${t("list.severity")} ${severity().selectedOptions[0]!.textContent}`);
  return `${parts.join(" · ")}.`;
}

/** Says that the list could not be looked through. */
export function sayTrouble(error: unknown): void {
  if (!(error instanceof Unanswered)) throw error;
  find("#walk").replaceChildren(h("p", { class: "error" }, t("cases.unreachable")));
  find("#walk").hidden = false;
}

/** Reports whether the fields narrow anything down. */
export const isSealedFilterSet = (): boolean => !isAnything(sealedFilter());
