// The transitions of a case: its acknowledgement with one click, and the others,
// each with what must come with it.
import { button, find, focusOn, h } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { date, t } from "../../lib/texts.ts";
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
const theReason = () => find<HTMLTextAreaElement>("#move-reason");
const theOutcome = () => find<HTMLSelectElement>("#move-outcome");
const theLanguage = () => find<HTMLSelectElement>("#move-language");
const theTemplate = () => find<HTMLSelectElement>("#move-template");
const acknowledgementTemplate = () => find<HTMLSelectElement>("#acknowledge-template");

let selected: PossibleTransition | undefined; // what the form is open for
let needed: (form: HTMLFormElement, closes: boolean) => void = () => undefined; // shows what a closing needs first
const typed = { closing: "", longer: "", investigating: "", reason: "" }; // what was written so far

/** What was written for a transition and not sent. */
export const unsentTransitions = (): Pick<Draft, keyof typeof typed> => ({ ...typed });

/** Puts it back: it stands in the form when it is opened. */
export function restoreTransitions(draft: Pick<Draft, keyof typeof typed>): void {
  typed.closing ||= draft.closing;
  typed.longer ||= draft.longer;
  typed.investigating ||= draft.investigating;
  typed.reason ||= draft.reason;
}

/** Takes every text away. */
export function emptyTransitions(): void {
  typed.closing = typed.longer = typed.investigating = typed.reason = theText().value = theReason().value = "";
}

