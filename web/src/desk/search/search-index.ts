// What was opened for searching, and what a query finds in it. It stands in the
// memory of one tab and nowhere else.
import { type BranchNames, queueOf } from "../../lib/branches.ts";
import { fold, foldWithPlaces, joined, placesOf, type Range, wordsOf } from "../../lib/fold.ts";

/** Where a text of a case stands. */
export type Kind = "report" | "reporter" | "desk" | "note" | "answer" | "file" | "label";

export interface Part {
  readonly kind: Kind;
  readonly text: string;
  readonly folded: string;
  readonly language: string; // "" none
}

/** What the server knows of a case. */
export interface Facts {
  readonly case: string; // id
  readonly branch: string;
  readonly names?: BranchNames;
  readonly category: string;
  readonly state: string;
  readonly received: string; // ISO day
  readonly assignee: string; // handler id, ""
}

export interface Indexed {
  readonly facts: Facts;
  readonly parts: readonly Part[];
  readonly labels: readonly string[];
  readonly area: string; // as the desk classified it, "" not
  readonly severity: number; // 0 not
}

/** What is looked for; "" and none: whatever. */
export interface Query {
  readonly text: string;
  readonly queue: string;
  readonly state: string;
  readonly labels: readonly string[]; // all of them
}

export const part = (kind: Kind, text: string, language = ""): Part => ({ kind, text, folded: fold(text), language });

/** Reports whether a query asks for something. */
export const asks = ({ text, queue, state, labels }: Query): boolean => text.trim() !== "" || queue !== "" || state !== "" || labels.length > 0;

export class Index {
  private readonly byID = new Map<string, Indexed>();
  private cases: Indexed[] = []; // newest first, once they were sorted

  /** Adds a case, or replaces it. */
  add(one: Indexed): void {
    this.byID.set(one.facts.case, one);
  }

  /** Forgets everything. */
  clear(): void {
    this.byID.clear();
    this.cases = [];
  }

  get size(): number {
    return this.byID.size;
  }

  /** The cases that a query finds, newest first. */
  find({ text, queue, state, labels }: Query): Indexed[] {
    this.sort();
    const words = wordsOf(text);
    const ids = words.map(shortID);
    return this.cases.filter(
      (one) =>
        (queue === "" || queueOf(one.facts.branch) === queue) &&
        (state === "" || one.facts.state === state) &&
        labels.every((label) => one.labels.includes(label)) &&
        words.every((word, i) => one.parts.some(({ folded }) => folded.includes(word)) || (ids[i] !== "" && one.facts.case.startsWith(ids[i]!))),
    );
  }

  /** Every label with the number of its cases, the most frequent first. */
  labels(): [label: string, cases: number][] {
    const count = new Map<string, number>();
    for (const { labels } of this.byID.values()) for (const label of labels) count.set(label, (count.get(label) ?? 0) + 1);
    return [...count].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  }

  /** The values that a fact has in some case. */
  values(fact: "queue" | "state"): Set<string> {
    return new Set([...this.byID.values()].map(({ facts }) => (fact === "queue" ? queueOf(facts.branch) : facts.state)));
  }

  private sort(): void {
    if (this.cases.length === this.byID.size) return; // who is opened once more has not changed
    this.cases = [...this.byID.values()].sort((a, b) => (a.facts.received === b.facts.received ? (a.facts.case < b.facts.case ? -1 : 1) : a.facts.received < b.facts.received ? 1 : -1));
  }
}

// Handlers tell each other the beginning of an id.
const shortID = (word: string): string => (/^[0-9a-f]{4,32}$/.test(word) ? word : "");

/** A piece of a text with what was found in it. */
export interface Snippet {
  readonly kind: Kind;
  readonly language: string;
  readonly cut: readonly [before: boolean, after: boolean];
  readonly pieces: readonly { readonly text: string; readonly hit: boolean }[];
}

const around = 40; // characters before the first hit
const longest = 160; // characters

/** The best piece to show for a query: of the part in which most of its words stand. */
export function snippet({ parts }: Indexed, query: string): Snippet | undefined {
  const words = wordsOf(query);
  let best: Part | undefined;
  let most = 0;
  for (const one of parts) {
    const found = words.filter((word) => one.folded.includes(word)).length;
    if (found > most) [best, most] = [one, found];
  }
  best ??= parts[0];
  return best && pieceOf(best, words);
}

function pieceOf({ kind, text, language }: Part, words: readonly string[]): Snippet {
  const folded = foldWithPlaces(text);
  const hits = joined(words.flatMap((word) => placesOf(word, folded)));
  const start = whole(text, Math.max(0, (hits[0]?.[0] ?? 0) - around));
  const end = whole(text, Math.min(text.length, Math.max(start + longest, hits[0]?.[1] ?? 0)));
  const pieces: { text: string; hit: boolean }[] = [];
  let at = start;
  const add = (to: number, hit: boolean) => {
    if (to > at) pieces.push({ text: text.slice(at, to), hit });
    at = Math.max(at, to);
  };
  for (const [from, to] of hits as readonly Range[]) {
    if (from >= end) break;
    add(from, false);
    add(Math.min(to, end), true);
  }
  add(end, false);
  return { kind, language, cut: [start > 0, end < text.length], pieces };
}

// Never between the halves of a character.
const whole = (text: string, at: number): number => (/[\udc00-\udfff]/.test(text[at] ?? "") ? at - 1 : at);
