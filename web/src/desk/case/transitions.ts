// The transitions of a case: its acknowledgement with one click, and the others,
// each with what must come with it.
import { button, find, focusOn, h } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { language, t } from "../../lib/texts.ts";
import { ask } from "../ui/ask.ts";
import { once } from "../ui/form.ts";
import { showOwn } from "../letters/choose.ts";
import { further, lettersAt } from "../letters/own.ts";
import { answered, installConflict, needsReason, noteOf, showConflict } from "./conflict.ts";
import { makeTransition, type PossibleTransition } from "./case.ts";
import { maySeal } from "./decrypted-case.ts";
import type { Draft } from "./draft.ts";
import { insert, untouched } from "./inserting.ts";
import { template } from "./letter.ts";
import { spoken } from "./languages.ts";
import { faultsOf } from "./reply.ts";
import { type CasePage, gap, send, tell } from "./sending.ts";
import { kindOf, outcomesFor } from "./triage.ts";

const ended = ["closed", "monitoring"];

const theForm = () => find<HTMLFormElement>("form#move");
const theText = () => find<HTMLTextAreaElement>("#move-text");
const theOutcome = () => find<HTMLSelectElement>("#move-outcome");
const theLanguage = () => find<HTMLSelectElement>("#move-language");
const theTemplate = () => find<HTMLSelectElement>("#move-template");
const acknowledgementTemplate = () => find<HTMLSelectElement>("#acknowledge-template");

let selected: PossibleTransition | undefined; // what the form is open for
let needed: (form: HTMLFormElement, closes: boolean) => void = () => undefined; // shows what a closing needs first
const typed = { desk: "", note: "" }; // what was written so far, by who would read it

/** What was written for a transition and not sent. */
export const unsentTransitions = (): Pick<Draft, "closing" | "reopening"> => ({ closing: typed.desk, reopening: typed.note });

/** Puts it back: it stands in the form when it is opened. */
export function restoreTransitions(draft: Pick<Draft, "closing" | "reopening">): void {
  typed.desk ||= draft.closing;
  typed.note ||= draft.reopening;
}

/** Takes every text away. */
export function emptyTransitions(): void {
  typed.desk = typed.note = theText().value = "";
}

/** Shows what can be done with the case now. */
export function showTransitions(page: CasePage): void {
  const { data } = page.current();
  const possible = data.moves.filter((m) => m.message === "" || maySeal(page.current(), m.message));
  const acknowledging = possible.some((m) => m.to === "acknowledged");
  find("#acknowledging").hidden = !acknowledging || find("#writing").hidden;
  if (acknowledging) void showAcknowledgement(page);
  const others = possible.filter((m) => m.to !== "acknowledged");
  find("#moves").hidden = others.length === 0;
  find("#move-buttons").replaceChildren(...others.map((m) => transitionButton(page, m)));
  if (selected && !others.some((m) => m.to === selected?.to)) close();
  else if (selected) wordForm(page, selected);
  showNeeded();
}

/** Shows in the open form what the transition needs before it can be made. */
export const showNeeded = (): void => needed(theForm(), selected !== undefined && selected.outcomes.length > 0);

function transitionButton(page: CasePage, m: PossibleTransition): HTMLButtonElement {
  const b = button(label(page.current().data.case.state, m), "button second", () => begin(page, m));
  b.dataset["to"] = m.to;
  return b;
}

/** Installs the form of the transitions, and the acknowledgement. changed is told of every key; needs shows what a closing needs first. */
export function installTransitions(page: CasePage, changed: () => void, needs: (form: HTMLFormElement, closes: boolean) => void): void {
  needed = needs;
  theText().addEventListener("input", () => {
    if (selected?.message) typed[selected.message] = theText().value;
    changed();
  });
  installConflict(() => selected && wordForm(page, selected));
  find("#acknowledge").addEventListener("click", () => void acknowledge(page));
  find("#move-cancel").addEventListener("click", () => {
    close();
    focusOn(find("#moves h2"));
  });
  acknowledgementTemplate().addEventListener("change", () => void showAcknowledgement(page));
  theOutcome().addEventListener("change", () => void suggest(page));
  theLanguage().addEventListener("change", () => void suggest(page));
  theTemplate().addEventListener("change", () => void suggest(page, true));
  once(theForm(), () => submit(page));
}

// A transition to the same state means different things from different ones.
function label(from: string, { to }: PossibleTransition): string {
  if (ended.includes(from) && !ended.includes(to)) return t("move.reopen");
  if (from === "monitoring" && to === "closed") return t("move.end-watch");
  return t(`move.${to}`);
}

// Nothing can be sent until the letter of this case stands there, in its language.
async function showAcknowledgement(page: CasePage): Promise<void> {
  const opened = page.current();
  const code = spoken(opened.language);
  const shown = find("#acknowledgement");
  const sender = find<HTMLButtonElement>("#acknowledge");
  sender.disabled = true;
  let text = "";
  try {
    const own = further(await lettersAt(opened.data.case.entity), kindOf(opened), code, ["acknowledge"]);
    find("#with-acknowledgement").hidden = own.length === 0;
    showOwn(acknowledgementTemplate(), own);
    text = await template(`template.${acknowledgementTemplate().value}`, code, opened);
  } catch {
    page.say(t("letter.trouble"));
  }
  if (page.current() !== opened) return; // what is shown since then has its own letter
  shown.lang = code;
  shown.textContent = text;
  sender.disabled = text === "" || text.includes(gap);
}

// What was shown is what goes out.
async function acknowledge(page: CasePage): Promise<void> {
  const shown = find("#acknowledgement");
  const text = shown.textContent;
  const move = { from: page.current().data.case.state, to: "acknowledged", outcome: "" };
  await send(find("#acknowledging"), page, { from: "desk", kind: "", language: shown.lang, text, files: [], move }, text, t("case.acknowledged"));
}

