// The card with what a case is classified as: proposed from its report, confirmed
// with one click, and corrected at any time. What two handlers change at once is put
// together.
import { focusNear } from "../ui/near.ts";
import { fromBase64, toBase64 } from "../../crypto/bytes.ts";
import { openClassification, sealClassification } from "../../crypto/classification.ts";
import { noLabels, openLabels, sealLabels } from "../../crypto/labelset.ts";
import { postAtDesk, Refusal } from "../../lib/api.ts";
import { button, find, focusOn, h } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { list, t } from "../../lib/texts.ts";
import type { DeskCase } from "../case/case.ts";
import { type DecryptedCase, maySeal } from "../case/decrypted-case.ts";
import { NotGenuine } from "../case/send.ts";
import { type CasePage, tell } from "../case/sending.ts";
import { saysRetaliation } from "../case/triage.ts";
import { once } from "../ui/form.ts";
import { emptyForm, faultsIn, fill, installForm, read } from "./form.ts";
import { linesOf } from "./lines.ts";
import { alleged, complete, differences, merge, proposalOf, saidIn, type Values } from "./values.ts";
import { fillLists, labelOf, rules, theForm, wordsOf } from "./vocabulary.ts";

const tries = 8; // where colleagues change something at the same time

const card = () => find("#classification");
const confirmer = () => find<HTMLButtonElement>("#confirm-classification");
const changer = () => find<HTMLButtonElement>("#change-classification");

/** What the page shows: of a case that is classified what it is classified as, else what is proposed. */
export interface Shown {
  readonly version: number; // 0: nobody has classified the case
  readonly values: Values;
  readonly readable: boolean; // false: it is classified, and does not open here
}

let shown: Shown | undefined;
let seen: Shown | undefined; // what the form was filled with; undefined: it is closed
let leadsBack = document.body; // what had the focus before the form
let told: () => void = () => undefined; // of every change of what is shown

/** What the page shows now; undefined while it is locked. */
export const classificationShown = (): Shown | undefined => shown;

/** The root cause in words, as it is shown; "" none. */
export const rootCause = (): string => (shown?.readable ? wordsOf("cause", shown.values.cause) : "");

/** Reports whether something stands in the form that is not saved. */
export const unsavedClassification = (): boolean => seen !== undefined && differences(seen.values, read(seen.values)).length > 0;

/** What stands in the form, with what it was filled with, "" where nothing is unsaved: a draft that is kept sealed. */
export const classificationDraft = (): string => (seen && unsavedClassification() ? JSON.stringify({ seen, values: read(seen.values) }) : "");

/** Puts a draft back into the form. */
export function restoreClassification(page: CasePage, draft: string): void {
  if (draft === "" || !shown || seen) return;
  const { seen: before, values } = JSON.parse(draft) as { readonly seen: Shown; readonly values: Values };
  seen = before;
  fill(values, saidIn(page.current()));
  open();
}

/** Takes everything away: the page is locked. */
export function forgetClassification(): void {
  shown = seen = undefined;
  emptyForm();
  close();
  find("dl", card()).replaceChildren();
  card().hidden = true;
  say("");
}

/** Installs the card. changed is told of every key, showed when something else is shown. */
export function installClassification(page: CasePage, changed: () => void, showed: () => void): void {
  told = showed;
  fillLists();
  for (const event of ["input", "change", "click"]) theForm().addEventListener(event, changed);
  installForm();
  confirmer().addEventListener("click", () => void confirmClassification(page).then((stored) => stored && focusNear(find("h2", card()))));
  changer().addEventListener("click", () => {
    if (seen) cancel();
    else openForm(page, changer());
  });
  find("#cancel-classification").addEventListener("click", cancel);
  once(theForm(), () => save(page));
}

/** Shows what a case is classified as. waits: nothing, until the page is unlocked. */
export async function showClassification(page: CasePage, waits: boolean): Promise<void> {
  const opened = page.current();
  const next = waits ? undefined : await readIn(opened);
  if (page.current() !== opened) return; // it has changed meanwhile, or the page is locked
  shown = next;
  card().hidden = !next;
  if (next) draw(next, opened);
  told();
}

async function readIn(opened: DecryptedCase): Promise<Shown> {
  const { data, identity } = opened;
  const proposal = proposalOf(opened, rules);
  const version = data.classification_version;
  if (version === 0) return { version, values: proposal, readable: true };
  try {
    if (!identity) throw new NotGenuine();
    const found = await openClassification(fromBase64(data.classification), identity, data.case.id);
    return { version, values: { ...found, kind: data.case.kind || proposal.kind }, readable: true };
  } catch {
    return { version, values: proposal, readable: false };
  }
}

function draw({ version, values, readable }: Shown, opened: DecryptedCase): void {
  const writes = maySeal(opened, "note") && (readable || opened.identity !== undefined);
  const confirmed = version > 0;
  find("dl", card()).replaceChildren(...(readable ? linesOf(values, saidIn(opened)) : []));
  const hint = find("#classification-hint");
  hint.textContent = hintFor(confirmed, readable, values, opened);
  hint.hidden = hint.textContent === "";
  confirmer().hidden = confirmed || !complete(values) || !writes;
  changer().hidden = !writes;
  changer().textContent = t(confirmed ? "classification.correct" : complete(values) ? "classification.change" : "classification.classify");
  changer().classList.toggle("second", confirmed || complete(values));
}

function hintFor(confirmed: boolean, readable: boolean, values: Values, { identity, entries }: DecryptedCase): string {
  if (!readable) return t(identity ? "classification.unopened" : "classification.sealed");
  if (confirmed) return entries.some(saysRetaliation) && !values.flags.includes(alleged) ? t("classification.retaliation") : "";
  return t(complete(values) ? "classification.proposed" : "classification.incomplete");
}

