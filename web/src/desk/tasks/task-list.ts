// The tasks of a case: shown, added, changed, done and taken up again.
import { button, find, focusOn, h } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { date, language, marked, n, named, number, t, visible } from "../../lib/texts.ts";
import { type DecryptedCase, maySeal } from "../case/decrypted-case.ts";
import { faultsOf } from "../case/reply.ts";
import { type CasePage, send } from "../case/sending.ts";
import { daysBetween, fieldsOf, isDay, type Measure, type Task, tasksOf } from "../case/task.ts";
import { onLock } from "../session/session.ts";
import { once } from "../ui/form.ts";

type Content = Pick<Task, "text" | "measure" | "owner" | "due" | "done">;

const card = () => find("#tasks");
const form = () => find<HTMLFormElement>("form#task");
const text = () => find<HTMLTextAreaElement>("#task-text");
const owner = () => find<HTMLSelectElement>("#task-owner");
const measure = () => find<HTMLSelectElement>("#task-measure");
const due = () => find<HTMLInputElement>("#task-due");

let changing: Task | undefined; // what the form is open for
let undo: (() => Promise<boolean>) | undefined;

/** Reports whether a task is written and not saved. */
export const unsentTask = (): boolean => text().value.trim() !== "";

/** Installs the form of the tasks. */
export function installTasks(page: CasePage): void {
  find("#task-cancel").addEventListener("click", () => {
    empty(page);
    focusOn(find("#tasks-title"));
  });
  once(form(), () => submit(page));
  onLock(() => {
    text().value = due().value = "";
    changing = undefined;
    for (const list of ["#task-list", "#measure-list"]) find(list).replaceChildren();
    card().hidden = find("#open-tasks").hidden = true;
    say("");
  });
}

/** Shows the tasks of a case, a preventive action with the root cause that it acts on; "" not known. */
export function showTasks(page: CasePage, opened: DecryptedCase, cause = ""): void {
  const tasks = tasksOf(opened);
  card().hidden = !opened.identity;
  if (!opened.identity) return;
  const writes = maySeal(opened, "note");
  find("#task-list").replaceChildren(...tasks.filter((task) => task.measure === "").map((task) => item(page, opened, task, writes, cause)));
  const taken = tasks.filter((task) => task.measure !== "");
  find("#measure-list").replaceChildren(...taken.map((task) => item(page, opened, task, writes, cause)));
  find("#measures").hidden = taken.length === 0;
  find("#no-tasks").hidden = tasks.length > 0;
  find("#adding-task").hidden = !writes;
  offerOwners(page, opened);
  const open = tasks.filter(({ done }) => !done);
  find("#open-tasks").hidden = open.length === 0;
  const late = Math.max(0, ...open.map((task) => (task.due ? daysBetween(task.due, opened.data.on) : 0)));
  find("#open-tasks a").textContent = [n("task.open-count", open.length), ...(late > 0 ? [n("task.late", late)] : [])].join(" · ");
}

function item(page: CasePage, { data }: DecryptedCase, task: Task, writes: boolean, cause: string): HTMLElement {
  const name = task.owner ? named(data.handlers[task.owner] ?? t("event.somebody")) : h("span", {}, t("task.nobody"));
  const mine = task.owner === page.me && !task.done;
  const about = h("p", { class: "about" }, ...(task.measure ? [h("span", { class: "tag" }, t(`task.measure.${task.measure}`)), " "] : []), ...(mine ? [h("strong", { class: "mark" }, t("task.mine")), " "] : [name, " "]), dueOf(task, data.on));
  const acts = h("div", { class: "tools" });
  if (writes) {
    acts.append(act(task, task.done ? "task.reopen" : "task.finish", () => settle(page, task, !task.done)));
    if (!task.done) acts.append(act(task, "task.change", () => begin(page, task)));
  }
  return h("li", { class: task.done ? "task done" : "task", "data-task": String(task.number) }, h("p", { dir: "auto", lang: task.language }, marked(task.text)), about, ...(cause && task.measure === "preventive" ? [h("p", { class: "hint" }, t("task.cause", { Cause: cause }))] : []), acts);
}

function act(task: Task, key: string, doing: () => unknown): HTMLButtonElement {
  const b = button(t(key), "plain", doing);
  b.append(h("span", { class: "hidden" }, ` ${visible(task.text)}`));
  return b;
}

