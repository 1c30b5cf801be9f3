// Tasks: notes of their own kind. The first one makes a task, each that follows names
// its number and says all of it once more.
import type { Message } from "../../crypto/message.ts";
import type { DecryptedCase, Entry } from "./decrypted-case.ts";

/** What a task does about the matter: it puts right what happened, or keeps it from happening again; "": a task of the case. */
export type Measure = "" | "corrective" | "preventive";

/** The measures, in the order they are offered. */
export const measures = ["corrective", "preventive"] as const;

/** A task as it was said last. */
export interface Task {
  readonly number: number; // of the note that made it
  readonly latest: number; // of the note that says this
  readonly text: string;
  readonly language: string;
  readonly measure: Measure;
  readonly owner: string; // handler id, "" nobody
  readonly due: string; // ISO day, "" none
  readonly done: boolean;
}

/** What a note says of a task; undefined where it says of none. number 0: it makes one. */
export function saidIn({ row, message }: Pick<Entry, "row" | "message">): (Omit<Task, "latest" | "language"> & { readonly message: Message }) | undefined {
  if (row.from !== "note" || row.kind !== "task" || !message) return undefined;
  const { task = "", measure = "", owner = "", due = "", done = "" } = message.fields ?? {};
  if (!/^(new|[1-9]\d{0,8})$/.test(task)) return undefined;
  const number = task === "new" ? 0 : Number(task);
  return { number, text: message.text, measure: measures.find((m) => m === measure) ?? "", owner, due: isDay(due) ? due : "", done: done === "yes", message };
}

/** The fields that say of a task what was not written. */
export function fieldsOf({ number, measure, owner, due, done }: Pick<Task, "number" | "measure" | "owner" | "due" | "done">): Record<string, string> {
  const all = { task: number > 0 ? String(number) : "new", measure, owner, due, done: done ? "yes" : "" };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

/** The tasks of a case: open ones first, of these the one that is due first. */
export function tasksOf({ entries }: Pick<DecryptedCase, "entries">): Task[] {
  const tasks = new Map<number, Task>();
  for (const entry of entries) {
    const said = saidIn(entry);
    if (!said) continue;
    const { seq } = entry.row;
    const number = said.number || seq;
    if (said.number > 0 && !tasks.has(number)) continue; // of a task that is none, or does not open
    tasks.set(number, { number, latest: seq, text: said.text, language: said.message.language, measure: said.measure, owner: said.owner, due: said.due, done: said.done });
  }
  return [...tasks.values()].sort((a, b) => Number(a.done) - Number(b.done) || (a.done ? b.latest - a.latest : (a.due || "9") < (b.due || "9") ? -1 : a.due === b.due ? a.number - b.number : 1));
}

/** Reports whether this is a day of the calendar, as an ISO day. */
export function isDay(day: string): boolean {
  const at = Date.parse(`${day}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

/** The days from one ISO day to another. */
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
