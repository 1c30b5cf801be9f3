/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "../case/decrypted-case.ts";
import { needsReason, settled } from "../case/conflict.ts";
import { daysBetween, fieldsOf, isDay, saidIn, tasksOf } from "../case/task.ts";
import { nextAct } from "../head/next-act.ts";

const note = (seq: number, text: string, fields: Record<string, string>, kind = "task"): Entry =>
  ({ row: { seq, from: "note", kind, on: "2026-11-21", at: 1, by: "h1", sealed: "" }, message: { case: "c", seq, from: "note", on: "2026-11-21", language: "en", text, fields } }) as unknown as Entry;

test("a task is what its newest note says", () => {
  const tasks = tasksOf({
    entries: [
      note(2, "Ask payroll", { task: "new", owner: "h1", due: "2026-12-05" }),
      note(3, "Read the sheets", { task: "new", due: "2026-12-01" }),
      note(4, "Ask payroll again", { task: "2", owner: "h2", due: "2026-12-06" }),
      note(5, "No day", { task: "new" }),
      note(6, "Read the sheets", { task: "3", due: "2026-12-01", done: "yes" }),
    ],
  });
  assert.deepEqual(
    tasks.map(({ number, latest, text, owner, due, done }) => [number, latest, text, owner, due, done]),
    [
      [2, 4, "Ask payroll again", "h2", "2026-12-06", false],
      [5, 5, "No day", "", "", false],
      [3, 6, "Read the sheets", "", "2026-12-01", true],
    ],
  );
});

test("a task can be a measure, and says so each time", () => {
  const measureOf = (measure: string) => saidIn(note(2, "x", { task: "new", measure }))?.measure;
  assert.deepEqual(["corrective", "preventive", "", "other"].map(measureOf), ["corrective", "preventive", "", ""]);
  const [task] = tasksOf({ entries: [note(2, "Train the foremen", { task: "new", measure: "corrective" }), note(3, "Train the foremen", { task: "2", measure: "preventive" })] });
  assert.equal(task?.measure, "preventive");
});

test("what is no task makes none", () => {
  assert.deepEqual(tasksOf({ entries: [note(2, "x", { task: "new" }, ""), note(3, "x", { task: "9" }), note(4, "x", {}), note(5, "x", { task: "-1" })] }), []);
  assert.equal(saidIn({ row: note(2, "x", {}).row }), undefined);
  assert.equal(saidIn(note(2, "x", { task: "new", due: "2026-02-30" }))?.due, "");
});

test("fields say what there is", () => {
  assert.deepEqual(fieldsOf({ number: 0, measure: "", owner: "", due: "", done: false }), { task: "new" });
  assert.deepEqual(fieldsOf({ number: 7, measure: "preventive", owner: "h", due: "2026-12-01", done: true }), { task: "7", measure: "preventive", owner: "h", due: "2026-12-01", done: "yes" });
});

test("days", () => {
  assert.ok(isDay("2028-02-29"));
  for (const bad of ["2026-02-29", "2026-1-1", "", "2026-13-01", "x"]) assert.ok(!isDay(bad), bad);
  assert.equal(daysBetween("2026-11-21", "2026-12-01"), 10);
  assert.equal(daysBetween("2026-12-01", "2026-11-21"), -10);
});

test("what is to be done follows from state, turn and standing", () => {
  const moves = [{ to: "closed" }];
  const of = (state: string, more = {}) => nextAct({ state, standing: "counts", turn: "desk", answered: "", moves, ...more });
  for (const [state, more, act, possible] of [
    ["received", { turn: "new" }, "acknowledge", true],
    ["received", { standing: "junk", turn: "ended" }, "junk", false],
    ["acknowledged", {}, "decide", true],
    ["under-review", { turn: "reporter" }, "waiting", false],
    ["investigating", {}, "answer", true],
    ["investigating", { answered: "2026-11-21" }, "correct", true],
    ["corrective-action", {}, "close", true],
    ["closed", { turn: "ended" }, "ended", false],
    ["monitoring", {}, "answer", true],
  ] as const)
    assert.deepEqual(of(state, more), { act, possible }, `${state} ${JSON.stringify(more)}`);
});

test("whoever says yes gives a reason, unless somebody was excluded since the case came to its state", () => {
  const event = (what: string, at: number) => ({ what, at, after: 1, by: "", from: "", to: "", outcome: "" }) as Parameters<typeof settled>[0]["events"][number];
  const before = { events: [event("excluded", 5), event("state", 9)] };
  const since = { events: [event("state", 9), event("recused", 12), event("priority", 13)] };
  assert.equal(settled(before), false);
  assert.equal(settled(since), true);
  assert.deepEqual([needsReason("", before), needsReason("no", before), needsReason("yes", before), needsReason("yes", since)], [false, false, true, false]);
});
