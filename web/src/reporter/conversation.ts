// A case as its reporter sees it: state, dates, messages, files, and a form to
// write again.
import type { SealedFile } from "../crypto/message.ts";
import { shown } from "../crypto/receipt.ts";
import { faults } from "../lib/answers.ts";
import { type Form, getIntake, isRead, persistently, postForBytes, Refusal, Unanswered, Unreadable } from "../lib/api.ts";
import { allInWords } from "../lib/asked-fields.ts";
import { branchName, showBranch } from "../lib/branches.ts";
import { button, copyOf, find, focusOn, h, saveAs } from "../lib/dom.ts";
import { showErrors } from "../lib/errors.ts";
import { fileLine, installFiles, unreadable } from "../lib/files.ts";
import { type Progress, stopped, withProgressPanel } from "../lib/progress.ts";
import { identityOf, loadFilters, outgoing, type SelectedFile } from "../lib/selected-files.ts";
import { date, language, marked, number, ofKind, t, visible } from "../lib/texts.ts";
import type { AskedDraft } from "./asked.ts";
import { onLanguageChange } from "./language.ts";
import { askBeforeLeaving } from "./quick-exit.ts";
import { dateRows, showReceipt } from "./receipt-page.ts";
import type { Opened, Reply, Visit } from "./sealing.ts";
import { type Answer, installStatement, noAnswer, showStatement, statementFaults, toCheck } from "./statement.ts";

type Sealing = typeof import("./sealing.ts");

/** What a person is writing. It outlives a change of language. */
interface Draft {
  text: string;
  meeting: boolean; // asked for with it
  readonly selected: SelectedFile[];
  readonly answer: Answer; // to a written statement
  readonly asked: AskedDraft; // to what the page asks by itself
  reply?: { readonly of: string; readonly made: Reply };
}

const emptyDraft = (): Draft => ({ text: "", meeting: false, selected: [], answer: noAnswer(), asked: { happened: "", account: "", notFor: [], satisfied: "", remark: "" } });

/** Shows a case in the place of the page; said is the key of what stands above it, as that a message was just stored. */
export function showConversation(sealing: Sealing, visit: Visit, form: Form, draft: Draft = emptyDraft(), said = ""): void {
  const answers = copyOf("answers");
  const page = copyOf("conversation-page");
  const kind = kindOf(visit);
  fillState(page, visit, kind);
  showStatement(page, toCheck(visit.case), visit.genuine);
  showMeeting(page, visit);
  let all = visit; // with the earlier messages that were fetched
  const entries = () => paged(all).flatMap((m) => [article(sealing, all, kind, m, form, answers), ...passings(all, m.seq)]).reverse();
  // A statement is to be read before it is answered.
  const first = () => all.messages.filter(({ seq }) => seq < all.case.earlier && toCheck(all.case)?.state === "offered" && seq === toCheck(all.case)?.seq).map((m) => article(sealing, all, kind, m, form, answers));
  find("#messages", page).replaceChildren(...entries(), ...first());
  const title = find("h1", page);
  title.textContent = t(ofKind(kind, "conversation.title"));
  const notice = h("div", { class: "notice", id: "added", role: "alert", hidden: !said }, h("p", {}, said ? t(said) : ""));
  page.prepend(notice);
  const templates = document.querySelectorAll("main > template");
  find("main").replaceChildren(page, ...templates);
  document.title = document.title.replace(/^.*?( – )/, () => `${title.textContent} – `);
  installReply(sealing, visit, form, draft);
  installEarlier(visit.case.earlier, async (progress) => {
    const place = paged(all).length;
    all = withEarlier(all, await sealing.visit(all.receipt, form, progress, all.case.earlier));
    const list = entries();
    find("#messages").replaceChildren(...list, ...first());
    focusOn(list.filter((item) => item.matches("article"))[place]!); // where reading goes on
    return all.case.earlier;
  });
  onLanguageChange(() => showConversation(sealing, all, form, draft));
  focusOn(said ? notice : title);
}

// What stands on the pages that were fetched, without the beginning that comes with each.
const paged = ({ case: c, messages }: Visit): readonly Opened[] => messages.filter(({ seq }) => seq >= c.earlier);

// The case stays as it was: what came meanwhile is read before it is answered.
function withEarlier(visit: Visit, more: Visit): Visit {
  return { ...visit, case: { ...visit.case, earlier: more.case.earlier }, messages: [...more.messages, ...paged(visit)] };
}