/** Opens the form. Once it is closed, the focus goes back. */
export function openForm(page: CasePage, back: HTMLElement): void {
  if (!shown) return;
  if (!seen) {
    seen = shown;
    fill(shown.values, saidIn(page.current()));
  }
  leadsBack = back;
  open();
  find("#class-kind").focus();
}

function open(): void {
  theForm().hidden = false;
  changer().setAttribute("aria-expanded", "true");
}

function close(): void {
  seen = undefined;
  showErrors(theForm(), []);
  theForm().hidden = true;
  changer().setAttribute("aria-expanded", "false");
}

function cancel(): void {
  close();
  say("");
  changer().focus();
}

/** Confirms what is proposed. Returns whether it was stored. */
export async function confirmClassification(page: CasePage): Promise<boolean> {
  if (!shown || shown.version > 0 || !complete(shown.values)) return false;
  confirmer().disabled = true;
  const stored = await store(page, shown, shown.values);
  confirmer().disabled = false;
  if (stored) close();
  return stored;
}

async function save(page: CasePage): Promise<void> {
  if (!seen) return;
  const values = read(seen.values);
  const errors = faultsIn(values);
  showErrors(theForm(), errors);
  if (errors.length > 0) return;
  if (!(await store(page, seen, values))) return;
  close();
  focusOn(leadsBack === changer() ? find("h2", card()) : leadsBack);
}

// What a colleague changed meanwhile stays, and this is done to it once more. What both
// changed is asked about: what was typed stands in the form, above it what they said.
async function store(page: CasePage, from: Shown, wanted: Values): Promise<boolean> {
  say("");
  let base = from;
  let values = wanted;
  try {
    for (let left = tries; ; left--) {
      try {
        await page.show(await post(page, base, values));
        say(t(base === from ? "classification.saved" : "classification.saved-both"));
        return true;
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== "conflict" || left === 0) throw error;
      }
      await page.reload();
      const now = await readIn(page.current());
      if (!now.readable) return say(hintFor(true, false, values, page.current()), true), false;
      const { values: both, clashes } = merge(base.values, values, withKind(now.values, page));
      [base, values] = [now, both];
      if (clashes.length === 0) continue;
      seen = now;
      fill(values, saidIn(page.current()));
      open();
      say(t("classification.clash", { Fields: list(clashes.map(labelOf)) }), true);
      return false;
    }
  } catch (error) {
    tell(card(), page, error);
    return false;
  }
}

// A kind that nobody has confirmed is no choice of a colleague's.
const withKind = (values: Values, page: CasePage): Values => ({ ...values, kind: page.current().data.case.kind || values.kind });

async function post(page: CasePage, base: Shown, values: Values): Promise<DeskCase> {
  const { data, identity } = page.current();
  if (!maySeal(page.current(), "note")) throw new NotGenuine();
  const { kind, ...classification } = values;
  const { recipient } = data.case;
  return postAtDesk<DeskCase>(`cases/${page.id}/classification`, {
    version: base.version,
    classification: toBase64(await sealClassification(page.id, classification, recipient)),
    labels_version: data.labels_version,
    labels: await labelsWith(values, data, identity),
    seen_kind: data.case.kind,
    kind,
  });
}

// The labels repeat main area and severity. Those that do not open stay as they are.
async function labelsWith({ areas, severity }: Values, data: DeskCase, identity: string | undefined): Promise<string> {
  const { id, recipient } = data.case;
  if (data.labels !== "" && !identity) return "";
  const set = data.labels === "" ? noLabels : await openLabels(fromBase64(data.labels), identity!, id).catch(() => undefined);
  return set ? toBase64(await sealLabels(id, { ...set, area: areas[0] ?? "", severity }, recipient)) : "";
}

function say(text: string, wrong = false): void {
  const said = find("#classification-said");
  said.textContent = text;
  said.classList.toggle("error", wrong);
  if (wrong) focusOn(said);
}

const place = "unclassified"; // the part of a closing form that asks for it

/** Shows in the form of a closing that the case has to be classified first, with what is to be confirmed, or takes that away. What was typed stays. */
export function askToClassify(page: CasePage, form: HTMLFormElement, closes: boolean): void {
  document.getElementById(place)?.remove();
  const proposal = closes && shown?.version === 0 ? shown.values : undefined;
  for (const sender of form.querySelectorAll<HTMLButtonElement>('button[type="submit"]')) sender.disabled = proposal !== undefined;
  if (proposal) find("#move-means", form).after(notice(page, find("#move-title", form), proposal));
}

function notice(page: CasePage, title: HTMLElement, values: Values): HTMLElement {
  const ready = complete(values);
  const change = button(t(ready ? "classification.change" : "classification.classify"), ready ? "button second" : "button", () => openForm(page, title));
  const confirm = button(t("classification.confirm"), "button", async () => {
    confirm.disabled = change.disabled = true;
    if (await confirmClassification(page)) focusNear(title);
    confirm.disabled = change.disabled = false;
  });
  return h(
    "div",
    { class: "notice", id: place, role: "group", "aria-labelledby": `${place}-title` },
    h("h4", { id: `${place}-title` }, t("classification.needed")),
    h("p", {}, t(ready ? "classification.proposed" : "classification.incomplete")),
    h("dl", { class: "facts" }, ...linesOf(values, saidIn(page.current()))),
    h("div", { class: "tools" }, ...(ready ? [confirm, change] : [change])),
  );
}
