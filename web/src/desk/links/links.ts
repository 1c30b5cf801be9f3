// The cases that belong to a case. Only what this handler may see stands here: who
// reads one of two cases may not know of the other.
import { fromBase64 } from "../../crypto/bytes.ts";
import { openSummary } from "../../crypto/message.ts";
import { openCaseKey } from "../../crypto/seal.ts";
import { postAtDesk, Refusal } from "../../lib/api.ts";
import { branchName } from "../../lib/branches.ts";
import { button, find, h } from "../../lib/dom.ts";
import { date, language, marked, t, visible } from "../../lib/texts.ts";
import { onLock, whenUnlocked } from "../session/session.ts";
import { ask } from "../ui/ask.ts";
import { once } from "../ui/form.ts";
import type { CaseLink, DeskCase } from "../case/case.ts";
import { type CasePage, tell } from "../case/sending.ts";
import { LinkSearch, tell as tellFound } from "./link-search.ts";

const shortLength = 8; // characters of an id that people tell each other

const card = () => find("#links");
const field = () => find<HTMLInputElement>("#other-case");

let handlerIdentity: string | undefined;
let latest: DeskCase | undefined; // that was shown
const subjects = new Map<string, string>(); // by case id, as far as they opened

/** Installs the form of the links. */
export function installLinks(page: CasePage): void {
  whenUnlocked((identity) => {
    handlerIdentity = identity;
    void showLinks(page.current().data, page).catch(() => undefined);
  }, false);
  const search = new LinkSearch(page.id, (id, title) => {
    field().value = id;
    tellFound("");
    say(`${t("link.search.chosen")} · ${visible(title)}`, false);
    find<HTMLSelectElement>("#link-kind").focus();
  });
  onLock(() => {
    handlerIdentity = undefined;
    latest = undefined;
    subjects.clear();
    search.clear();
    find("#links ul").replaceChildren();
    field().value = "";
  });
  field().addEventListener("input", () => say(""));
  find("#find-case").addEventListener("click", () => (search.busy ? search.stop() : void look(search)));
  once(find<HTMLFormElement>("#add-link"), async () => {
    const other = typedNumber();
    if (!isNumber(other)) {
      void look(search);
      return;
    }
    if (page.id.startsWith(other)) {
      say(t("link.fault.same"));
      return;
    }
    if (await set(page, other, find<HTMLSelectElement>("#link-kind").value, t("link.added"))) {
      field().value = "";
      field().focus();
    }
  });
}

const typedNumber = (): string => field().value.normalize("NFKC").replace(/\s/g, "").toLowerCase();
const isNumber = (typed: string): boolean => /^[0-9a-f]{8,32}$/.test(typed);

// Words are looked for among what this handler can open.
async function look(search: LinkSearch): Promise<void> {
  const words = field().value.trim();
  if (words === "") say(t("link.search.short"));
  else if (!handlerIdentity) say(t("link.search.locked"));
  else {
    say("");
    await search.search(words, handlerIdentity);
  }
}

/** Shows the links of a case, and the subjects of those that open. */
export async function showLinks(data: DeskCase, page: CasePage): Promise<void> {
  const { links } = data;
  latest = data;
  const show = () => find("#links ul").replaceChildren(...links.map((link) => item(link, page)));
  find("#links .hint").hidden = links.length > 0;
  show();
  const unknown = links.map((link) => link.case).filter((id) => !subjects.has(id));
  if (!handlerIdentity || unknown.length === 0) return;
  await openSubjects(unknown, handlerIdentity);
  if (latest === data && handlerIdentity) show();
}

interface Sealed {
  readonly key: string;
  readonly summary: string;
}

async function openSubjects(ids: readonly string[], identity: string): Promise<void> {
  const { cases } = await postAtDesk<{ cases: Readonly<Record<string, Sealed>> }>("summaries", { cases: ids });
  for (const [id, { key, summary }] of Object.entries(cases)) {
    try {
      const { text } = await openSummary(fromBase64(summary), await openCaseKey(fromBase64(key), identity), id);
      if (handlerIdentity) subjects.set(id, text.replace(/\s+/g, " ").trim());
    } catch {
      // its short id stands there all the same
    }
  }
}

function item(link: CaseLink, page: CasePage): HTMLElement {
  const short = link.case.slice(0, shortLength);
  const subject = subjects.get(link.case);
  const to = h("a", { class: "link", href: `/${language()}/desk/cases/${link.case}` }, subject ? h("span", { dir: "auto" }, marked(subject)) : h("span", { class: "mono" }, short));
  const facts = [branchName(link.branch, latest?.names), t(`state.${link.state}`), date(link.received)].map((word) => h("span", {}, word));
  const remove = button(t("link.remove"), "plain", () => removeLink(page, link.case));
  remove.append(h("span", { class: "hidden" }, ` ${short}`));
  const head = h("p", {}, h("span", { class: "tag" }, t(`link.kind.${link.kind}`)), " ", h("span", { class: "short mono" }, short));
  return h("li", {}, head, to, h("p", { class: "about" }, ...facts), remove);
}

async function removeLink(page: CasePage, other: string): Promise<void> {
  if (!(await ask(t("link.question", { Case: other.slice(0, shortLength) }), t("link.remove"), t("link.question-text")))) return;
  if (await set(page, other, "", t("link.removed"))) field().focus();
}

async function set(page: CasePage, other: string, kind: string, done: string): Promise<boolean> {
  say("");
  try {
    await page.show(await postAtDesk<DeskCase>(`cases/${page.id}/links`, { case: other, kind }));
    say(done, false);
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === "not-found") say(t("link.fault.not-found"));
    else if (error instanceof Refusal && error.code === "conflict") say(t("link.fault.several"));
    else tell(card(), page, error);
    return false;
  }
}

function say(text: string, wrong = text !== ""): void {
  find("#link-said").textContent = text;
  find("#link-said").classList.toggle("error", wrong);
  if (wrong) field().setAttribute("aria-invalid", "true");
  else field().removeAttribute("aria-invalid");
}