// The button below the messages. fetchMore shows those before them and returns whether there are more.
function installEarlier(some: number, fetchMore: (progress: Progress) => Promise<number>): void {
  const fetching = find<HTMLButtonElement>("#earlier");
  const place = fetching.parentElement!;
  const said = h("p", { class: "error", role: "alert" });
  place.after(said);
  fetching.type = "button"; // without scripts it sends the form
  place.hidden = some === 0;
  fetching.addEventListener("click", () => {
    said.textContent = "";
    void withProgressPanel(place, 0, fetchMore, "browser.opening").then(
      (more) => (place.hidden = more === 0),
      (error: unknown) => {
        if (!stopped(error)) said.textContent = t("browser.offline");
        fetching.focus();
      },
    );
  });
}

// That another desk took the case over, in the place among the messages where it did.
const passings = ({ case: c }: Visit, seq: number): HTMLElement[] =>
  c.transfers.filter(({ after }) => after === seq).map(({ on, branch }) => h("p", { class: "transferred" }, t("conversation.transferred", { Date: date(on), Queue: branchName(branch, c.names) })));

// What a handler confirmed, or else what the reporter said.
function kindOf({ case: c, messages }: Visit): string {
  return c.kind || (messages.filter(({ from }) => from !== "desk").map(({ message }) => message?.fields?.["kind"]).filter(Boolean).at(-1) ?? "");
}

function fillState(page: DocumentFragment, { case: c }: Visit, kind: string): void {
  const state = find("#state", page);
  state.dataset["state"] = c.state;
  state.textContent = t(`state.${c.state}`);
  find("#state-means", page).textContent = t(ofKind(kind, `state-means.${c.state}`));
  const queue = find("#queue", page);
  showBranch(queue, c.branch, c.names);
  const facts = queue.closest("dl")!;
  if (c.outcome) facts.prepend(h("div", {}, h("dt", {}, t("outcome.label")), h("dd", { id: "outcome", "data-outcome": c.outcome }, t(`outcome.${c.outcome}`))));
  facts.append(...dateRows(c.dates, kind));
  showDay(find("#protected-until", page), c.dates.protected_until);
  showDay(find("#kept-until", page), c.dates.kept_until);
}

// A day with the sentence around it, which is hidden where there is none.
function showDay(place: HTMLElement, day: string): void {
  if (!day) return;
  place.append(h("time", { datetime: day }, date(day)));
  place.parentElement!.hidden = false;
}

// A meeting that was asked for, or the box that asks for one.
function showMeeting(page: DocumentFragment, { case: { dates, state } }: Visit): void {
  const open = find("#meeting-open", page);
  open.textContent = open.textContent.replace("{{.Date}}", date(dates.meeting_asked)).replace("{{.By}}", date(dates.meeting_by));
  if (!dates.meeting_by) open.remove();
  if (dates.meeting_by || ["closed", "monitoring"].includes(state)) find("#meeting", page).closest(".field")!.remove();
}

// The words with which a meeting is asked for.
const askingWords = (): string => find('label[for="meeting"]', copyOf("conversation-page")).textContent;

// What cannot be opened, or stands in the wrong place, is never shown as text.
function article(sealing: Sealing, visit: Visit, kind: string, { seq, from, on, message }: Opened, form: Form, answers: DocumentFragment): HTMLElement {
  const head = h("h3", {}, t(ofKind(kind, `from.${from}`)), " ", h("span", {}, h("time", { datetime: on }, date(on))));
  const attributes = { class: `message ${from}`, ...(seq === (toCheck(visit.case)?.seq ?? 1) ? { id: "written-down" } : {}) };
  if (!message) return h("article", attributes, head, h("p", { class: "error" }, t("conversation.broken")));
  const body: HTMLElement[] = message.text ? [h("p", { class: "text", dir: "auto" }, marked(message.text))] : [];
  if (message.fields?.["meeting"]) body.push(h("p", { class: "asks-meeting" }, h("strong", {}, askingWords())));
  body.push(...facts(answers, message.fields ?? {}));
  if (from === "report") body.push(...apart(visit, answers));
  const files = (message.files ?? []).map((file) => {
    const line = fileLine(file.name, file.size, file);
    if (from === "desk") line.append(" ", saveButton(sealing, visit, file, form));
    return line;
  });
  if (files.length > 0) body.push(h("ul", { class: "files" }, ...files));
  return h("article", attributes, head, ...body);
}

function facts(answers: DocumentFragment, fields: Readonly<Record<string, string>>): HTMLElement[] {
  const rows = allInWords(answers, fields).map(({ question, answer }) => h("div", {}, h("dt", {}, question), h("dd", {}, marked(answer))));
  return rows.length > 0 ? [h("dl", { class: "facts" }, ...rows)] : [];
}

// Name and contact are sealed apart: who may know them is in a register.
function apart(visit: Visit, answers: DocumentFragment): HTMLElement[] {
  if (visit.apart === null) return [h("p", { class: "error" }, t("conversation.name-broken"))];
  const { name = "", contact = "" } = visit.apart ?? {};
  const rows = facts(answers, { name, contact });
  return rows.length > 0 ? [h("div", { class: "apart" }, h("p", { class: "hint" }, t("conversation.name")), ...rows)] : [];
}

