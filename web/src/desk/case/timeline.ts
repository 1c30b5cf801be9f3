// The timeline of a case: messages, notes and what happened, in their order.
import { recoveryID } from "../../lib/api.ts";
import { allInWords } from "../../lib/asked-fields.ts";
import { branchName } from "../../lib/branches.ts";
import { button, copyOf, focusOn, h } from "../../lib/dom.ts";
import { date, marked, moment, n, named, number, ofKind, size, t, visible } from "../../lib/texts.ts";
import { attachment } from "./attachments.ts";
import type { CaseEvent, DeskCase } from "./case.ts";
import { entityName } from "../ui/entities.ts";
import type { DecryptedCase, Entry } from "./decrypted-case.ts";
import { pageSize, unreadBefore } from "./pages.ts";
import { saidIn, type Task } from "./task.ts";
import { translation } from "./translate.ts";
import { kindOf, saysRetaliation } from "./triage.ts";

/** Shows a case's timeline in a list, as far as its messages are there. Returns the first message that the handler had not read. unfolded: nothing of it is folded that was not before. */
export function showTimeline(list: HTMLElement, opened: DecryptedCase, me: string, unfolded = false): HTMLElement | undefined {
  const { data } = opened;
  const answers = copyOf("answers");
  const shown = opened.entries.filter(({ row }) => row.seq >= data.earlier);
  const report = opened.entries.filter(({ row }) => row.seq === 1 && data.earlier > 1);
  const items = report.map((entry) => messageItem(entry, opened, answers, false));
  let unread: HTMLElement | undefined;
  const happened = (after: number) => data.events.filter((e) => e.after === after).sort((a, b) => a.at - b.at);
  const before = shown[0]?.row.seq ?? 1;
  if (data.earlier === 0) items.push(...data.events.filter((e) => e.after < before).map((e) => eventItem(e, data)));
  for (const entry of shown) {
    const isNew = entry.row.seq > data.read && entry.row.by !== me;
    const item = messageItem(entry, opened, answers, isNew);
    if (isNew) unread ??= item;
    items.push(item, ...happened(entry.row.seq).map((e) => eventItem(e, data)));
  }
  if (unread && !unreadBefore(data)) unread.id = "unread";
  const all = foldOlder(items, unfolded || (list.querySelector<HTMLDetailsElement>(".older > details")?.open ?? false));
  if (data.case.last_seq > pageSize) all.splice(report.length, 0, pagesItem(data));
  list.replaceChildren(...all);
  return unread;
}

// Which messages are shown, and the way to those before them.
function pagesItem({ earlier, case: { last_seq: count } }: DeskCase): HTMLElement {
  const shown = h("h3", { id: "shown-messages", tabindex: "-1" }, t("case.pages.shown", { First: number(earlier || 1), Last: number(count), Total: number(count) }));
  return h("li", { class: "earlier" }, shown, ...(earlier > 0 ? [h("button", { type: "button", id: "earlier", class: "button second" }, t("case.pages.earlier"))] : []));
}

// One message that cannot be shown never hides the others.
function messageItem(entry: Entry, ...around: [DecryptedCase, DocumentFragment, boolean]): HTMLElement {
  try {
    return itemOf(entry, ...around);
  } catch {
    return itemOf({ row: entry.row, fault: "broken" }, ...around);
  }
}

function itemOf(entry: Entry, opened: DecryptedCase, answers: DocumentFragment, isNew: boolean): HTMLElement {
  const { row } = entry;
  const head = h("h3", {}, h("span", { class: "author" }, author(entry, opened)));
  if (row.from === "note") head.append(h("span", { class: "tag" }, t(row.kind === "task" ? tagOf(entry) : "case.note.tag")));
  if (row.from === "reporter" && row.kind === "asked") head.append(h("span", { class: "tag" }, t("case.asked.tag")));
  if (row.from === "desk" && row.kind) head.append(h("span", { class: "tag" }, t(`message-kind.${row.kind}`)));
  const check = opened.data.statements.find(({ seq }) => seq === row.seq);
  if (check && row.from === "desk") head.append(h("span", { class: "tag", "data-statement": check.state }, t("meeting.record-tag", { State: t(`statement.state-${check.state}`) })));
  if (isNew) head.append(h("strong", { class: "mark" }, t("cases.unread")));
  head.append(time(row.at, row.on));
  return h("li", { class: `entry ${row.from}`, tabindex: "-1" }, head, ...body(entry, opened, answers));
}

