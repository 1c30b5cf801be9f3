// What a search found, on the page.
import { branchName } from "../../lib/branches.ts";
import { button, find, focusOn, h } from "../../lib/dom.ts";
import { date, language, marked, t, visible } from "../../lib/texts.ts";
import { chips } from "../ui/labelchips.ts";
import { type Indexed, type Snippet, snippet } from "./search-index.ts";

const atFirst = 30; // results; more on demand
const shortLength = 8; // characters of an id that people tell each other

/** The list of results. It is rebuilt only where something else is found. */
export class Results {
  private readonly list = find("#results");
  private readonly more = find<HTMLButtonElement>("#more");
  private readonly people = new Map([...document.querySelectorAll<HTMLElement>("#people [data-id]")].map((one) => [one.dataset["id"]!, one.textContent]));
  private items = new Map<string, HTMLElement>();
  private found: readonly Indexed[] = [];
  private query = "";
  private shown = atFirst;

  constructor() {
    this.more.addEventListener("click", () => {
      const before = this.shown;
      this.shown += atFirst;
      this.build();
      const next = this.list.children[before];
      if (next instanceof HTMLElement) focusOn(next);
    });
  }

  show(found: readonly Indexed[], query: string): void {
    if (query !== this.query) {
      this.items = new Map();
      this.shown = atFirst;
    }
    this.found = found;
    this.query = query;
    this.build();
  }

  private build(): void {
    const wanted = this.found.slice(0, this.shown).map((one) => this.item(one));
    this.more.hidden = this.found.length <= this.shown;
    if (wanted.length === this.list.children.length && wanted.every((item, i) => item === this.list.children[i])) return;
    const focused = this.list.contains(document.activeElement) ? (document.activeElement as HTMLElement) : undefined;
    this.list.replaceChildren(...wanted);
    focused?.focus({ preventScroll: true });
  }

  private item(one: Indexed): HTMLElement {
    const { facts } = one;
    const known = this.items.get(facts.case);
    if (known) return known;
    const text = one.parts.find(({ kind }) => kind === "report")?.text.replace(/\s+/g, " ").trim() ?? "";
    const subject = h("span", { class: "subject", dir: "auto" }, text ? marked([...text].slice(0, 80).join("")) : t("cases.no-text"));
    const short = facts.case.slice(0, shortLength);
    const link = h("a", { href: `/${language()}/desk/cases/${facts.case}`, target: "_blank", rel: "noopener" }, subject, h("span", { class: "hidden" }, ` ${t("search.new-tab")}`));
    const about = [branchName(facts.branch, facts.names), category(facts.category), t(`state.${facts.state}`), visible(this.people.get(facts.assignee) ?? "")].filter((word) => word !== "");
    const item = h(
      "li",
      { class: "found", "data-case": facts.case },
      h("h3", {}, link),
      h("p", { class: "about" }, h("span", { class: "mono id" }, short), copying(short), h("time", { datetime: facts.received }, date(facts.received)), ...about.map((word) => h("span", {}, word))),
    );
    const piece = snippet(one, this.query);
    if (piece && this.query.trim() !== "") item.append(excerpt(piece));
    const labels = chips(one);
    if (labels) item.append(labels);
    this.items.set(facts.case, item);
    return item;
  }
}

const category = (code: string): string => (code === "" || code === "unsure" ? t("case.category-unsure") : t(`category.${code}`));

function copying(short: string): HTMLElement {
  const b = button(t("search.copy"), "plain", async () => {
    try {
      await navigator.clipboard.writeText(short);
      b.firstChild!.textContent = t("search.copied");
    } catch {
      getSelection()?.selectAllChildren(b.previousElementSibling!); // it can be copied by hand
    }
  });
  b.append(h("span", { class: "hidden" }, ` ${short}`));
  return b;
}

function excerpt({ kind, language, cut, pieces }: Snippet): HTMLElement {
  const parts = pieces.map(({ text, hit }) => (hit ? h("mark", { class: "hit" }, ...marked(text).childNodes) : h("span", {}, ...marked(text).childNodes)));
  const words = h("span", { dir: "auto", ...(language ? { lang: language } : {}) }, cut[0] ? "… " : "", ...parts, cut[1] ? " …" : "");
  return h("p", { class: "snippet" }, h("span", { class: "soft" }, t(`search.in.${kind}`)), " ", words);
}
