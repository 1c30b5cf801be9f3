// The page on which a handler searches. The server cannot: what it holds is sealed.
// So everything that this handler can open is opened here, kept in the memory of
// this tab, and forgotten when it locks.
import "./desk.ts";
import { inWords } from "../../lib/answers.ts";
import { Refusal } from "../../lib/api.ts";
import { button, copyOf, find, h } from "../../lib/dom.ts";
import { n, t } from "../../lib/texts.ts";
import { LabelFilter } from "../search/filter.ts";
import { Loading, NoOpener } from "../search/load.ts";
import type { Opened } from "../search/opening.ts";
import { Results } from "../search/results.ts";
import { asks, Index, part, type Query } from "../search/search-index.ts";
import { begin, lock, onLock, whenUnlocked } from "../session/session.ts";

const pause = 400; // milliseconds between two looks at what came meanwhile

const place = find("#searching");
const query = find<HTMLInputElement>("#query");
const queue = find<HTMLSelectElement>("#of-queue");
const state = find<HTMLSelectElement>("#of-state");

await begin();
find("#told").textContent = document.querySelector("main[data-offline]") ? "" : t("search.locked");
const index = new Index();
const results = new Results();
const answers = copyOf("answers");
const words = new Map<string, string>(); // of answers that were chosen, by field and code
const unopened = new Set<string>(); // ids
const labels = new LabelFilter(() => show());
let loading: Loading | undefined;
let waits = false; // to show
let later: ReturnType<typeof setTimeout> | undefined;

find("#search").addEventListener("submit", (event) => event.preventDefault());
for (const control of [query, queue, state]) control.addEventListener("input", soon);
whenUnlocked((identity) => void begun(identity));
onLock(() => {
  loading?.stop();
  clearTimeout(later);
  index.clear();
  words.clear();
  unopened.clear();
  query.value = "";
  labels.clear();
  results.show([], "");
  place.hidden = true;
});

async function begun(identity: string): Promise<void> {
  if (loading) return;
  loading = new Loading(identity, take);
  place.hidden = false;
  find("#told").textContent = "";
  query.focus();
  await load(loading);
}

async function load(from: Loading): Promise<void> {
  find("#error-message").replaceChildren();
  progress();
  try {
    await from.run();
    if (from.stopped) return;
    find("#loaded").textContent = index.size > 0 ? n("search.ready", index.size) : t("search.none");
    find("#loaded").classList.add("ready");
  } catch (error) {
    if (from.stopped) return;
    if (error instanceof Refusal && error.code === "signed-out") {
      lock("ended");
      return;
    }
    const again = button(t("search.go-on"), "button second", () => {
      query.focus();
      return load(from);
    });
    const notice = h("div", { class: "notice", role: "alert" }, h("p", {}, t(error instanceof NoOpener ? "search.no-worker" : "search.stopped")), again);
    find("#error-message").replaceChildren(notice); // the focus stays: somebody may be typing
  }
  show();
}

function take(opened: readonly Opened[]): void {
  if (loading?.stopped) return;
  for (const { facts, parts, answers: codes, labels: named, area, severity, whole } of opened) {
    const chosen = codes.map(([field, code]) => inPageWords(field, code)).filter((text) => text !== "");
    index.add({ facts, labels: named, area, severity, parts: [...parts, ...chosen.map((text) => part("answer", text))] });
    if (!whole) unopened.add(facts.case);
  }
  progress();
  later ??= setTimeout(() => {
    later = undefined;
    show();
  }, pause);
}

function inPageWords(field: string, code: string): string {
  const key = `${field} ${code}`;
  const known = words.get(key);
  if (known !== undefined) return known;
  const made = inWords(answers, { [field]: code })
    .map(({ answer }) => answer)
    .join(" ");
  words.set(key, made);
  return made;
}

function progress(): void {
  find("#loaded").textContent = index.size > 0 ? n("search.opened", index.size) : t("search.loading");
}

// As one types: at most once in a frame.
function soon(): void {
  if (waits) return;
  waits = true;
  requestAnimationFrame(() => {
    waits = false;
    show();
  });
}

function show(): void {
  if (place.hidden) return;
  labels.offer(index.labels());
  offer(queue, index.values("queue"));
  offer(state, index.values("state"));
  const asked: Query = { text: query.value, queue: queue.value, state: state.value, labels: labels.chosen };
  const found = asks(asked) ? index.find(asked) : [];
  results.show(found, asked.text);
  const hits = find("#hits");
  const said = !asks(asked) ? t(find("#of-labels").closest("fieldset")!.hidden ? "search.hint" : "search.hint-labels") : found.length > 0 ? n("search.hits", found.length) : t("search.nothing");
  if (hits.textContent !== said) hits.textContent = said;
  showUnopened();
}

// Only what some case has can be chosen.
function offer(choice: HTMLSelectElement, values: ReadonlySet<string>): void {
  for (const option of choice.options) option.hidden = option.disabled = option.value !== "" && !values.has(option.value);
}

function showUnopened(): void {
  const box = find("#unopened");
  box.hidden = unopened.size === 0;
  if (box.hidden || Number(box.dataset["cases"] ?? 0) === unopened.size) return;
  box.dataset["cases"] = String(unopened.size);
  const ids = [...unopened].map((id) => h("li", { class: "mono" }, id.slice(0, 8)));
  box.replaceChildren(h("p", {}, n("search.unopened", unopened.size)), h("ul", {}, ...ids));
}
