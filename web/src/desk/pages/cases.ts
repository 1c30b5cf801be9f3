// The list of cases: what was sealed in it opens here, a row after the other.
import "./desk.ts";
import { fromBase64 } from "../../crypto/bytes.ts";
import { openSummary, type Summary } from "../../crypto/message.ts";
import { openCaseKey } from "../../crypto/seal.ts";
import { postAtDesk } from "../../lib/api.ts";
import { find } from "../../lib/dom.ts";
import { marked, t } from "../../lib/texts.ts";
import { tellGone } from "../transfer/transfer-gone.ts";
import { watchKeys } from "../keys/access-notice.ts";
import { begin, onLock, whenUnlocked } from "../session/session.ts";
import { labelsInRow } from "../ui/labelchips.ts";

interface Sealed {
  readonly key: string; // base64, "" none
  readonly summary: string; // base64
  readonly labels: string; // base64, "" none
}

const rows = [...document.querySelectorAll<HTMLElement>("tr[data-case]")];
const atOnce = 100; // cases that one request may name
const relationships = new Set(["employee", "agency", "trainee", "former", "supplier", "freelancer", "customer", "resident", "other"]);
let locked = 0; // counts how often, so that what began before says nothing any more

await begin();
find("#told").textContent = rows.length > 0 ? t("cases.locked-note") : "";
for (const row of rows) installRow(row);
comeBack();
tellGone();
watchKeys();
whenUnlocked((identity) => void openAll(identity, locked));
onLock(() => {
  locked++;
  for (const row of rows) show(row, t("cases.locked"), "");
});

// The whole row leads to the case. What the address remembers brings the handler
// back to it.
function installRow(row: HTMLElement): void {
  const link = find<HTMLAnchorElement>("a", row);
  row.addEventListener("click", (event) => {
    const inLink = event.target instanceof Element && event.target.closest("a");
    if (!inLink && !getSelection()?.toString()) link.click();
  });
  link.addEventListener("click", () => history.replaceState(history.state, "", `#${row.id}`));
}

function comeBack(): void {
  const row = rows.find(({ id }) => `#${id}` === location.hash);
  if (!row) return;
  row.classList.add("last");
  row.scrollIntoView({ block: "center" });
  const focus = () => find("a", row).focus({ preventScroll: true });
  focus();
  // The browser goes to the address's fragment once the page has loaded, which takes the focus away.
  if (document.readyState !== "complete") addEventListener("load", () => setTimeout(() => document.activeElement === document.body && focus()));
}

async function openAll(identity: string, since: number): Promise<void> {
  const told = find("#told");
  told.textContent = t("cases.opening");
  try {
    for (let at = 0; at < rows.length; at += atOnce) await openSome(rows.slice(at, at + atOnce), identity, since);
    if (since === locked) told.textContent = "";
  } catch {
    if (since === locked) told.textContent = t("cases.unreachable");
  }
}

async function openSome(some: readonly HTMLElement[], identity: string, since: number): Promise<void> {
  const ids = some.map((row) => row.dataset["case"]!);
  if (ids.length === 0) return;
  const { cases } = await postAtDesk<{ cases: Readonly<Record<string, Sealed>> }>("summaries", { cases: ids });
  for (const row of some) {
    await openRow(row, cases[row.dataset["case"]!], identity, since);
    await new Promise((next) => setTimeout(next)); // the page stays at work meanwhile
    if (since !== locked) return;
  }
}

async function openRow(row: HTMLElement, sealed: Sealed | undefined, identity: string, since: number): Promise<void> {
  if (!sealed?.key || !sealed.summary) {
    show(row, t("cases.no-key"), "");
    return;
  }
  try {
    const key = await openCaseKey(fromBase64(sealed.key), identity);
    const summary = await openSummary(fromBase64(sealed.summary), key, row.dataset["case"]!);
    if (since !== locked) return;
    show(row, marked(summary.text.replace(/\s+/g, " ").trim() || t("cases.no-text")), about(summary));
    mark(row, summary);
    find(".subject", row).lang = summary.language;
    const labels = await labelsInRow(sealed.labels, key, row.dataset["case"]!);
    if (labels && since === locked) find(".what", row).append(labels);
  } catch { // it was changed, or belongs elsewhere; the rows after it open all the same
    if (since === locked) show(row, t("cases.unopened"), "");
  }
}

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
