// What the page of a case asks by itself: whether somebody treats its reporter badly, and
// at the end whether they are satisfied. Loaded only where it asks, and handed all that it
// needs: what it imported would move in the files of the report form.
import type { Excludable, Form, Stored } from "../lib/api.ts";
import type { FieldError } from "../lib/answers.ts";
import type { Progress } from "../lib/progress.ts";
import type { Opened, PendingReport, Reply, Visit, Written } from "./sealing.ts";

/** What stands in the controls, and what is on its way. It outlives a change of language. */
export interface AskedDraft {
  happened: string;
  account: string;
  notFor: string[];
  satisfied: string;
  remark: string;
  sent?: { readonly of: string; readonly made: Reply }; // an answer
  opened?: { readonly of: string; readonly made: PendingReport; stored?: Stored }; // a report of its own
}

/** What the page does for it. */
export interface Tools {
  readonly sealing: typeof import("./sealing.ts");
  readonly dom: Pick<typeof import("../lib/dom.ts"), "copyOf" | "find" | "focusOn" | "h" | "button">;
  readonly api: Pick<typeof import("../lib/api.ts"), "getIntake" | "isRead" | "persistently" | "Refusal">;
  readonly texts: Pick<typeof import("../lib/texts.ts"), "date" | "language" | "marked" | "t">;
  readonly showErrors: (place: HTMLElement, errors: readonly FieldError[]) => void;
  readonly textFaults: (text: string, required: boolean) => FieldError[];
  readonly withProgressPanel: typeof import("../lib/progress.ts").withProgressPanel;
  readonly stopped: (error: unknown) => boolean;
  readonly showReceipt: (report: PendingReport, stored: Stored) => void;
  readonly showConversation: (visit: Visit, said: string) => void;
}

interface Page {
  readonly place: HTMLElement;
  readonly visit: Visit;
  readonly form: Form;
  readonly draft: AskedDraft;
  readonly tools: Tools;
}

/** Asks, before an element of the page. */
export function installAsked(place: HTMLElement, visit: Visit, form: Form, draft: AskedDraft, tools: Tools): void {
  const page: Page = { place, visit, form, draft, tools };
  const { watch, satisfied } = visit.case.asks;
  if (watch > 0) installWatch(page, said(visit, ({ message }) => message?.fields?.["watch"] === String(watch)));
  if (satisfied) installSatisfied(page, said(visit, ({ on, message }) => Boolean(message?.fields?.["satisfied"]) && on >= visit.case.dates.closed));
}

// The newest answer that was given to a question.
const said = ({ messages }: Visit, fits: (message: Opened) => boolean): Opened | undefined => messages.filter((m) => m.from === "reporter" && fits(m)).at(-1);

function installWatch(page: Page, answer: Opened | undefined): void {
  const { place, draft, tools } = page;
  const part = take(page, "asked-watch");
  if (answer) return showSaid(page, part, "watch", answer, "happened");
  const only = () => (tools.dom.find("#if-yes", part).hidden = draft.happened !== "yes");
  choices(part, "happened", draft.happened, (value) => {
    draft.happened = value;
    only();
  });
  only();
  writing(tools, part, "account", draft.account, (text) => (draft.account = text));
  place.before(part);
  const { entity } = firstFields(page);
  void tools.api.getIntake(entity).then(({ excludable }) => part.isConnected && offer(page, part, excludable), () => undefined); // asked again on sending
  onSend(page, part, () => checked(page, part, "happened", draft.happened, "account", draft.account, draft.happened === "yes"), () => (draft.happened === "yes" ? sendYes(page, part) : sendAnswer(page, part, watchFields(page), draft.account)));
}

function installSatisfied(page: Page, answer: Opened | undefined): void {
  const { place, draft, tools } = page;
  const part = take(page, "asked-satisfied");
  if (answer) return showSaid(page, part, "satisfied", answer, "satisfied");
  choices(part, "satisfied", draft.satisfied, (value) => (draft.satisfied = value));
  writing(tools, part, "remark", draft.remark, (text) => (draft.remark = text));
  place.before(part);
  onSend(page, part, () => checked(page, part, "satisfied", draft.satisfied, "remark", draft.remark, false), () => sendAnswer(page, part, { satisfied: draft.satisfied }, draft.remark));
}

const take = ({ tools: { dom } }: Page, id: string): HTMLElement => dom.find("section", dom.copyOf(id));

const firstFields = ({ visit }: Page): Readonly<Record<string, string>> => visit.messages[0]?.message?.fields ?? {};

const watchFields = ({ visit, draft }: Page): Record<string, string> => ({ watch: String(visit.case.asks.watch), happened: draft.happened });

