// A report that somebody makes by phone, at a table or by letter: an intake
// operator enters it, and it is sealed here. The operator cannot open it again.
import "./desk.ts";
import { shown } from "../../crypto/receipt.ts";
import { answersOf, chosenAnew, excludedIn, faults, given, installPersonal, inWords, type FieldError, type Say } from "../../lib/answers.ts";
import { installCount } from "../../lib/count.ts";
import { type Form, getIntake, type Intake, Refusal, Unanswered, Unreadable } from "../../lib/api.ts";
import { branchName } from "../../lib/branches.ts";
import { find, focusOn, h } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { installFiles, unreadable } from "../../lib/files.ts";
import { stopped, withProgressPanel } from "../../lib/progress.ts";
import { identityOf, loadFilters, outgoing, type SelectedFile } from "../../lib/selected-files.ts";
import { number, t } from "../../lib/texts.ts";
import type { Outgoing } from "../../lib/upload.ts";
import { Closed, ListChanged, NobodyLeft, OtherDesk, pendingChange, pendingReport, type PendingReport, route, TooLate, type Written } from "../../reporter/sealing.ts";
import { installEntity, offerExclusions, offerFor } from "../../reporter/entity.ts";
import { deskName } from "../../reporter/review.ts";
import { handOverReceipt } from "../onbehalf/receipt-handover.ts";
import { begin, onLock } from "../session/session.ts";
import { once } from "../ui/form.ts";
import { askBeforeSigningOut } from "../ui/signing-out.ts";

const form = find<HTMLFormElement>("form#report");
const token: Form = { token: find<HTMLInputElement>('[name="form"]', form).value };
const selected: SelectedFile[] = [];
let pending: { of: string; made: PendingReport } | undefined;
let keeps: (() => boolean) | undefined; // the receipt is shown, and nobody has said that it was handed out
let intake: Intake | undefined; // what says which desk reads a report
let announced = ""; // the branch that the page names, "" none

// Texts that would speak of the operator in the place of the person have others here.
const ofOperators = new Set(["anonymous-with-name", "name-missing", "text-too-long", "receipt-inside", "too-many-files"]);
const toOperator: Say = (fault, values) => t(`${ofOperators.has(fault) ? "behalf.error" : "error"}.${fault}`, values);

await begin();
void loadFilters();
installFiles(form, selected, (errors) => showErrors(form, errors), toOperator);
installPersonal(form);
installCount(form, { t, number });
form.addEventListener("change", announce);
installEntity(form, take, () => (intake = undefined));
void lookUpDesk();
once(form, send);
find<HTMLButtonElement>('[type="submit"]', form).disabled = false; // without this script the browser would put what was typed into the address
addEventListener("beforeunload", onLeaving);
askBeforeSigningOut(loses, stopAsking, () =>
  keeps ? [t("behalf.leaving.receipt-question"), t("behalf.leaving.receipt-text")] : [t("behalf.leaving.question"), t("behalf.leaving.text")],
);
onLock(() => {
  stopAsking();
  forget();
});

// Whether leaving would lose something.
function loses(): boolean {
  if (keeps) return keeps();
  const { channel: _channel, kind: _kind, entity: _entity, identity: _identity, category: _category, ...rest } = answersOf(form);
  return selected.length > 0 || Object.values(rest).some((value) => value.trim() !== "");
}

function stopAsking(): void {
  removeEventListener("beforeunload", onLeaving);
}

function onLeaving(event: BeforeUnloadEvent): void {
  if (loses()) event.preventDefault();
}

function forget(): void {
  pending = undefined;
  selected.length = 0;
  form.reset();
  form.remove();
}

// The channel, and what keeps any report from being sent.
function wrong(answers: Readonly<Record<string, string>>): FieldError[] {
  const { text, field } = form.dataset;
  const missing = answers["channel"] ? [] : [{ field: "channel", text: t("behalf.way.missing") }];
  return [...missing, ...faults(answers, { text: Number(text), field: Number(field) }, true, toOperator)];
}

async function lookUpDesk(): Promise<void> {
  try {
    intake = await getIntake(answersOf(form)["entity"]);
    announce();
  } catch {
    // sending asks again, and says what is wrong
  }
}

// Offers what can be chosen about the entity that was chosen.
function take(about: Intake): void {
  intake = about;
  const errors = offerFor(form, about);
  if (errors.length > 0) showErrors(form, errors);
  announce();
}