function saveButton(sealing: Sealing, visit: Visit, file: SealedFile, form: Form): HTMLElement {
  const said = h("span", { role: "status" });
  const save = button(t("browser.file.save"), "plain", async () => {
    said.textContent = t("browser.file.opening");
    save.disabled = true;
    try {
      saveAs(await fetchFile(sealing, visit, file, form), file.name);
      said.textContent = t("browser.file.saved");
    } catch (error) {
      said.textContent = t(error instanceof Unanswered || error instanceof Refusal ? "browser.offline" : "browser.file.broken");
    }
    save.disabled = false;
  });
  save.append(h("span", { class: "hidden" }, ` ${visible(file.name)}`));
  return h("span", { class: "save" }, save, " ", said);
}

// Fetches a file that the desk sent and opens it. Throws OpenError if it was changed.
async function fetchFile({ lookup, openFile, OpenError, reporterIdentity }: Sealing, { receipt }: Visit, file: SealedFile, form: Form): Promise<Blob> {
  const { signal } = new AbortController();
  const asking = () => postForBytes("/api/follow-up/file", { form: form.token, lookup: lookup(receipt), file: file.id }, signal);
  const sealed = await persistently(form, asking, signal, () => undefined);
  try {
    return new Blob([await openFile(sealed, reporterIdentity(receipt), file.size, file.sha256)], { type: "application/octet-stream" });
  } catch (error) {
    throw error instanceof OpenError && error.cause instanceof Unanswered ? error.cause : error;
  }
}

function installReply(sealing: Sealing, visit: Visit, form: Form, draft: Draft): void {
  const element = find<HTMLFormElement>("form#message");
  if (!visit.genuine) {
    askBeforeLeaving(() => false);
    find('a[href="#text"]').remove(); // which leads to the form
    element.replaceWith(h("div", { class: "notice", id: "changed", role: "alert" }, h("p", {}, t("notice.key-changed"))));
    return;
  }
  if (isFull(visit)) showFull(element, visit, draft);
  else installWriting(element, visit, draft);
  installStatement(draft.answer);
  ask(sealing, visit, form, draft);
  askBeforeLeaving(() => (draft.text + draft.answer.correction + draft.asked.account + draft.asked.remark).trim() !== "" || draft.meeting || draft.selected.length > 0);
  const limits = { text: Number(element.dataset["text"]), field: 0 };
  let sending = false;
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending) return;
    const part = event.submitter?.closest<HTMLElement>("#statement-part");
    if (isFull(visit) && !part) return;
    const errors = part ? statementFaults(draft.answer, limits) : faults({ text: draft.text }, limits, draft.selected.length === 0 && !draft.meeting);
    showErrors(part ?? element, errors);
    if (errors.length > 0) return;
    sending = true;
    const { choice, correction } = draft.answer;
    const outbound = part
      ? { place: part, text: correction, fields: { statement: choice, statement_of: String(toCheck(visit.case)?.seq) }, selected: [], left: { ...emptyDraft(), text: draft.text, meeting: draft.meeting, selected: draft.selected, asked: draft.asked } }
      : { place: element, text: draft.text, fields: draft.meeting ? { meeting: "asked" } : {}, selected: draft.selected, left: { ...emptyDraft(), answer: draft.answer, asked: draft.asked } };
    void send(outbound, sealing, visit, form, draft).finally(() => (sending = false));
  });
}

// What the page asks by itself is loaded where there is something to ask.
function ask(sealing: Sealing, visit: Visit, form: Form, draft: Draft): void {
  const place = find("#to-write");
  if (visit.case.asks.watch === 0 && !visit.case.asks.satisfied) return;
  const limits = { text: Number(find("form#message").dataset["text"]), field: 0 };
  void import("./asked.ts").then(
    ({ installAsked }) =>
      place.isConnected &&
      installAsked(place, visit, form, draft.asked, {
        ...{ sealing, showErrors, withProgressPanel, stopped },
        dom: { button, copyOf, find, focusOn, h },
        api: { getIntake, isRead, persistently, Refusal },
        texts: { date, language, marked, t },
        textFaults: (text, required) => faults({ text }, limits, required),
        showReceipt: ({ receipt }, stored) => showReceipt(shown(receipt), "report", stored, [], import("./reminder.ts").catch(() => undefined)),
        showConversation: (now, said) => showConversation(sealing, now, form, draft, said),
      }),
    () => undefined, // it can be answered another time
  );
}

// Nothing can be sent to it any more; a written statement can still be answered.
const isFull = ({ case: c }: Visit): boolean => c.full === "messages";

