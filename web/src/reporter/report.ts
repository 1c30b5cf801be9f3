// The report form with scripts: three steps, a review, and sealing here before
// anything leaves. What seals is large and loads while somebody writes. Without
// scripts the form stays what it is; where sealing cannot load or run, the person
// decides whether the server may do it.
import { type Receipt, shown } from "../crypto/receipt.ts";
import { answersOf, chosenAnew, excludedIn, faults, fillIn, given, installPersonal, inWords } from "../lib/answers.ts";
import { type Form, type Intake, Refusal, type Stored, Unanswered, Unreadable } from "../lib/api.ts";
import { branchName } from "../lib/branches.ts";
import { showAllChosen } from "../lib/chosen.ts";
import { find, focusOn, h } from "../lib/dom.ts";
import { reveal, showErrors } from "../lib/errors.ts";
import { installFiles, unreadable } from "../lib/files.ts";
import { type Progress, stopped, unlessStopped, withProgressPanel } from "../lib/progress.ts";
import { giveBack, identityOf, loadFilters, outgoing, type SelectedFile } from "../lib/selected-files.ts";
import { language, loadTexts, number, t } from "../lib/texts.ts";
import type { Outgoing } from "../lib/upload.ts";
import { installEntity, offerExclusions, offerFor } from "./entity.ts";
import { onLanguageChange } from "./language.ts";
import { askBeforeLeaving, guardLeaving } from "./quick-exit.ts";
import { showReceipt } from "./receipt-page.ts";
import { announceDesk, showDesk, showReview } from "./review.ts";
import type { PendingReport } from "./sealing.ts";
import { installSteps, onTravel, type Steps } from "./steps.ts";

type Sealing = typeof import("./sealing.ts");

/** What a person has done so far. It outlives a change of language. */
interface Draft {
  readonly form: Form;
  readonly selected: SelectedFile[];
  answers: Record<string, string>;
  step: number;
  announced: string; // branch that the person was told will read it, "" none
  pending?: { readonly of: string; readonly made: PendingReport };
}

const storyStep = 0;
const detailsStep = 1;
const sendStep = 2;

const theForm = () => find<HTMLFormElement>("form#report");
const partOfFiles = () => find("#files").closest("details")!;
const sections = () => theForm().querySelectorAll<HTMLElement>(".step");

const draft: Draft = { form: { token: find<HTMLInputElement>('#report [name="form"]').value }, selected: [], answers: {}, step: storyStep, announced: "" };
let steps: Steps;
let sending = false;
let sealing: Sealing | undefined; // once it has loaded
let local: Intake | undefined; // who reads what is about the entity that was chosen on this page
let unsealed = ""; // the key of why nothing can be sealed here, "" where it can

await loadTexts(); // without them the page stays the plain form that it is
const loading = import("./sealing.ts").then((loaded) => (sealing = loaded), () => explainUnsealed("browser.unloaded"));
const making = import("./reminder.ts").catch(() => undefined); // the receipt page goes without
void loadFilters();
guardLeaving();
askBeforeLeaving(touched);
// Whoever began before this script was there goes on where they are.
draft.step = Math.max(storyStep, [...sections()].findIndex((section) => section.contains(document.activeElement)));
install();
onTravel((step) => {
  if (sending) history.pushState({ step: draft.step }, ""); // what is on its way must not be changed
  else if (document.querySelector("form#report")) goTo(step);
});

// Takes over the form that the page holds, with what the draft holds.
function install(): void {
  const form = theForm();
  const before = excludedIn(draft.answers);
  if (local) offerFor(form, local);
  fillIn(form, { ...answersOf(form), ...draft.answers });
  showAllChosen(form);
  draft.answers = answersOf(form);
  const changed = before.some((id) => !excludedIn(draft.answers).includes(id)); // in the list of the page in another language
  for (const event of ["input", "change"]) form.addEventListener(event, () => (draft.answers = answersOf(form)));
  installFiles(form, draft.selected, (errors) => showErrors(form, errors));
  const way = find("#way", form);
  way.textContent = t("browser.way.before");
  way.dataset["way"] = "browser";
  find("#routing", form).textContent = t("browser.desk.before");
  installPersonal(form);
  installEntity(form, (intake) => offer(form, (local = intake)));
  void import("../lib/count.ts").then(({ installCount }) => form.isConnected && installCount(form, { t, number }), () => undefined);
  const review = h("div", { id: "review" });
  const desk = h("section", { id: "reads" });
  way.before(review, desk);
  arrangeDetails();
  steps = installSteps(form, draft.step, check, (step) => {
    draft.step = step;
    if (step !== sendStep) return;
    showReview(review, form, draft.answers, draft.selected, change);
    void announce(desk);
  });
  form.addEventListener("submit", onSubmit);
  onLanguageChange(install);
  if (unsealed) explainUnsealed(unsealed);
  if (changed) explainExclusion("error.not-for-changed");
}