// A measure is named as such.
function tagOf(entry: Entry): string {
  const measure = saidIn(entry)?.measure;
  return measure ? `task.measure.${measure}` : "task.tag";
}

function author({ row }: Entry, opened: DecryptedCase): HTMLElement | string {
  if (row.from === "report") return t(ofKind(kindOf(opened), "case.from.report"));
  if (row.from === "reporter") return t("case.from.reporter");
  return name(row.by, opened.data);
}

// Somebody else's name: it may hold characters that deceive the eye.
const name = (id: string, data: DeskCase): HTMLElement => named(data.handlers[id] ?? t("event.somebody"));

function time(at: number, on: string): HTMLElement {
  return at === 0 ? h("time", { datetime: on }, date(on)) : h("time", { datetime: new Date(at * 1000).toISOString() }, moment(at));
}

// What cannot be opened, or stands in the wrong place, is never shown as text.
function body({ row, message, fault }: Entry, opened: DecryptedCase, answers: DocumentFragment): HTMLElement[] {
  const held = opened.data.files.filter(({ seq }) => seq === row.seq);
  if (!message) {
    const sealed = held.map((file) => h("li", {}, t("case.sealed-file", { Size: size(file.size) })));
    const files = sealed.length > 0 ? [h("ul", { class: "files" }, ...sealed)] : [];
    return [h("p", { class: fault === "locked" ? "hint" : "error" }, t(`case.fault.${fault ?? "broken"}`)), ...files];
  }
  const { fields = {} } = message;
  const parts: HTMLElement[] = [];
  if (fields["danger"] === "yes") parts.push(h("p", { class: "warning danger" }, h("strong", {}, t("case.danger"))));
  if (saysRetaliation({ row, message })) parts.push(h("p", { class: "warning retaliation" }, h("strong", {}, t("case.retaliation"))));
  if (fields["meeting"]) parts.push(h("p", { class: "asks-meeting" }, h("strong", {}, t("meeting.asked"))));
  const text = h("p", { class: "text", dir: "auto", lang: message.language }, marked(message.text));
  parts.push(text);
  if (row.seq !== opened.data.case.last_seq && isLong(message.text)) parts.push(folded(text));
  void translation(message.text, message.language).then((offer) => offer && text.after(offer));
  const said = saidIn({ row, message });
  const inFields = said ? taskInWords(said, opened.data) : allInWords(answers, fields);
  const rows = inFields.map(({ question, answer }) => h("div", {}, h("dt", {}, question), h("dd", { dir: "auto" }, marked(answer))));
  if (rows.length > 0) parts.push(h("dl", { class: "facts" }, ...rows));
  const files = (message.files ?? []).map((file) => attachment(file, opened, held.some(({ id }) => id === file.id)));
  if (files.length > 0) parts.push(h("ul", { class: "files" }, ...files));
  return parts;
}

/** What a note says of a task besides its text. */
export function taskInWords({ measure, owner, due, done }: Pick<Task, "measure" | "owner" | "due" | "done">, data: DeskCase): { question: string; answer: string }[] {
  return [
    ...(measure ? [{ question: t("task.measure-label"), answer: t(`task.measure.${measure}`) }] : []),
    { question: t("task.owner"), answer: owner ? visible(data.handlers[owner] ?? t("event.somebody")) : t("task.nobody") },
    { question: t("task.due"), answer: due ? date(due) : t("task.no-due") },
    { question: t("task.state"), answer: t(done ? "task.done" : "task.open") },
  ];
}

const longText = 900; // characters, or so many lines
const longLines = 14;

const isLong = (text: string): boolean => text.length > longText || text.split("\n").length > longLines;

// A long text begins folded. It is all there, for the browser's own search and for paper.
function folded(text: HTMLElement): HTMLElement {
  text.classList.add("folded");
  const more = button(t("case.whole"), "plain more-text", () => {
    text.classList.remove("folded");
    more.remove();
    focusOn(text);
  });
  return more;
}

const mostShown = 8; // entries of the timeline, before the earlier ones are folded
const keptShown = 4; // of the newest ones
const kept = (item: HTMLElement, i: number, all: readonly HTMLElement[]): boolean => i === 0 || i >= all.length - keptShown || item.id === "unread";

