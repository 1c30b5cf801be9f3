// A case as its reporter sees it: state, dates, messages, files, and a form to
// write again.
import { faults, inWords } from "./answers.ts";
import { type Form, Refusal, Unanswered, Unreadable } from "./api.ts";
import { type Chosen, identityOf, loadFilters, outgoing } from "./chosen.ts";
import { button, copyOf, find, focusOn, h } from "./dom.ts";
import { showErrors } from "./errors.ts";
import { fileLine, installFiles, unreadable } from "./files.ts";
import { saveAs } from "./keep.ts";
import { onLanguageChange } from "./language.ts";
import { askBeforeLeaving } from "./leaving.ts";
import { stopped, withProgress } from "./progress.ts";
import { dateRows } from "./receipt-page.ts";
import type { Opened, Reply, Visit } from "./sealing.ts";
import { date, language, marked, t, visible } from "./texts.ts";

type Sealing = typeof import("./sealing.ts");

/** What a person is writing. It outlives a change of language. */
interface Draft {
  text: string;
  readonly chosen: Chosen[];
  reply?: { readonly of: string; readonly made: Reply };
}

/** Shows a case in the place of the page; added says that a message was just stored. */
export function showConversation(sealing: Sealing, visit: Visit, form: Form, draft: Draft = { text: "", chosen: [] }, added = false): void {
  const answers = copyOf("answers");
  const page = copyOf("conversation-page");
  fillState(page, visit);
  find("#messages", page).replaceChildren(...visit.messages.map((m) => article(sealing, visit, m, form, answers)).reverse());
  const title = find("h1", page);
  const notice = h("div", { class: "notice", id: "added", role: "alert", hidden: !added }, h("p", {}, t("conversation.added")));
  page.prepend(notice);
  const templates = document.querySelectorAll("main > template");
  find("main").replaceChildren(page, ...templates);
  document.title = document.title.replace(/^.*?( – )/, () => `${title.textContent ?? ""} – `);
  installReply(sealing, visit, form, draft);
  onLanguageChange(() => showConversation(sealing, visit, form, draft));
  focusOn(added ? notice : title);
}

function fillState(page: DocumentFragment, { case: c }: Visit): void {
  const state = find("#state", page);
  state.dataset["state"] = c.state;
  state.textContent = t(`state.${c.state}`);
  find("#state-means", page).textContent = t(`state-means.${c.state}`);
  const queue = find("#queue", page);
  queue.dataset["queue"] = c.queue;
  queue.textContent = t(`queue.${c.queue}`);
  const facts = queue.closest("dl")!;
  if (c.outcome) facts.prepend(h("div", {}, h("dt", {}, t("outcome.label")), h("dd", { id: "outcome", "data-outcome": c.outcome }, t(`outcome.${c.outcome}`))));
  facts.append(...dateRows(c.dates));
}

// What cannot be opened, or stands in the wrong place, is never shown as text.
function article(sealing: Sealing, visit: Visit, { from, on, message }: Opened, form: Form, answers: DocumentFragment): HTMLElement {
  const head = h("h3", {}, t(`from.${from}`), " ", h("span", {}, h("time", { datetime: on }, date(on))));
  if (!message) return h("article", { class: `message ${from}` }, head, h("p", { class: "error" }, t("conversation.broken")));
  const body: HTMLElement[] = [h("p", { class: "text", dir: "auto" }, marked(message.text))];
  const rows = inWords(answers, message.fields ?? {}).map(({ question, answer }) => h("div", {}, h("dt", {}, question), h("dd", {}, marked(answer))));
  if (rows.length > 0) body.push(h("dl", { class: "facts" }, ...rows));
  const files = (message.files ?? []).map((file) => {
    const line = fileLine(file.name, file.size, file.cleaned);
    if (from === "desk") line.append(" ", saveButton(sealing, visit, file, form));
    return line;
  });
  if (files.length > 0) body.push(h("ul", { class: "files" }, ...files));
  return h("article", { class: `message ${from}` }, head, ...body);
}

function saveButton(sealing: Sealing, visit: Visit, file: NonNullable<NonNullable<Opened["message"]>["files"]>[number], form: Form): HTMLElement {
  const said = h("span", { role: "status" });
  const save = button(t("browser.file.save"), "plain", async () => {
    said.textContent = t("browser.file.opening");
    save.disabled = true;
    try {
      saveAs(await sealing.fetchFile(visit, file, form, new AbortController().signal), file.name);
      said.textContent = t("browser.file.saved");
    } catch (error) {
      said.textContent = t(error instanceof Unanswered || error instanceof Refusal ? "browser.offline" : "browser.file.broken");
    }
    save.disabled = false;
  });
  save.append(h("span", { class: "hidden" }, ` ${visible(file.name)}`));
  return h("span", { class: "save" }, save, " ", said);
}

function installReply(sealing: Sealing, visit: Visit, form: Form, draft: Draft): void {
  const element = find<HTMLFormElement>("form#message");
  if (!visit.genuine) {
    askBeforeLeaving(() => false);
    find('a[href="#text"]').remove(); // which leads to the form
    element.replaceWith(h("div", { class: "notice", id: "changed", role: "alert" }, h("p", {}, t("notice.key-changed"))));
    return;
  }
  const text = find<HTMLTextAreaElement>("#text", element);
  text.value = draft.text;
  text.addEventListener("input", () => (draft.text = text.value));
  askBeforeLeaving(() => draft.text.trim() !== "" || draft.chosen.length > 0);
  void loadFilters();
  installFiles(element, draft.chosen, (errors) => showErrors(element, errors));
  let sending = false;
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending) return;
    const limits = { text: Number(element.dataset["text"]), field: 0 };
    const errors = faults({ text: draft.text }, limits, draft.chosen.length === 0, sealing.holdsReceipt);
    showErrors(element, errors);
    if (errors.length > 0) return;
    sending = true;
    void send(element, sealing, visit, form, draft).finally(() => (sending = false));
  });
}

async function send(element: HTMLFormElement, sealing: Sealing, visit: Visit, form: Form, draft: Draft): Promise<void> {
  document.getElementById("trouble")?.remove();
  try {
    const files = await outgoing(draft.chosen);
    if (!element.isConnected) return; // in another language by now: its own button sends
    const of = JSON.stringify([draft.text, identityOf(files)]);
    if (draft.reply?.of !== of) {
      draft.reply?.made.abandon();
      draft.reply = { of, made: sealing.reply(visit, { language: language(), text: draft.text, fields: {}, files }, form) };
    }
    const { made } = draft.reply;
    const total = files.reduce((sum, file) => sum + file.content.size, 0);
    showConversation(sealing, await withProgress(element, total, (way) => made.send(way)), form, undefined, true);
  } catch (error) {
    if (error instanceof Unreadable) return showErrors(element, [unreadable(error)]);
    const notice = h("div", { class: "notice", id: "trouble", role: "alert" }, h("p", {}, t(troubleOf(sealing, error))));
    element.prepend(notice);
    focusOn(notice);
  }
}

// Why a message was not sent, as the key of a text.
function troubleOf(sealing: Sealing, error: unknown): string {
  if (stopped(error)) return "browser.trouble.stopped";
  if (error instanceof sealing.KeyChanged) return "notice.key-changed";
  if (error instanceof Refusal && error.code === "too-large") return "notice.too-large";
  return "browser.trouble.message";
}