/** Shows what can be done with the case now. */
export function showTransitions(page: CasePage): void {
  const { data } = page.current();
  const possible = [...data.moves, ...longer(page)].filter((m) => m.message === "" || maySeal(page.current(), m.message));
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

// Offered where the law allows it, as a transition to no other state.
const longerCode = "longer";
const longer = (page: CasePage): PossibleTransition[] => (page.current().data.dates.extension ? [{ to: longerCode, message: "desk", note: false, outcomes: [] }] : []);

function transitionButton(page: CasePage, m: PossibleTransition): HTMLButtonElement {
  const b = button(label(page.current().data.case.state, m), "button second", () => begin(page, m));
  b.dataset["to"] = m.to;
  return b;
}

/** Installs the form of the transitions, and the acknowledgement. changed is told of every key; needs shows what a closing needs first. */
export function installTransitions(page: CasePage, changed: () => void, needs: (form: HTMLFormElement, closes: boolean) => void): void {
  needed = needs;
  theText().addEventListener("input", () => {
    if (selected) typed[what(selected)] = theText().value;
    changed();
  });
  theReason().addEventListener("input", () => {
    typed.reason = theReason().value;
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
  if (to === longerCode) return t("move.longer.label");
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
  find("#move-title").textContent = label(state, m);
  find("#move-means").textContent = whatReporterSees(page, m);
  wordForm(page, m);
  find("#with-outcome").hidden = m.outcomes.length === 0;
  find("#with-template").hidden = true;
  theOutcome().replaceChildren(h("option", { value: "" }, t("move.choose-outcome")), ...outcomesFor(kindOf(page.current()), m.outcomes).map((o) => h("option", { value: o }, t(`outcome.${o}`))));
  theLanguage().value = spoken(page.current().language);
  theText().value = typed[what(m)];
  theReason().value = typed.reason;
  theForm().hidden = false;
  showNeeded();
  focusOn(find("#move-title"));
  void suggest(page);
}

// Whoever investigates has said whether a reader depends on the person concerned.
const asksConflict = ({ note }: PossibleTransition): boolean => note;

// Whoever takes longer to answer changes no state.
const takesLonger = ({ to }: PossibleTransition): boolean => to === longerCode;

const what = (m: PossibleTransition): "closing" | "longer" | "investigating" => (asksConflict(m) ? "investigating" : takesLonger(m) ? "longer" : "closing");

const reopens = (page: CasePage, { note }: PossibleTransition): boolean => note && ended.includes(page.current().data.case.state);

// A reason is needed where a case is reopened, and where somebody depends on the person concerned.
const reasonNeeded = (page: CasePage, m: PossibleTransition): boolean => reopens(page, m) || needsReason(answered(), page.current().data);

// The words of the form: of the message to the reporter, and of the note for handlers.
function wordForm(page: CasePage, m: PossibleTransition): void {
  const asks = asksConflict(m);
  const again = reopens(page, m);
  showConflict(asks, page.current().data);
  find("#with-reason").hidden = !asks || (!again && answered() !== "yes");
  find("#move-reason-label").textContent = t(answered() !== "yes" ? "move.reopening.label" : again ? "conflict.both-reasons" : "conflict.reason");
  find("#move-reason-hint").textContent = t(again ? "move.reopening.hint" : "conflict.reason-hint");
  find("#move-hint").textContent = t(asks ? "move.investigating-message.hint" : takesLonger(m) ? "move.longer.hint" : "move.closing.hint");
  find("#move-send").textContent = t(takesLonger(m) ? "move.longer.send" : !asks ? "move.closing.send" : again ? "move.reopening.send" : "conflict.send");
}

function whatReporterSees(page: CasePage, m: PossibleTransition): string {
  if (takesLonger(m)) return t("move.longer.means", { Date: date(page.current().data.dates.extension) });
  return t("move.reporter-sees", { State: t(`state.${m.to}`), Means: t(`state-means.${m.to}`) });
}

function close(): void {
  selected = undefined;
  for (const box of document.querySelectorAll<HTMLInputElement>("#with-conflict input")) box.checked = false;
  theForm().hidden = true;
  theText().value = theReason().value = "";
  showNeeded();
}

// The text for an outcome, or for an investigation, in the chosen language, as a
// beginning. One that was chosen by its name is put in even where something was typed,
// if the handler wants that.
async function suggest(page: CasePage, byName = false): Promise<void> {
  const use = useNow();
  const code = theLanguage().value;
  if (use === "") return;
  try {
    const opened = page.current();
    const own = further(await lettersAt(opened.data.case.entity), kindOf(opened), code, [use]);
    find("#with-template").hidden = own.length === 0;
    showOwn(theTemplate(), own);
    const text = await template(`template.${theTemplate().value || use}`, code, opened);
    if (use !== useNow() || code !== theLanguage().value) return; // another was chosen meanwhile
    if (byName || untouched(theText())) await insert(text, theText());
  } catch (error) {
    tell(theForm(), page, error);
  }
}

// What the letter is for that the open form sends; "" not known yet.
function useNow(): string {
  if (!selected || theForm().hidden) return "";
  if (asksConflict(selected)) return "investigating";
  if (takesLonger(selected)) return "extension";
  return theOutcome().value === "" ? "" : `closing.${theOutcome().value}`;
}

async function transitionOnly(page: CasePage, m: PossibleTransition): Promise<void> {
  const { state } = page.current().data.case;
  if (!(await ask(`${label(state, m)}?`, label(state, m), whatReporterSees(page, m)))) return;
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
  const asks = asksConflict(m);
  const limit = Number(theForm().dataset["text"]);
  const reasons = !find("#with-reason").hidden;
  const errors = [...(reasons ? faultsOf(theReason(), limit, reasonNeeded(page, m)) : []), ...faultsOf(theText(), limit, true)];
  if (asks && answered() === "") errors.unshift({ field: "conflict-no", text: t("conflict.missing") });
  if (m.outcomes.length > 0 && outcome === "") errors.unshift({ field: "move-outcome", text: t("move.outcome-missing") });
  showErrors(theForm(), errors);
  if (errors.length > 0) return;
  const extension = takesLonger(m);
  if (!asks && !extension && !(await ask(t("move.closing.question"), t("move.closing.send"), t("move.closing.warning")))) return;
  const text = theText().value;
  const code = theLanguage().value;
  const move = extension ? null : { from: data.case.state, to: m.to, outcome };
  const kind = asks || extension ? ("" as const) : ("answer" as const);
  const note = { text: noteOf(answered(), data, reasons ? theReason().value : ""), fields: { conflict: answered() } };
  const writing = { from: "desk" as const, kind, language: code, text, files: [], move, extension, ...(asks ? { note } : {}) };
  if (!(await send(theForm(), page, writing, JSON.stringify([text, code, move, asks && note]), t(extension ? "move.longer.done" : "case.moved")))) return;
  typed[what(m)] = "";
  if (asks) typed.reason = "";
  close();
  theText().dispatchEvent(new Event("input")); // the draft has become shorter
}