// The report stays in sight, and what is new; what came in between waits in a fold.
function foldOlder(items: readonly HTMLElement[], wasOpen: boolean): HTMLElement[] {
  const first = items.findIndex((item) => item.matches(".entry"));
  const shown = items.slice(Math.max(first, 0));
  const until = shown.findIndex((item, i) => i > 0 && kept(item, i, shown));
  if (shown.length <= mostShown || until < 3) return [...items];
  const older = shown.slice(1, until);
  const fold = h("details", {}, h("summary", {}, n("case.older", older.length)), h("ol", {}, ...older));
  fold.open = wasOpen;
  return [...items.slice(0, Math.max(first, 0) + 1), h("li", { class: "older" }, fold), ...shown.slice(until)];
}

function eventItem(event: CaseEvent, data: DeskCase): HTMLElement {
  return h("li", { class: "event", tabindex: "-1" }, h("p", {}, ...sentence(event, data), " ", time(event.at, data.on)));
}

// What was done, and to whom. A full-width colon has room of its own.
function done(key: string, to: string, data: DeskCase): (Node | string)[] {
  const words = t(key);
  return [words.endsWith("：") ? words : `${words} `, name(to, data)];
}

// The names stand before the sentence, so that no sentence has to bend around them.
function sentence(event: CaseEvent, data: DeskCase): (Node | string)[] {
  const { what, by, from, to, outcome } = event;
  const who = [h("strong", {}, name(by, data)), " "];
  switch (what) {
    case "priority":
      return [...who, t("event.priority", { To: t(`priority.${to}`) })];
    case "assignee":
      if (!by) return [t("event.nobody")]; // their account was closed, or they left the queue
      return to ? [...who, ...done("event.assignee", to, data)] : [...who, t("event.unassigned")];
    case "kind":
    case "standing":
    case "danger":
      return [...who, t(`event.${what}-${what === "danger" && from === "acted" && to === "open" ? "still" : to || "none"}`)];
    case "state": {
      const change = t("event.state", { From: t(`state.${from}`), To: t(`state.${to}`) });
      return outcome ? [...who, change, change.endsWith("。") ? "" : " ", t("event.outcome", { Outcome: t(`outcome.${outcome}`) })] : [...who, change];
    }
    case "queue":
      return [...who, t("event.queue", { From: branchName(from, data.names), To: branchName(to, data.names) })];
    case "hold":
    case "unhold":
    case "delete-asked":
    case "delete-withdrawn":
      return aboutDeletion(event, who, data);
    case "step":
      return [...who, to ? t("event.step-done", { Step: t(`steps.name.${from}`), Date: date(to) }) : t("event.step-undone", { Step: t(`steps.name.${from}`) })];
    case "meeting":
      return [...who, /^\d/.test(to) ? t("event.meeting-held", { Date: date(to) }) : t(`event.meeting-${to}`)];
    case "entity":
      return [...who, t("event.entity", { From: entityName(from), To: entityName(to) })];
    default:
      return aboutKeys(event, who, data);
  }
}

// What keeps the case from being deleted, and who wants it deleted.
function aboutDeletion({ what, by, from, to }: CaseEvent, who: (Node | string)[], data: DeskCase): (Node | string)[] {
  if (what === "unhold" && !by) return [t("event.hold-ended", { Day: date(to) })];
  if (what === "hold") return [...who, t("event.hold", { Day: date(to), Name: visible(data.handlers[from] ?? t("event.somebody")) })];
  return [...who, what === "unhold" ? t("event.unhold", { Day: date(to) }) : t(`event.${what}`)];
}

// Who may see the case, who got a key, and what left this place.
function aboutKeys({ what, by, to }: CaseEvent, who: (Node | string)[], data: DeskCase): (Node | string)[] {
  switch (what) {
    case "excluded":
      return [...who, ...done("event.excluded", to, data)];
    case "recused":
      return [...who, t("event.recused")];
    case "readmitted":
      return [...who, ...done("event.readmitted", to, data)];
    case "access": {
      const from = by ? who : [h("strong", {}, t("event.command-line")), " "];
      return to === recoveryID ? [...from, t("event.access-recovery")] : [...from, ...done("event.access", to, data)];
    }
    case "name":
      return [...who, t("event.name")];
    case "extended":
      return [...who, t("event.extended", { Date: date(to) })];
    case "classified":
      return [...who, t(to === "corrected" ? "event.reclassified" : "event.classified")];
    default:
      return [...who, exported(to)];
  }
}

function exported(how: string): string {
  if (how === "sealed") return t("event.export-sealed");
  return how === "masked" ? t("event.export-masked") : t("event.export-opened");
}