// The sentence that says what was answered stands in the page, with a place for the day.
function sentence({ tools: { dom, texts } }: Page, name: string, day = ""): string {
  return dom.find(`[data-said="${name}"]`, dom.copyOf("asked-words")).textContent.replace("{{.Date}}", day && texts.date(day));
}

function showSaid(page: Page, part: HTMLElement, question: string, { on, message }: Opened, field: string): void {
  const { dom } = page.tools;
  const answer = message?.fields?.[field] === "yes" ? "yes" : "no";
  part.replaceChildren(dom.find("h2", part), dom.h("p", { id: `${question}-said` }, sentence(page, `${question}-${answer}`, on)));
  page.place.before(part);
}

function choices(part: HTMLElement, name: string, now: string, chosen: (value: string) => void): void {
  for (const radio of part.querySelectorAll<HTMLInputElement>(`[type="radio"][name="${name}"]`)) {
    radio.checked = radio.value === now;
    radio.addEventListener("change", () => radio.checked && chosen(radio.value));
  }
}

function writing({ dom }: Tools, part: HTMLElement, name: string, now: string, typed: (text: string) => void): void {
  const area = dom.find<HTMLTextAreaElement>(`textarea[name="${name}"]`, part);
  area.value = now;
  area.addEventListener("input", () => typed(area.value));
}

// Lists those who can be kept from reading the new report.
function offer({ draft, tools: { dom, texts } }: Page, part: HTMLElement, all: readonly Excludable[]): boolean {
  const list = dom.find("#watch-not-for", part);
  for (const old of list.querySelectorAll(".choice")) old.remove();
  const before = draft.notFor;
  draft.notFor = before.filter((id) => all.some((e) => e.id === id));
  all.forEach(({ id, shown_as: as, shown_in: words }, i) => {
    const box = dom.h("input", { type: "checkbox", id: i === 0 ? "not_for" : `not_for-${i + 1}`, value: id, autocomplete: "off" });
    box.checked = draft.notFor.includes(id);
    box.addEventListener("change", () => (draft.notFor = box.checked ? [...draft.notFor, id] : draft.notFor.filter((other) => other !== id)));
    list.append(dom.h("div", { class: "choice" }, box, dom.h("label", { for: box.id }, texts.marked(words?.[texts.language()] ?? as))));
  });
  list.hidden = all.length === 0;
  return draft.notFor.length === before.length;
}

function checked({ tools }: Page, part: HTMLElement, choice: string, chosen: string, field: string, text: string, required: boolean): boolean {
  const errors = chosen === "" ? [{ field: choice, text: tools.texts.t("error.choice") }] : tools.textFaults(text, required).map((error) => ({ ...error, field }));
  tools.showErrors(part, errors);
  return errors.length === 0;
}

function onSend(page: Page, part: HTMLElement, check: () => boolean, send: () => Promise<void>): void {
  const sender = page.tools.dom.find<HTMLButtonElement>('button[name="answer"]', part);
  sender.type = "button"; // without scripts it sends the form
  let sending = false;
  sender.addEventListener("click", () => {
    if (sending || !check()) return;
    sending = true;
    void send().then(
      () => (sending = false),
      (error: unknown) => {
        sending = false;
        explain(page, part, error);
      },
    );
  });
}

type Kind = NonNullable<Written["kind"]>;

const answerOf = ({ visit, form, draft, tools }: Page, fields: Record<string, string>, text: string, kind: Kind): Reply => {
  const of = JSON.stringify([fields, text, kind]);
  if (draft.sent?.of !== of) draft.sent = { of, made: tools.sealing.reply(visit, { language: tools.texts.language(), text, fields, files: [], kind }, form) };
  return draft.sent.made;
};

async function sendAnswer(page: Page, part: HTMLElement, fields: Record<string, string>, text: string, kind: Kind = "asked"): Promise<void> {
  const { draft, tools } = page;
  const now = await tools.withProgressPanel(part, 0, (progress) => answerOf(page, fields, text, kind).send(progress));
  Object.assign(draft, fields["satisfied"] ? { satisfied: "", remark: "" } : { happened: "", account: "", notFor: [] });
  delete draft.sent;
  tools.showConversation(now, kind ? "conversation.added" : "");
}

