// Work on one case after the other: how far it is, a way to stop it, and for each case
// that stays as it was the reason.
import { Refusal } from "../../lib/api.ts";
import { button, find, h } from "../../lib/dom.ts";
import { n, number, t } from "../../lib/texts.ts";
import { lock } from "../session/session.ts";

/** What became of one case: done, or the key of the reason why not. */
export type Result = { readonly id: string; readonly why?: string };

/** Tells how far the work is. */
export type Done = (count: number) => void;

let working = false;

/** Does long work beside an element that it fills, and returns what it returns. Nothing is done while something else is; a stopped signal ends it. */
export async function withStop<T>(place: HTMLElement, total: number, text: (done: number) => string, work: (signal: AbortSignal, done: Done) => Promise<T>): Promise<T | undefined> {
  if (working) return undefined;
  working = true;
  const stopping = new AbortController();
  const bar = h("progress", { max: String(Math.max(1, total)), value: "0", "aria-label": text(0) });
  const line = h("p", {}, text(0));
  const stop = button(t("list.stop"), "button second", () => stopping.abort());
  place.replaceChildren(h("div", { class: "working", role: "group" }, line, bar, stop));
  place.hidden = false;
  try {
    return await work(stopping.signal, (done) => {
      bar.value = done;
      line.textContent = text(done);
    });
  } finally {
    place.replaceChildren();
    place.hidden = true;
    working = false;
  }
}

/** Does something for each of some cases, until it is stopped. What fails does not keep the others. */
export async function oneByOne(ids: readonly string[], act: (id: string, signal: AbortSignal) => Promise<Result>): Promise<Result[]> {
  const text = (done: number) => t("list.progress", { Done: number(done), All: number(ids.length) });
  const results = await withStop(find("#several-work"), ids.length, text, async (signal, done) => {
    const all: Result[] = [];
    for (const id of ids) {
      if (signal.aborted) break;
      all.push(await act(id, signal).catch((error: unknown) => ({ id, why: reason(error) })));
      done(all.length);
    }
    return all;
  });
  return results ?? [];
}

const codes: Readonly<Record<string, string>> = { "not-found": "not-found", refused: "not-found", conflict: "conflict", moved: "conflict", move: "conflict" };

/** The key of the reason behind an error. */
export function reason(error: unknown): string {
  if (error instanceof Refusal && error.code === "signed-out") lock("ended");
  return error instanceof Refusal ? (codes[error.code] ?? "broken") : error instanceof TypeError ? "broken" : "offline";
}

/** Says what was done, with a way to take it back where there is one, and for each case that stays as it was the reason. */
export function report(said: string, results: readonly Result[], nameOf: (id: string) => Node | string, undo?: () => unknown): void {
  const failed = results.filter(({ why }) => why);
  const notice = h("div", { class: "notice done" }, h("p", {}, said));
  if (undo) notice.append(button(t("case.done.undo"), "button second", undo));
  const parts: Node[] = said ? [notice] : [];
  if (failed.length > 0) {
    const lines = failed.map(({ id, why }) => h("li", {}, nameOf(id), ` – ${t(`list.why.${why!}`)}`));
    parts.push(h("div", { class: "warning failed" }, h("p", {}, h("strong", {}, n("list.failed", failed.length))), h("ul", {}, ...lines)));
  }
  find("#list-said").replaceChildren(...parts);
}