function begin(page: CasePage, m: PossibleTransition): void {
  if (m.message === "") return void transitionOnly(page, m);
  const { state } = page.current().data.case;
  showConflict(false, page.current().data); // nothing is answered yet
  selected = m;
  const closing = m.message === "desk";
  find("#move-title").textContent = label(state, m);
  find("#move-means").textContent = whatReporterSees(m.to);
  wordForm(page, m);
  find("#with-outcome").hidden = m.outcomes.length === 0;
  find("#with-template").hidden = true;
  find("#with-language").hidden = !closing;
  theForm().classList.toggle("for-handlers", !closing);
  theOutcome().replaceChildren(h("option", { value: "" }, t("move.choose-outcome")), ...outcomesFor(kindOf(page.current()), m.outcomes).map((o) => h("option", { value: o }, t(`outcome.${o}`))));
  theLanguage().value = spoken(page.current().language);
  theText().value = typed[m.message];
  theForm().hidden = false;
  showNeeded();
  focusOn(find("#move-title"));
}

const asksConflict = ({ to }: PossibleTransition): boolean => to === "investigating";

const reopens = (page: CasePage, { to }: PossibleTransition): boolean => ended.includes(page.current().data.case.state) && !ended.includes(to);

// A text is needed where a case is closed or reopened, and where somebody depends on the person concerned.
const needsText = (page: CasePage, m: PossibleTransition): boolean => !asksConflict(m) || reopens(page, m) || needsReason(answered(), page.current().data);

// The words of the form: of a message to the reporter, or a note for handlers.
function wordForm(page: CasePage, m: PossibleTransition): void {
  const { data } = page.current();
  const closing = m.message === "desk";
  const reason = asksConflict(m) && answered() === "yes";
  showConflict(asksConflict(m), data);
  find("#with-text").hidden = !needsText(page, m) && !reason;
  find("#move-label").textContent = reason ? t(reopens(page, m) ? "conflict.both-reasons" : "conflict.reason") : t(closing ? "move.closing.label" : "move.reopening.label");
  find("#move-hint").textContent = reason && !reopens(page, m) ? t("conflict.reason-hint") : t(closing ? "move.closing.hint" : "move.reopening.hint");
  find("#move-send").textContent = asksConflict(m) && !reopens(page, m) ? t("conflict.send") : t(closing ? "move.closing.send" : "move.reopening.send");
}

const whatReporterSees = (state: string): string => t("move.reporter-sees", { State: t(`state.${state}`), Means: t(`state-means.${state}`) });

function close(): void {
  selected = undefined;
  for (const box of document.querySelectorAll<HTMLInputElement>("#with-conflict input")) box.checked = false;
  theForm().hidden = true;
  theText().value = "";
  showNeeded();
}

// The text for an outcome, in the chosen language, as a beginning. One that was chosen
// by its name is put in even where something was typed, if the handler wants that.
async function suggest(page: CasePage, byName = false): Promise<void> {
  const outcome = theOutcome().value;
  const code = theLanguage().value;
  if (outcome === "" || !selected) return;
  try {
    const opened = page.current();
    const own = further(await lettersAt(opened.data.case.entity), kindOf(opened), code, [`closing.${outcome}`]);
    find("#with-template").hidden = own.length === 0;
    showOwn(theTemplate(), own);
    const text = await template(`template.${theTemplate().value || `closing.${outcome}`}`, code, opened);
    if (outcome !== theOutcome().value || code !== theLanguage().value) return; // another was chosen meanwhile
    if (byName || untouched(theText())) await insert(text, theText());
  } catch (error) {
    tell(theForm(), page, error);
  }
}

async function transitionOnly(page: CasePage, m: PossibleTransition): Promise<void> {
  const { state } = page.current().data.case;
  if (!(await ask(`${label(state, m)}?`, label(state, m), whatReporterSees(m.to)))) return;
  try {
    await page.show(await makeTransition(page.id, { from: state, to: m.to, outcome: "" }));
    page.say(t("case.moved"));
  } catch (error) {
    await page.reload().catch(() => undefined);
    tell(theForm(), page, error);
  }
}

async function submit(page: CasePage): Promise<void> {
  if (!selected) return;
  const m = selected;
  const outcome = m.outcomes.length > 0 ? theOutcome().value : "";
  const { data } = page.current();
  const shown = !find("#with-text").hidden;
  const errors = shown ? faultsOf(theText(), Number(theForm().dataset["text"]), needsText(page, m)) : [];
  if (asksConflict(m) && answered() === "") errors.unshift({ field: "conflict-no", text: t("conflict.missing") });
  if (m.outcomes.length > 0 && outcome === "") errors.unshift({ field: "move-outcome", text: t("move.outcome-missing") });
  showErrors(theForm(), errors);
  if (errors.length > 0) return;
  const closing = m.message === "desk";
  if (closing && !(await ask(t("move.closing.question"), t("move.closing.send"), t("move.closing.warning")))) return;
  const reason = shown ? theText().value : "";
  const text = asksConflict(m) ? noteOf(answered(), data, reason) : reason;
  const code = closing ? theLanguage().value : language();
  const move = { from: data.case.state, to: m.to, outcome };
  const fields = asksConflict(m) ? { conflict: answered() } : {};
  const writing = { from: closing ? ("desk" as const) : ("note" as const), kind: closing ? ("answer" as const) : ("" as const), language: code, text, files: [], move, fields };
  if (!(await send(theForm(), page, writing, JSON.stringify([text, code, move]), t("case.moved")))) return;
  typed[writing.from] = "";
  close();
  theText().dispatchEvent(new Event("input")); // the draft has become shorter
}
