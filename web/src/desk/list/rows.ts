// The rows of the list: what was sealed in them, and the way to their cases.
import type { Summary } from "../../crypto/message.ts";
import { find } from "../../lib/dom.ts";
import { marked, t } from "../../lib/texts.ts";
import { labelsInRow } from "../ui/labelchips.ts";
import type { Opened } from "./opened.ts";

const relationships = new Set(["employee", "agency", "trainee", "former", "supplier", "freelancer", "customer", "resident", "other"]);

/** The rows that the page shows. */
export const rowsShown = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("tr[data-case]")];

/** The case of a row. */
export const caseOf = (row: HTMLElement): string => row.dataset["case"]!;

/** The row of a case, where the page shows it. */
export const rowOf = (id: string): HTMLElement | null => document.getElementById(`case-${id}`);

/** What people call a case: the beginning of its id. */
export const short = (id: string): string => id.slice(0, 8);

/** Has the whole row lead to the case. What the address remembers brings the handler back to it. */
export function installRow(row: HTMLElement): void {
  const link = find<HTMLAnchorElement>("a", row);
  row.addEventListener("click", (event) => {
    const inControl = event.target instanceof Element && event.target.closest("a, button, .pick");
    if (!inControl && !getSelection()?.toString()) link.click();
  });
  link.addEventListener("click", () => history.replaceState(history.state, "", `#${row.id}`));
}

/** Brings back whoever comes from a case of the list. */
export function comeBack(): void {
  const row = rowsShown().find(({ id }) => `#${id}` === location.hash);
  if (!row) return;
  row.classList.add("last");
  row.scrollIntoView({ block: "center" });
  const focus = () => find("a", row).focus({ preventScroll: true });
  focus();
  // The browser goes to the address's fragment once the page has loaded, which takes the focus away.
  if (document.readyState !== "complete") addEventListener("load", () => setTimeout(() => document.activeElement === document.body && focus()));
}

/** Shows what was sealed in a row. wanted tells whether it still may be shown. */
export async function showOpened(row: HTMLElement, opened: Opened, wanted: () => boolean): Promise<void> {
  const { fault, summary, key, sealedLabels } = opened;
  if (fault || !summary || !key) {
    show(row, t(`cases.${fault ?? "unopened"}`), "");
    return;
  }
  show(row, marked(summary.text.replace(/\s+/g, " ").trim() || t("cases.no-text")), about(summary));
  mark(row, summary);
  find(".subject", row).lang = summary.language;
  const labels = await labelsInRow(sealedLabels, key, caseOf(row));
  if (!labels || !wanted()) return;
  row.querySelector(".labels")?.remove();
  find(".report", row).append(labels);
}

/** Takes away what was opened. */
export const closeRow = (row: HTMLElement): void => show(row, t("cases.locked"), "");

/** The subject of a row as it is shown. */
export const subjectOf = (row: HTMLElement): string => find(".subject", row).textContent;

// In which language the report is, and who wrote it, as far as they said.
function about({ language, relationship }: Summary): string {
  const names = new Intl.DisplayNames(document.documentElement.lang, { type: "language" });
  const parts: string[] = [];
  if (/^(ja|en|es|pt|zh)$/.test(language)) parts.push(names.of(language === "zh" ? "zh-Hans" : language) ?? language);
  if (relationships.has(relationship)) parts.push(t(`answers.relationship.${relationship}`));
  return parts.join(" · ");
}

// What the report says of itself, unless a handler has said something else.
function mark(row: HTMLElement, { kind, danger }: Pick<Summary, "kind" | "danger">): void {
  const { kind: confirmed, danger: known } = row.dataset;
  find(".kind-mark", row).hidden = (confirmed || kind) !== "consultation";
  find(".danger-mark", row).hidden = !danger || known !== "";
}

function show(row: HTMLElement, subject: string | HTMLElement, who: string): void {
  mark(row, { kind: "", danger: false });
  row.querySelector(".labels")?.remove();
  find(".subject", row).replaceChildren(subject);
  find(".who", row).textContent = who;
}
