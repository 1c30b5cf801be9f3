// Finds the case to link by words of its title, a label or the beginning of its
// number. The server cannot: so what this handler can open is opened here, by the
// workers of the search, until enough is there or the tab locks.
import { branchName } from "../../lib/branches.ts";
import { find, h } from "../../lib/dom.ts";
import { date, marked, n, t } from "../../lib/texts.ts";
import { Loading } from "../search/load.ts";
import type { Opened } from "../search/opening.ts";
import { Index, type Indexed, part } from "../search/search-index.ts";
import { chips } from "../ui/labelchips.ts";

const mostShown = 8; // results
const mostOpened = 2000; // cases: of more than these the number has to be typed
const titleLength = 80; // characters of a report that stand as its title

const list = () => find("#found-cases");
const trigger = () => find<HTMLButtonElement>("#find-case");

/** A case as this search knows it: its title and its labels. */
export function titled({ facts, parts, labels, area, severity }: Opened): Indexed {
  const report = parts.find(({ kind }) => kind === "report");
  const title = [...(report?.text.replace(/\s+/g, " ").trim() ?? "")].slice(0, titleLength).join("");
  return { facts, labels, area, severity, parts: [...(title ? [part("report", title, report?.language ?? "")] : []), ...labels.map((label) => part("label", label))] };
}

/** Finds cases as somebody types. */
export class LinkSearch {
  private readonly index = new Index();
  private loading: Loading | undefined;
  private complete = false;
  private asked = "";

  /** own is the case that the page shows; chosen gets the id of another one. */
  constructor(
    private readonly own: string,
    private readonly chosen: (id: string, title: string) => void,
  ) {}

  /** Looks for words, and opens what has to be opened first. */
  async search(words: string, identity: string): Promise<void> {
    this.asked = words;
    if (!this.complete && !this.loading) await this.load(identity);
    else this.show();
  }

  /** Reports whether cases are being opened. */
  get busy(): boolean {
    return this.loading !== undefined;
  }

  /** Stops opening; what is there can be searched. */
  stop(): void {
    this.loading?.stop();
  }

  /** Forgets everything. */
  clear(): void {
    this.stop();
    this.index.clear();
    this.complete = false;
    this.asked = "";
    list().replaceChildren();
    tell("");
  }

  private async load(identity: string): Promise<void> {
    const loading = new Loading(identity, (opened) => this.take(opened));
    this.loading = loading;
    trigger().textContent = t("link.search.stop");
    tell(t("link.search.working"));
    try {
      await loading.run();
      this.complete = !loading.stopped;
    } catch {
      // those that are there can be searched, and the line says that there are others
    }
    if (this.loading !== loading) return;
    this.loading = undefined;
    trigger().textContent = t("link.search.button");
    if (this.asked) this.show();
  }

  private take(opened: readonly Opened[]): void {
    if (this.loading?.stopped) return;
    for (const one of opened) if (one.facts.case !== this.own) this.index.add(titled(one));
    tell(n("link.opened", this.index.size));
    if (this.index.size >= mostOpened) this.stop();
  }

  private show(): void {
    const found = this.index.find({ text: this.asked, queue: "", state: "", labels: [] }).slice(0, mostShown);
    list().replaceChildren(...found.map((one) => this.result(one)));
    const said = [t(found.length > 0 ? "link.search.found" : "link.search.nothing"), ...(this.complete || this.busy ? [] : [t("link.search.stopped")])];
    tell(said.join(" "));
  }

  private result(one: Indexed): HTMLElement {
    const { facts, parts } = one;
    const title = parts.find(({ kind }) => kind === "report")?.text ?? "";
    const short = facts.case.slice(0, 8);
    const choose = h("button", { type: "button", class: "result" }, h("span", { class: "subject", dir: "auto" }, title ? marked(title) : t("cases.no-text")), " ", h("span", { class: "short mono" }, short));
    choose.addEventListener("click", () => {
      list().replaceChildren();
      this.chosen(facts.case, title || short);
    });
    const about = [branchName(facts.branch, facts.names), t(`state.${facts.state}`), date(facts.received)].map((word) => h("span", {}, word));
    const marks = chips(one);
    return h("li", {}, choose, h("p", { class: "about" }, ...about), ...(marks ? [marks] : []));
  }
}

/** Says how the search stands. */
export function tell(text: string): void {
  const place = find("#link-found");
  if (place.textContent !== text) place.textContent = text;
}
