// The list of cases: what was sealed in it opens here, a row after the other.
import "./desk.ts";
import { Refusal } from "../../lib/api.ts";
import { find, h } from "../../lib/dom.ts";
import { t } from "../../lib/texts.ts";
import { forgetDecrypted } from "../case/decrypted-case.ts";
import { tellGone } from "../transfer/transfer-gone.ts";
import { watchKeys } from "../keys/access-notice.ts";
import { anything, isAnything, type SealedFilter } from "../list/filters.ts";
import { forgetOpened, labelsOf, type Opened, openCases } from "../list/opened.ts";
import { addressHere, addressOf, fetchPage, takeOver } from "../list/page.ts";
import { caseOf, closeRow, comeBack, installRow, rowsShown, showOpened } from "../list/rows.ts";
import { forgetSaved, installSaved, keepFilter, keptFilter, loadSaved } from "../list/saved-filters.ts";
import { sayTrouble, sealedFilter, setSealedFilter, showFitting } from "../list/sealed-filter.ts";
import { installBoxes, selectAll, selected, toggleFocused } from "../list/selection.ts";
import { act, installSeveral, type ListPage } from "../list/several.ts";
import { begin, lock, onLock, whenUnlocked } from "../session/session.ts";
import { addShortcuts } from "../ui/shortcuts.ts";

const form = find<HTMLFormElement>("#filter");
const labels = new Set<string>(); // that were seen, as suggestions

let identity: string | undefined;
let locked = 0; // counts how often, so that what began before says nothing any more
let filtered = anything; // by what is sealed

const list: ListPage = { identity: () => identity, refresh };
const filtering = {
  now: () => ({ query: addressOf(form).split("?")[1]!, sealed: sealedFilter() }),
  use: ({ query, sealed }: { query: string; sealed: SealedFilter }) => go(`${location.pathname}?${query}`, sealed),
  identity: () => identity,
};

await begin();
find("#told").textContent = rowsShown().length > 0 ? t("cases.locked-note") : "";
installRows();
installSeveral(list);
installSaved(filtering);
installKeys();
comeBack();
tellGone();
watchKeys();
form.addEventListener("submit", (event) => {
  if (isAnything(sealedFilter())) return void keepFilter("", anything); // the server shows it
  event.preventDefault();
  void go(addressOf(form), sealedFilter());
});
whenUnlocked((unlocked) => void unlock(unlocked));
onLock(() => {
  locked++;
  identity = undefined;
  forgetOpened();
  forgetDecrypted();
  forgetSaved();
  setSealedFilter(anything);
  find("#sealed-filter").hidden = true;
  for (const part of ["#list-said", "#walk", "#known-labels"]) find(part).replaceChildren();
  find<HTMLInputElement>("#label-text").value = "";
  labels.clear();
  for (const row of rowsShown()) closeRow(row);
});

function installRows(): void {
  for (const row of rowsShown()) installRow(row);
  for (const button of document.querySelectorAll<HTMLElement>("td.act button")) button.hidden = false;
  installBoxes();
}

function installKeys(): void {
  addShortcuts(
    { key: "x", means: t("list.keys.select"), act: toggleFocused },
    { key: "X", means: t("list.keys.all"), act: () => (selectAll(selected().length < rowsShown().length), true) },
    { key: "i", means: t("list.keys.assign"), act: () => act("assign") },
    { key: "t", means: t("list.keys.label"), act: () => act("label") },
    { key: "!", means: t("list.keys.junk"), act: () => act("standing") },
    { key: "y", means: t("list.keys.acknowledge"), act: () => act("acknowledge") },
  );
}

async function unlock(unlocked: string): Promise<void> {
  identity = unlocked;
  const since = locked;
  find("#sealed-filter").hidden = false;
  void loadSaved(filtering);
  const kept = cameBack() ? await keptFilter(find("#rows").dataset["query"] ?? "", unlocked) : undefined;
  if (since !== locked) return;
  if (!kept) return openAll(unlocked);
  setSealedFilter(kept);
  find(".filter").setAttribute("open", "");
  await go(addressHere(), kept);
}

// Whether somebody comes from a case of this list, or shows it again, and does not begin anew.
const cameBack = (): boolean => location.hash.startsWith("#case-") || performance.getEntriesByType("navigation").some((one) => (one as PerformanceNavigationTiming).type !== "navigate");

// Shows another list: by the server alone, or by what is sealed as well.
async function go(address: string, sealed: SealedFilter): Promise<void> {
  if (isAnything(sealed) || !identity) {
    await keepFilter("", anything);
    location.assign(address);
    return;
  }
  const since = locked;
  filtered = sealed;
  setSealedFilter(sealed);
  find("#told").textContent = "";
  try {
    const found = await showFitting(sealed, address, identity, () => since === locked);
    if (!found) return;
    history.replaceState(history.state, "", address + location.hash);
    await keepFilter(find("#rows").dataset["query"] ?? "", sealed);
    installRows();
    for (const { row, opened } of found) await showRow(row, opened, since);
    comeBack();
  } catch (error) {
    find("#rows").hidden = false;
    if (since === locked) sayTrouble(error);
  }
}

async function openAll(unlocked: string): Promise<void> {
  const since = locked;
  const told = find("#told");
  told.textContent = t("cases.opening");
  const rows = new Map(rowsShown().map((row) => [caseOf(row), row]));
  try {
    await openCases([...rows.keys()], unlocked, () => since === locked, (opened) => showRow(rows.get(opened.id)!, opened, since));
    if (since === locked) told.textContent = "";
  } catch (error) {
    if (error instanceof Refusal && error.code === "signed-out") { lock("ended"); return; }
    if (since === locked) told.textContent = t("cases.unreachable");
  }
}

async function showRow(row: HTMLElement, opened: Opened, since: number): Promise<void> {
  await showOpened(row, opened, () => since === locked);
  const before = labels.size;
  for (const label of (await labelsOf(opened)).labels) labels.add(label);
  if (since === locked && labels.size > before) find("#known-labels").replaceChildren(...[...labels].sort().map((label) => h("option", { value: label })));
}

// After something was done: what the server says now, opened from what is known. The
// focus stays at its place among the rows.
async function refresh(): Promise<void> {
  const at = rowsShown().findIndex((row) => row.contains(document.activeElement));
  if (!isAnything(filtered)) await go(addressHere(), filtered);
  else {
    try {
      takeOver(await fetchPage(addressHere()));
    } catch {
      return; // what was done is said all the same
    }
    installRows();
    if (identity) void openAll(identity);
  }
  const row = rowsShown()[Math.min(at, rowsShown().length - 1)];
  if (at < 0 || !row) return;
  row.tabIndex = -1;
  row.focus();
}