function installWriting(element: HTMLFormElement, visit: Visit, draft: Draft): void {
  const text = find<HTMLTextAreaElement>("#text", element);
  text.value = draft.text;
  text.addEventListener("input", () => (draft.text = text.value));
  const meeting = element.querySelector<HTMLInputElement>("#meeting");
  draft.meeting &&= meeting !== null; // it was asked for in another tab
  if (meeting) meeting.checked = draft.meeting;
  meeting?.addEventListener("change", () => (draft.meeting = meeting.checked));
  void import("../lib/count.ts").then(({ installCount }) => installCount(element, { t, number }), () => undefined);
  if (visit.case.full) {
    find("#files", element).closest("details")!.replaceWith(numbered("files-full", visit));
    return;
  }
  void loadFilters();
  installFiles(element, draft.selected, (errors) => showErrors(element, errors));
}

// Says in the place of the controls that the case takes no more, and how to go on. What
// was typed stands there to be copied.
function showFull(element: HTMLFormElement, visit: Visit, draft: Draft): void {
  element.replaceChildren(numbered("case-full", visit));
  const text = find<HTMLTextAreaElement>("#text", element);
  text.value = draft.text;
  if (draft.text.trim() !== "") return;
  text.closest(".field")!.remove();
  find('a[href="#text"]').setAttribute("href", "#full");
}

// With the number of the case that a new report can name: it opens nothing.
function numbered(id: string, { case: c }: Visit): DocumentFragment {
  const part = copyOf(id);
  find(".case-number", part).textContent = c.case.slice(0, 8);
  return part;
}

/** What one of the two buttons sends. */
interface Outbound {
  readonly place: HTMLElement; // where its progress and its errors are shown
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly selected: readonly SelectedFile[];
  readonly left: Draft; // what stays in the page when it is sent
}

async function send(outbound: Outbound, sealing: Sealing, visit: Visit, form: Form, draft: Draft): Promise<void> {
  document.getElementById("error-message")?.remove();
  const { place, text, fields } = outbound;
  try {
    const files = await outgoing(outbound.selected);
    if (!place.isConnected) return; // in another language by now: its own button sends
    const of = JSON.stringify([text, fields, identityOf(files)]);
    if (draft.reply?.of !== of) {
      draft.reply?.made.abandon();
      draft.reply = { of, made: sealing.reply(visit, { language: language(), text, fields, files }, form) };
    }
    const { made } = draft.reply;
    const total = files.reduce((sum, file) => sum + file.content.size, 0);
    showConversation(sealing, await withProgressPanel(place, total, (progress) => made.send(progress)), form, outbound.left, "conversation.added");
  } catch (error) {
    if (error instanceof Unreadable) {
      showErrors(place, [unreadable(error)]);
      return;
    }
    if (error instanceof Refusal && error.code === "moved") return answered(sealing, visit, form, draft);
    if (error instanceof Refusal && error.code.endsWith("full")) return filled(sealing, visit, form, draft, error.code === "full" ? "messages" : "files");
    const notice = h("div", { class: "notice", id: "error-message", role: "alert" }, h("p", {}, t(errorKey(sealing, error))));
    place.prepend(notice);
    focusOn(notice);
  }
}

// The statement has its answer already, from another tab or device. What was
// typed beside it can still be sent as a message.
async function answered(sealing: Sealing, visit: Visit, form: Form, draft: Draft): Promise<void> {
  const text = [draft.text, draft.answer.correction].map((part) => part.trim()).filter(Boolean).join("\n\n");
  const now = await withProgressPanel(find("form#message"), 0, (progress) => sealing.visit(visit.receipt, form, progress), "browser.opening").catch(() => visit);
  showConversation(sealing, now, form, { ...emptyDraft(), text, meeting: draft.meeting, selected: draft.selected, asked: draft.asked }, "notice.statement-answered");
}

// The case takes no more: another tab or device has filled it. What was typed is kept.
async function filled(sealing: Sealing, visit: Visit, form: Form, draft: Draft, full: Visit["case"]["full"]): Promise<void> {
  draft.reply?.made.abandon();
  const known: Visit = { ...visit, case: { ...visit.case, full } };
  const now = await withProgressPanel(find("form#message"), 0, (progress) => sealing.visit(visit.receipt, form, progress), "browser.opening").catch(() => known);
  showConversation(sealing, now, form, { ...emptyDraft(), text: draft.text, meeting: draft.meeting, answer: draft.answer, asked: draft.asked });
  focusOn(find("#full, #files-full"));
}

// Why a message was not sent, as the key of a text.
function errorKey(sealing: Sealing, error: unknown): string {
  if (stopped(error)) return "browser.trouble.stopped";
  if (error instanceof sealing.KeyChanged) return "notice.key-changed";
  if (error instanceof Refusal && error.code === "too-large") return "notice.too-large";
  return "browser.trouble.message";
}