function dueOf({ due: day, done }: Task, today: string): HTMLElement {
  if (done) return h("span", { class: "tag" }, t("task.done"));
  if (!day) return h("span", {}, t("task.no-due"));
  const left = daysBetween(today, day);
  const words = left > 0 ? n("task.left", left) : left === 0 ? t("task.today") : n("task.late", -left);
  return h("span", {}, h("time", { class: left < 0 ? "due late" : left < 3 ? "due soon" : "due", datetime: day }, words), " ", h("time", { datetime: day }, date(day)));
}

// Whoever may read the case can do it, and whoever has the task that is changed.
function offerOwners(page: CasePage, { data }: DecryptedCase): void {
  const { value } = owner();
  const first = owner().options.length === 0;
  const ids = [...new Set([...data.colleagues, ...(changing?.owner ? [changing.owner] : [])])];
  owner().replaceChildren(h("option", { value: "" }, t("task.nobody")), ...ids.map((id) => h("option", { value: id }, visible(data.handlers[id] ?? t("event.somebody")))));
  owner().value = first ? page.me : value;
  if (owner().selectedIndex < 0) owner().value = "";
}

function begin(page: CasePage, task: Task): void {
  changing = task;
  offerOwners(page, page.current());
  text().value = task.text;
  measure().value = task.measure;
  owner().value = task.owner;
  due().value = task.due;
  wordForm(true);
  find<HTMLDetailsElement>("#adding-task").open = true;
  text().focus();
}

function wordForm(change: boolean): void {
  find("#adding-task summary").textContent = t(change ? "task.change-title" : "task.add-title");
  find("#task-send").textContent = t(change ? "task.save" : "task.add");
  find("#task-cancel").hidden = !change;
}

function empty(page: CasePage): void {
  changing = undefined;
  text().value = due().value = measure().value = "";
  owner().value = page.me;
  wordForm(false);
  showErrors(form(), []);
  find<HTMLDetailsElement>("#adding-task").open = false;
}

async function submit(page: CasePage): Promise<void> {
  const limit = Number(card().dataset["text"]);
  const content: Content = { text: text().value.trim(), measure: measure().value as Measure, owner: owner().value, due: due().value, done: changing?.done ?? false };
  const errors = faultsOf(text(), limit, false);
  if (content.text === "") errors.unshift({ field: "task-text", text: t("task.fault.text") });
  else if ([...content.text].length > limit) errors.splice(0, 1, { field: "task-text", text: t("task.fault.long", { Limit: number(limit) }) });
  if (due().validity.badInput || (content.due !== "" && !isDay(content.due))) errors.push({ field: "task-due", text: t("task.fault.due") });
  showErrors(form(), errors);
  if (errors.length > 0) return;
  const before = changing;
  if (!(await write(page, before, content, t(before ? "task.changed" : "task.added")))) return;
  empty(page);
  offerUndo(before, before && (() => write(page, latest(page, before), before, t("task.changed"))));
}

async function settle(page: CasePage, task: Task, done: boolean): Promise<void> {
  if (!(await write(page, task, { ...task, done }, t(done ? "task.finished" : "task.reopened")))) return;
  offerUndo(task, () => write(page, latest(page, task), { ...task, done: !done }, t(done ? "task.reopened" : "task.finished")));
}

const latest = (page: CasePage, { number: of }: Task): Task | undefined => tasksOf(page.current()).find((task) => task.number === of);

// What was done can be taken back at once; a task that was just added is done or changed instead.
function offerUndo(of: Task | undefined, back: (() => Promise<boolean>) | undefined): void {
  undo = of && back;
  if (!undo) return focusOn(find("#tasks-title"));
  const b = button(t("task.undo"), "plain", async () => {
    const act = undo;
    undo = undefined;
    b.disabled = true;
    if (await act?.()) focusOn(find("#tasks-title"));
  });
  find("#task-said").append(" ", b);
  b.focus();
}

// One more note, which says all of the task. Where a colleague has changed it meanwhile nothing is stored.
function write(page: CasePage, before: Task | undefined, { text: words, measure: kind, owner: who, due: day, done }: Content, said: string): Promise<boolean> {
  const outdated = (fresh: DecryptedCase) => before !== undefined && tasksOf(fresh).find(({ number: of }) => of === before.number)?.latest !== before.latest;
  const fields = fieldsOf({ number: before?.number ?? 0, measure: kind, owner: who, due: day, done });
  const writing = { from: "note" as const, kind: "task" as const, language: before?.text === words ? before.language : language(), text: words, files: [], move: null, fields, outdated };
  return send(form(), page, writing, JSON.stringify([words, fields, before?.latest]), said, say);
}

function say(words: string): void {
  find("#task-said").textContent = words;
}
