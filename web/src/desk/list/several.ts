// What is done with several cases at once, and with one from its row: who is in charge,
// junk, a label, the acknowledgement.
import { faultOf, longestLabel, mostLabels, tidy } from "../../crypto/labelset.ts";
import { postAtDesk } from "../../lib/api.ts";
import { find, h } from "../../lib/dom.ts";
import { n, number, t } from "../../lib/texts.ts";
import { loadCase } from "../case/case.ts";
import { type DecryptedCase, decryptCase } from "../case/decrypted-case.ts";
import { changeLabels } from "../case/label-change.ts";
import { once } from "../ui/form.ts";
import { acknowledge } from "./acknowledge.ts";
import { oneByOne, reason, report, type Result, withStop } from "./one-by-one.ts";
import { caseOf, rowOf, short, subjectOf } from "./rows.ts";
import { focusedRow, select, selected, selectOnly, showSelection } from "./selection.ts";

/** What the acts need of the list. */
export interface ListPage {
  /** The handler's identity; undefined while it is locked. */
  readonly identity: () => string | undefined;
  /** Shows what has become of the list. */
  readonly refresh: () => Promise<void>;
}

type Fact = "assignee" | "standing";

interface Step {
  readonly case: string;
  readonly seen: string;
  readonly now: string;
}

const atOnce = 25; // cases of one request

/** Opens a case with all that stands in it. */
export type OpenCase = (id: string) => Promise<DecryptedCase>;

/** Installs the bar, and the button of each row. */
export function installSeveral(page: ListPage): void {
  once(find<HTMLFormElement>("#assign-several"), () => assign(page));
  once(find<HTMLFormElement>("#label-several"), () => addLabel(page));
  find("#several-standing").addEventListener("click", ({ currentTarget }) => void setStanding(page, selected(), (currentTarget as HTMLElement).dataset["standing"]!));
  document.getElementById("acknowledge-several")?.addEventListener("click", () => void acknowledgeSelected(page));
  find("#unselect").addEventListener("click", () => selectOnly([]));
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>("td.act button") : null;
    const row = button?.closest<HTMLElement>("tr[data-case]");
    if (button && row) void setStanding(page, [row], button.dataset["standing"]!);
  });
}

/** What the keys do: with the selected cases or, where none are, with the one that has the focus. */
export function act(what: "assign" | "label" | "standing" | "acknowledge"): boolean {
  const row = focusedRow();
  if (selected().length === 0) {
    if (!row) return false;
    select(row, true);
    showSelection();
  }
  if (what === "assign" || what === "label") find(what === "assign" ? "#assign-to" : "#label-text").focus();
  else document.getElementById(what === "standing" ? "several-standing" : "acknowledge-several")?.click();
  return true;
}

/** How a case is named where something is said of it. */
function nameOf(id: string): HTMLElement {
  const row = rowOf(id);
  const subject = row ? ` ${subjectOf(row)}` : "";
  return h("bdi", {}, h("a", { href: row?.querySelector("a")?.getAttribute("href") ?? `#case-${id}` }, short(id)), subject);
}

// Names are taken while the rows are there: a refreshed list may not have them any more.
const namesOf = (ids: readonly string[]): ((id: string) => Node) => {
  const names = new Map(ids.map((id) => [id, nameOf(id)]));
  return (id) => names.get(id) ?? document.createTextNode(short(id));
};

async function assign(page: ListPage): Promise<void> {
  const { value } = find<HTMLSelectElement>("#assign-to");
  if (value === "") return;
  const now = value === "none" ? "" : value;
  const steps = selected().map((row) => ({ case: caseOf(row), seen: row.dataset["assignee"]!, now }));
  await changeFact(page, "assignee", steps, "list.done.assigned");
}

const setStanding = (page: ListPage, rows: readonly HTMLElement[], now: string): Promise<void> =>
  changeFact(page, "standing", rows.map((row) => ({ case: caseOf(row), seen: row.dataset["standing"]!, now })), now === "junk" ? "list.done.junk" : "list.done.unjunk");

// Changes a fact of each of some cases, and offers to take it back.
async function changeFact(page: ListPage, fact: Fact, steps: readonly Step[], said: string): Promise<void> {
  const results = await setFacts(fact, steps);
  const done = steps.filter((step) => results.some(({ id, why }) => id === step.case && !why));
  const back = done.filter(({ seen, now }) => seen !== now).map((step) => ({ case: step.case, seen: step.now, now: step.seen }));
  const undo = back.length > 0 ? async () => tellResults(page, await setFacts(fact, back), "list.done.undone") : undefined;
  await tellResults(page, results, said, undo);
}

async function setFacts(fact: Fact, steps: readonly Step[]): Promise<Result[]> {
  const all: Result[] = [];
  const text = (done: number) => t("list.progress", { Done: number(done), All: number(steps.length) });
  await withStop(find("#several-work"), steps.length, text, async (signal, done) => {
    for (let at = 0; at < steps.length && !signal.aborted; at += atOnce) {
      const some = steps.slice(at, at + atOnce);
      try {
        const { cases } = await postAtDesk<{ cases: Readonly<Record<string, string>> }>("facts", { fact, cases: some });
        all.push(...some.map(({ case: id }) => (cases[id] === "done" ? { id } : { id, why: cases[id] ?? "broken" })));
      } catch (error) {
        all.push(...some.map(({ case: id }) => ({ id, why: reason(error) })));
      }
      done(all.length);
    }
  });
  return all;
}

// Shows the list as it is now, with what was not done still selected, and says what was.
async function tellResults(page: ListPage, results: readonly Result[], key: string, undo?: () => unknown): Promise<void> {
  const name = namesOf(results.map(({ id }) => id));
  const done = results.filter(({ why }) => !why).length;
  await page.refresh();
  selectOnly(results.filter(({ why }) => why).map(({ id }) => id));
  report(done > 0 ? n(key, done) : "", results, name, undo);
  if (document.activeElement === document.body) find("#list-said").querySelector<HTMLElement>("button, a")?.focus();
}

async function addLabel(page: ListPage): Promise<void> {
  const field = find<HTMLInputElement>("#label-text");
  const label = tidy(field.value);
  const fault = faultOf(label, [], "");
  if (fault) {
    find("#list-said").replaceChildren(h("p", { class: "error" }, t(`label.fault.${fault}`, { Most: number(mostLabels), Longest: number(longestLabel) })));
    field.focus();
    return;
  }
  const added: string[] = [];
  const open = openWith(page);
  const results = await oneByOne(selected().map(caseOf), async (id) => {
    const changed = await changeLabels(await open(id), { add: label }, () => open(id));
    if (!changed) return { id, why: "no-key" };
    if (changed.fault) return { id, why: `label-${changed.fault}` };
    if (!changed.there) added.push(id);
    return { id };
  });
  field.value = "";
  const undo = async () => tellResults(page, await removeLabel(page, added, label), "list.done.undone");
  await tellResults(page, results, "list.done.labelled", added.length > 0 ? undo : undefined);
}

const removeLabel = (page: ListPage, ids: readonly string[], label: string): Promise<Result[]> => {
  const open = openWith(page);
  return oneByOne(ids, async (id) => ((await changeLabels(await open(id), { remove: label }, () => open(id))) ? { id } : { id, why: "no-key" }));
};

async function acknowledgeSelected(page: ListPage): Promise<void> {
  const results = await acknowledge(selected().map(caseOf), openWith(page));
  if (results) await tellResults(page, results, "list.done.acknowledged");
}

const openWith =
  (page: ListPage): OpenCase =>
  async (id) =>
    decryptCase(await loadCase(id), page.identity());