// Offers what can be chosen about another entity. What a person chose and cannot
// choose any more is not dropped in silence.
function offer(form: HTMLFormElement, intake: Intake): void {
  if (sending) return;
  const errors = offerFor(form, intake);
  if (errors.length === 0) {
    if (form.querySelector("#desk-error")) showErrors(form, []); // it was about the entity before
    return;
  }
  draft.answers = answersOf(form);
  goTo(detailsStep);
  showErrors(form, errors);
}

// With steps there is room for the questions that lead to the right desk, after
// the text. Photos and files come before them; all else stays closed until it is
// wanted. Nothing moves while somebody is answering it.
function arrangeDetails(): void {
  for (const part of [find<HTMLDetailsElement>("#about"), partOfFiles()]) {
    if (part.contains(document.activeElement)) continue;
    part.open = true;
    sections()[detailsStep]!.prepend(part);
  }
}

function onSubmit(event: SubmitEvent): void {
  event.preventDefault();
  if (!sending && check(storyStep) && check(detailsStep)) void send();
}

function goTo(step: number): void {
  if (draft.step !== step) steps.show(step);
}

// Tells which desk will read the report. One that was sent already stays with its
// desk, unless somebody is newly excluded from it.
async function announce(place: HTMLElement): Promise<void> {
  draft.announced = "";
  const { answers } = draft;
  const made = draft.pending?.made;
  const excluded = excludedIn(answers).some((id) => !made?.written.excluded?.includes(id));
  const sentTo = excluded ? undefined : made?.sentTo();
  if (sentTo) showDesk(place, sentTo);
  const by = sealing ?? (await loading);
  const branch = sentTo?.branch ?? (by ? await announceDesk(place, answers, by, explain) : "");
  if (place.isConnected && answers === draft.answers) draft.announced = branch;
}

// Leads from the review to an answer; the browser's way back leads to the review.
function change(field: string): void {
  const step = [...sections()].findIndex((section) => section.querySelector(`[name="${field}"]`));
  history.pushState({ step }, "");
  goTo(step);
  reveal(theForm(), field);
}

// Whether there is something that leaving would lose.
function touched(): boolean {
  if (!document.querySelector("form#report")) return false;
  const { kind: _kind, entity: _entity, identity: _identity, category: _category, ...rest } = answersOf(theForm());
  return draft.selected.length > 0 || Object.values(rest).some((value) => value.trim() !== "");
}

// Reports whether a step can be left, and otherwise shows what is wrong on it.
function check(step: number): boolean {
  const form = theForm();
  const section = sections()[step]!;
  const here = Object.entries(answersOf(form)).filter(([name]) => section.querySelector(`[name="${name}"]`));
  const { text, field } = form.dataset;
  const errors = faults(Object.fromEntries(here), { text: Number(text), field: Number(field) }, true);
  if (errors.length > 0) goTo(step);
  showErrors(form, errors);
  return errors.length === 0;
}

async function send(): Promise<void> {
  document.getElementById("error-message")?.remove();
  sending = true;
  try {
    const files = await outgoing(draft.selected);
    const total = files.reduce((sum, file) => sum + file.content.size, 0);
    const { receipt, stored } = await withProgressPanel(sections()[sendStep]!, total, (progress) => sealAndSend(files, progress));
    showReceipt(shown(receipt), given(draft.answers)["kind"] ?? "", stored, files, making);
    forgetDraft();
  } catch (error) {
    await explain(error);
  } finally {
    sending = false;
  }
}

async function sealAndSend(files: Outgoing[], progress: Progress): Promise<{ receipt: Receipt; stored: Stored }> {
  const by = sealing ?? (await unlessStopped(loading, progress.signal));
  if (!by) throw new Error("what seals cannot be loaded");
  const report = pendingFor(files, by);
  const stored = await report.send(progress, draft.announced);
  return { receipt: report.receipt, stored }; // sending decides which of two it is
}

