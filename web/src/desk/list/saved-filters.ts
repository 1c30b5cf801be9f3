// The filters that a handler saved under a name, and those of this tab, so that whoever
// comes back from a case finds the list as it was.
import { fromBase64, toBase64, toBytes, toText } from "../../crypto/bytes.ts";
import { open, seal } from "../../crypto/seal.ts";
import { getAtDesk, postAtDesk, Refusal } from "../../lib/api.ts";
import { find, h } from "../../lib/dom.ts";
import { number, t, visible } from "../../lib/texts.ts";
import { handler } from "../session/session.ts";
import { ask } from "../ui/ask.ts";
import { errorText } from "../ui/error-text.ts";
import { once } from "../ui/form.ts";
import { anything, mostSaved, openFilters, type SavedFilter, sealFilters, type SealedFilter, TooMuch } from "./filters.ts";

const longestName = 40; // characters
const tries = 8; // where another tab saves at the same time
const place = "hotline-list-filter";

const choice = () => find<HTMLSelectElement>("#saved");
const nameField = () => find<HTMLInputElement>("#saved-name");

interface Stored {
  readonly version: number;
  readonly filters: string; // base64, "" none
}

let saved: readonly SavedFilter[] = [];
let unreadable = false; // what is stored was sealed to an earlier identity

/** What the saved filters need of the list. */
export interface Filtering {
  /** The filters as they are set. */
  readonly now: () => Omit<SavedFilter, "name">;
  /** Filters by them. */
  readonly use: (filter: SavedFilter) => unknown;
  readonly identity: () => string | undefined;
}

/** Installs the saved filters. */
export function installSaved(list: Filtering): void {
  once(find<HTMLFormElement>("#use-saved"), async () => {
    const filter = saved.find(({ name }) => name === choice().value);
    if (filter) await list.use(filter);
    else say(t("list.saved.choose"), true);
  });
  once(find<HTMLFormElement>("#save-filters"), () => save(list));
  find("#remove-saved").addEventListener("click", () => void remove(list));
}

/** Loads the saved filters. */
export async function loadSaved(list: Filtering): Promise<void> {
  try {
    show((await load(list)).filters);
    if (unreadable) say(t("list.saved.unreadable"), true);
    find("#saved-filters").hidden = false;
  } catch {
    // The list does not wait for them.
  }
}

/** Takes away what was opened. */
export function forgetSaved(): void {
  saved = [];
  choice().replaceChildren();
  nameField().value = "";
  find("#saved-filters").hidden = true;
  say("");
}

async function load(list: Filtering): Promise<{ version: number; filters: readonly SavedFilter[] }> {
  const { version, filters } = await getAtDesk<Stored>("filters");
  const identity = list.identity();
  unreadable = false;
  if (!filters || !identity) return { version, filters: [] };
  try {
    return { version, filters: await openFilters(filters, handler().id, identity) };
  } catch {
    unreadable = true;
    return { version, filters: [] };
  }
}

function show(filters: readonly SavedFilter[], chosen = ""): void {
  saved = [...filters].sort((a, b) => a.name.localeCompare(b.name, document.documentElement.lang));
  choice().replaceChildren(h("option", { value: "" }, t("list.choose")), ...saved.map(({ name }) => h("option", { value: name }, visible(name))));
  choice().value = chosen;
  find("#use-saved").hidden = saved.length === 0;
}

// Changes what is stored now, which another tab may have changed meanwhile.
async function change(list: Filtering, made: (filters: readonly SavedFilter[]) => readonly SavedFilter[]): Promise<readonly SavedFilter[]> {
  const me = handler();
  for (let left = tries; ; left--) {
    const { version, filters } = await load(list);
    const next = made(filters);
    try {
      await postAtDesk("filters", { version, filters: await sealFilters(next, me.id, me.recipient) });
      return next;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "conflict" || left === 0) throw error;
    }
  }
}

async function save(list: Filtering): Promise<void> {
  const name = nameField().value.normalize("NFC").replace(/\s+/g, " ").trim();
  if (name === "" || [...name].length > longestName) { say(t(name === "" ? "list.saved.no-name" : "list.saved.long", { Longest: number(longestName) }), true); return; }
  const there = saved.some((one) => one.name === name);
  if (!there && saved.length >= mostSaved) { say(t("list.saved.many", { Most: number(mostSaved) }), true); return; }
  if (there && !(await ask(t("list.saved.replace"), t("list.saved.save")))) return;
  const filter = { name, ...list.now() };
  if (await attempt(list, (filters) => [...filters.filter((one) => one.name !== name), filter], name, t("list.saved.done"))) nameField().value = "";
}

async function remove(list: Filtering): Promise<void> {
  const name = choice().value;
  if (name === "") { say(t("list.saved.choose"), true); return; }
  if (!(await ask(t("list.saved.question", { Name: visible(name) }), t("list.saved.remove")))) return;
  await attempt(list, (filters) => filters.filter((one) => one.name !== name), "", t("list.saved.removed"));
}

async function attempt(list: Filtering, made: (filters: readonly SavedFilter[]) => readonly SavedFilter[], chosen: string, said: string): Promise<boolean> {
  try {
    show(await change(list, made), chosen);
    say(said);
    return true;
  } catch (error) {
    say(errorText(error, { classes: [[TooMuch, "list.saved.room"]], offline: "list.why.offline", codes: {}, broken: "list.why.broken" }), true);
    return false;
  }
}

function say(text: string, wrong = false): void {
  find("#saved-said").textContent = text;
  find("#saved-said").classList.toggle("error", wrong);
}

/** Keeps the sealed filter of a list in this tab, sealed to the handler; anything forgets it. */
export async function keepFilter(query: string, filter: SealedFilter): Promise<void> {
  if (filter === anything) { sessionStorage.removeItem(place); return; }
  const text = JSON.stringify({ query, filter }).padEnd(512);
  sessionStorage.setItem(place, toBase64(await seal(toBytes(text), handler().recipient)));
}

/** The sealed filter that this tab keeps of a list; undefined where it keeps none. */
export async function keptFilter(query: string, identity: string): Promise<SealedFilter | undefined> {
  const kept = sessionStorage.getItem(place);
  if (!kept) return undefined;
  try {
    const found = JSON.parse(toText(await open(fromBase64(kept), identity))) as { query: string; filter: SealedFilter };
    return found.query === query ? found.filter : undefined;
  } catch {
    return undefined;
  }
}