// Names the desk that will read the report, as the answers stand. What was sent
// already stays where it is.
function announce(): void {
  const place = form.querySelector("#reads");
  announced = "";
  if (place && !intake) place.textContent = ""; // it is being asked for
  if (!intake || !place) return;
  const answers = answersOf(form);
  try {
    const { branch, names } = route(intake, given(answers), excludedIn(answers));
    announced = branch;
    place.textContent = t("behalf.reads", { Queue: branchName(branch, names) });
  } catch (error) {
    place.textContent = error instanceof Closed ? t("behalf.reads-closed", { Queue: deskName(error.desk) }) : error instanceof NobodyLeft ? t("behalf.reads-nobody") : "";
  }
}

async function send(): Promise<void> {
  document.getElementById("error-message")?.remove();
  const answers = answersOf(form);
  const errors = wrong(answers);
  showErrors(form, errors);
  if (errors.length > 0) return;
  try {
    const files = await outgoing(selected);
    const made = pendingFor(answers, files);
    const total = files.reduce((sum, file) => sum + file.content.size, 0);
    const stored = await withProgressPanel(form, total, (progress) => made.send(progress, announced));
    const { language } = made.written;
    const code = shown(made.receipt);
    forget();
    keeps = handOverReceipt({ code, stored, language, channel: answers["channel"]!, kind: given(answers)["kind"] ?? "" }, stopAsking);
  } catch (error) {
    explain(error);
  }
}

// What was not changed since it was sent is the same report with the same
// receipt: sending it again stores nothing twice.
function pendingFor(answers: Record<string, string>, files: Outgoing[]): PendingReport {
  const language = find<HTMLSelectElement>("#language", form).value;
  const of = JSON.stringify([answers, language, identityOf(files)]);
  if (pending?.of === of) return pending.made;
  const written: Written = { language, text: answers["text"] ?? "", fields: sealed(answers), files, excluded: excludedIn(answers) };
  const to = { path: "/api/desk/reports", extra: { channel: answers["channel"] } };
  const before = pending?.made;
  if (!before?.begun()) before?.abandon();
  pending = { of, made: before?.begun() ? pendingChange(before, { ...written, fields: chosenAnew(before.written.fields, written.fields) }, token, to) : pendingReport(written, token, to) };
  return pending.made;
}

// The answers as they are sealed: who must not read it, in words.
function sealed(answers: Readonly<Record<string, string>>): Record<string, string> {
  const fields = given(answers);
  const [notFor] = inWords(form, fields).filter(({ field }) => field === "not_for");
  return notFor ? { ...fields, not_for: notFor.answer } : fields;
}

// Says why it was not sent, and what to do. Nothing typed is lost.
function explain(error: unknown): void {
  const made = pending?.made;
  if (error instanceof Unreadable) return showErrors(form, [unreadable(error)]);
  if (error instanceof NobodyLeft) return showErrors(form, [{ field: "not_for", text: t("behalf.trouble.nobody") }]);
  if (error instanceof ListChanged) return renewList(error);
  if (error instanceof OtherDesk) return otherDesk(error);
  if (error instanceof TooLate) {
    pending = { of: "", made: error.sent };
    return showErrors(form, [{ field: "not_for", text: t("behalf.trouble.late") }]);
  }
  if (stopped(error) && !made?.begun()) return say(t("behalf.trouble.stopped"));
  if (error instanceof Closed) return say(t("behalf.trouble.closed"));
  if (error instanceof Refusal && error.code === "signed-out") return say(t("behalf.trouble.session"));
  if (error instanceof Refusal && error.code === "too-large") return say(t("notice.too-large"));
  if (made?.begun()) return say(t("behalf.trouble.unknown"), h("p", { class: "mono", translate: "no" }, shown(made.receipt)));
  say(t(error instanceof Unanswered || error instanceof Refusal ? "behalf.trouble.offline" : "account.trouble.broken"));
}

// Somebody in the list cannot be left out any more: they do not read reports now.
function renewList({ now }: ListChanged): void {
  offerExclusions(form, now);
  say(t("behalf.trouble.list"));
}

// While it was entered another desk came to be in charge.
function otherDesk({ desk: { branch, names } }: OtherDesk): void {
  void lookUpDesk();
  say(t("behalf.trouble.other", { Queue: branchName(branch, names) }));
}

function say(text: string, ...more: HTMLElement[]): void {
  const notice = h("div", { class: "notice", id: "error-message", role: "alert" }, h("p", {}, text), ...more);
  find("#sending", form).prepend(notice);
  focusOn(notice);
}