// Nothing of a report that arrived stays in the page.
function forgetDraft(): void {
  draft.answers = {};
  draft.selected.length = 0;
  delete draft.pending;
}

// What was not changed since it was sent is the same report with the same
// receipt: sending it again stores nothing twice.
function pendingFor(files: Outgoing[], by: Sealing): PendingReport {
  const { answers } = draft;
  const of = JSON.stringify([answers, identityOf(files)]);
  if (draft.pending?.of !== of) {
    const written = { language: language(), text: answers["text"] ?? "", fields: sealedFields(), files, excluded: excludedIn(answers) };
    const before = draft.pending?.made;
    if (before?.begun()) draft.pending = { of, made: by.pendingChange(before, { ...written, fields: chosenAnew(before.written.fields, written.fields) }, draft.form) };
    else {
      before?.abandon();
      draft.pending = { of, made: by.pendingReport(written, draft.form) };
    }
  }
  return draft.pending.made;
}

// The answers as they are sealed: who must not read it, in the words of the page.
function sealedFields(): Record<string, string> {
  const fields = given(draft.answers);
  const [notFor] = inWords(theForm(), fields).filter(({ field }) => field === "not_for");
  return notFor ? { ...fields, not_for: notFor.answer } : fields;
}

// Leads to the list of those who must not read the report.
function explainExclusion(key: string): void {
  goTo(detailsStep);
  showErrors(theForm(), [{ field: "not_for", text: t(key) }]);
}

// Says why a report was not sent, and what to do. Nothing typed is lost.
async function explain(error: unknown): Promise<void> {
  const made = draft.pending?.made;
  if (error instanceof Unreadable) {
    goTo(detailsStep);
    showErrors(theForm(), [unreadable(error)]);
  } else if (stopped(error) && !made?.begun()) say(t("browser.trouble.stopped"));
  else if (!sealing) focusOn(find("#way")); // where it says why
  else if (error instanceof sealing.NobodyLeft) explainExclusion("error.nobody-left");
  else if (error instanceof sealing.ListChanged) {
    offerExclusions(theForm(), error.now);
    draft.answers = answersOf(theForm());
    explainExclusion("error.not-for-changed");
  } else if (error instanceof sealing.TooLate) {
    draft.pending = { of: "", made: error.sent };
    explainExclusion("error.not-for-late");
  } else if (error instanceof sealing.OtherDesk) {
    const { branch, names } = error.desk;
    draft.announced = branch;
    showDesk(find("#reads"), error.desk);
    say(t("browser.desk.other", { Queue: branchName(branch, names) }));
  } else if (error instanceof sealing.Closed) say(t("notice.queue-closed"));
  else if (error instanceof Refusal && error.code === "too-large") say(t("notice.too-large"));
  else if (made?.begun()) say(t("browser.trouble.unknown"), h("p", { class: "mono", translate: "no" }, shown(made.receipt)));
  else if (error instanceof Unanswered || error instanceof Refusal || (await sealing.works())) say(t("browser.trouble.offline"));
  else explainUnsealed("browser.unsealed.text");
}

function say(text: string, ...more: HTMLElement[]): void {
  document.getElementById("notice")?.remove(); // the page's own, which may be the same
  const notice = h("div", { class: "notice", id: "error-message", role: "alert" }, h("p", {}, text), ...more);
  find(".step-title", sections()[sendStep]).after(notice);
  focusOn(notice);
}

// Sealing cannot run here, for the reason of that key. The person decides whether
// to send all the same.
function explainUnsealed(why: string): undefined {
  unsealed = why;
  const form = theForm();
  form.removeEventListener("submit", onSubmit);
  form.addEventListener("submit", (event) => {
    if (!check(storyStep) || !check(detailsStep)) {
      event.preventDefault();
      return;
    }
    askBeforeLeaving(() => false);
    giveBack(form, draft.selected); // as they are selected by then
    sections()[detailsStep]!.append(partOfFiles()); // the server wants files last
  });
  const texts = [h("p", {}, t(why)), h("p", {}, t("browser.unsealed.choice"))];
  find("#way", form).replaceWith(h("div", { class: "notice", id: "way", "data-way": "server", role: "alert" }, ...texts));
  find(".step [type=submit]", form).textContent = t("browser.unsealed.send");
}