// A yes opens a report of its own, which comes first: it reaches people who do not read
// this case, and its receipt must not be lost. The answer in this case does not name it.
async function sendYes(page: Page, part: HTMLElement): Promise<void> {
  const { draft, tools } = page;
  const report = await tools.withProgressPanel(part, 0, (progress) => open(page, progress));
  const fields = watchFields(page);
  if (!report) {
    await sendAnswer(page, part, fields, draft.account, "");
    const { dom } = tools;
    const notice = dom.h("div", { class: "notice", id: "nobody", role: "alert" }, dom.h("p", {}, sentence(page, "nobody")));
    dom.find("main").prepend(notice);
    dom.focusOn(notice);
    return;
  }
  const answer = answerOf(page, fields, draft.account, "asked");
  const parts = Object.fromEntries(["stored", "unsent", "full"].map((state) => [state, tools.dom.find("#beside", tools.dom.copyOf(`beside-${state}`))]));
  const how = page.visit.case.full === "messages" ? "full" : await tools.withProgressPanel(part, 0, (progress) => stateOf(answer, progress, tools));
  const { made, stored } = report;
  tools.showReceipt(made, stored!);
  showBeside(how, parts, answer, tools);
}

async function stateOf(answer: Reply, progress: Progress, { api }: Tools): Promise<string> {
  try {
    await answer.send(progress);
    return "stored";
  } catch (error) {
    return error instanceof api.Refusal && error.code === "full" ? "full" : "unsent";
  }
}

// Above the receipt: what became of the answer to the first report, and a button that
// sends it once more. The receipt stays in sight.
function showBeside(how: string, parts: Readonly<Record<string, HTMLElement>>, answer: Reply, tools: Tools): void {
  const { dom } = tools;
  const notice = parts[how]!;
  document.getElementById("beside")?.remove();
  dom.find("main").prepend(notice);
  const again = notice.querySelector("form");
  if (!again) return;
  const retry = dom.button(dom.find("button", again).textContent, "button second", async () => {
    const now = await tools.withProgressPanel(retry, 0, (progress) => stateOf(answer, progress, tools));
    if (now === "unsent") {
      dom.focusOn(notice);
      return;
    }
    showBeside(now, parts, answer, tools);
    dom.focusOn(dom.find("#beside"));
  });
  again.replaceWith(retry);
}

// Stores the report of its own, or finds it stored; undefined: nobody could read it.
async function open(page: Page, progress: Progress): Promise<AskedDraft["opened"]> {
  const { draft, visit, tools } = page;
  if (draft.opened?.stored && draft.opened.of === contentOf(draft)) return draft.opened;
  const own: Form = { token: "" }; // not that of the answer: nothing connects the two
  const { entity = "" } = firstFields(page);
  const intake = await tools.api.persistently(own, () => tools.api.getIntake(entity, progress.signal), progress.signal, progress.waiting);
  const desk = tools.api.isRead(intake, "independent") ? "independent" : "compliance";
  if (!tools.api.isRead(intake, desk)) return undefined;
  const { language } = tools.texts;
  const excluded = [...draft.notFor];
  const words = intake.excludable.filter(({ id }) => excluded.includes(id)).map((e) => e.shown_in?.[language()] ?? e.shown_as);
  const fields = { category: "retaliation", desk, earlier: visit.case.case.slice(0, 8), ...(entity && { entity }), ...(words.length > 0 && { not_for: words.join(", ") }) };
  const written: Written = { language: language(), text: draft.account, fields, files: [], excluded };
  const of = contentOf(draft);
  if (draft.opened?.of !== of) {
    const before = draft.opened?.made;
    draft.opened = { of, made: before?.begun() ? tools.sealing.pendingChange(before, written, own) : tools.sealing.pendingReport(written, own) };
  }
  draft.opened.stored = await draft.opened.made.send(progress);
  return draft.opened;
}

const contentOf = ({ account, notFor }: AskedDraft): string => JSON.stringify([account, notFor]);

// Says why nothing was stored, or that a report may be. Nothing typed is lost.
function explain(page: Page, part: HTMLElement, error: unknown): void {
  const { draft, tools } = page;
  const { dom, sealing, api } = tools;
  const { t } = tools.texts;
  const excluded = (key: string) => tools.showErrors(part, [{ field: "not_for", text: t(key) }]);
  if (error instanceof sealing.NobodyLeft) return excluded("error.nobody-left");
  if (error instanceof sealing.TooLate) {
    if (draft.opened) draft.opened = { of: "", made: error.sent };
    return excluded("error.not-for-late");
  }
  if (error instanceof sealing.ListChanged) {
    offer(page, part, error.now);
    return excluded("error.not-for-changed");
  }
  const full = error instanceof api.Refusal && error.code === "full";
  const key = tools.stopped(error) ? "browser.trouble.stopped" : error instanceof sealing.KeyChanged ? "notice.key-changed" : "browser.trouble.message";
  document.getElementById("error-asked")?.remove();
  const notice = full ? dom.copyOf("case-full") : dom.h("div", { class: "notice", id: "error-asked", role: "alert" }, dom.h("p", {}, t(key)));
  part.prepend(notice);
  dom.focusOn(dom.find(".notice", part));
}
