// Blacking out: what was chosen is replaced, never only covered. Every piece
// becomes the same few characters, so that its length tells nothing.
import { fold, type Folded, foldWithPlaces, joined, placesOf, type Range } from "../../lib/fold.ts";
import { piecesOf } from "../../lib/marks.ts";

/** What stands for a blacked-out piece, however long it was. */
export const blacked = "████";

/** A text of a case that can be blacked out. */
export interface Passage {
  readonly key: string;
  readonly label: string; // what it is, in words of the page
  readonly text: string;
  readonly language: string; // "" the page's
}

// What can be blacked out on a page, together: the text of several hundred messages. More of
// it would keep the handler's browser busy for minutes.
const most = { passages: 4_000, lines: 5_000, units: 200_000 };

/** Reports whether passages are too many, or too long, to be blacked out on a page. */
export function tooLong(passages: readonly Passage[]): boolean {
  let [lines, units] = [0, 0];
  for (const { text } of passages) {
    units += text.length;
    if (units > most.units) return true;
    lines += text.split("\n").length;
  }
  return passages.length > most.passages || lines > most.lines;
}

/** A text as it is shown and exported, which knows where each of its places came from. */
export interface Shown {
  readonly text: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Replaces pieces of a text, and writes what nobody sees as code points. */
export function shown(text: string, ranges: readonly Range[]): Shown {
  const from: number[] = [];
  const to: number[] = [];
  let out = "";
  const put = (piece: string, start: number, end: number) => {
    for (let i = 0; i < piece.length; i++) {
      from.push(start);
      to.push(end);
    }
    out += piece;
  };
  const plain = (start: number, end: number) => {
    for (const piece of piecesOf(text.slice(start, end))) {
      if (piece.mark) put(piece.text, start + piece.from, start + piece.to);
      else for (const { 0: c, index } of piece.text.matchAll(/[^]/gu)) put(c, start + piece.from + index, start + piece.from + index + c.length);
    }
  };
  let at = 0;
  for (const [start, end] of joined(ranges)) {
    plain(at, start);
    put(blacked, start, end);
    at = end;
  }
  plain(at, text.length);
  return { text: out, from, to };
}

type Step = { readonly word: string } | { readonly key: string; readonly ranges: readonly Range[] };

/** What was blacked out in the passages of a case, a step after the other. */
export class Masking {
  private readonly steps: Step[] = [];
  private readonly folded = new Map<string, Folded>(); // by key

  constructor(readonly passages: readonly Passage[]) {
    for (const { key, text } of passages) this.folded.set(key, foldWithPlaces(text));
  }

  get any(): boolean {
    return this.steps.length > 0;
  }

  /** Blacks out a piece of a passage; returns false where it was blacked out already. */
  piece(key: string, range: Range): boolean {
    const covered = this.ranges(key).some(([from, to]) => from <= range[0] && range[1] <= to);
    if (!covered && range[1] > range[0]) this.steps.push({ key, ranges: [range] });
    return !covered;
  }

  /** Blacks out whole passages. */
  whole(keys: readonly string[]): void {
    for (const key of keys) this.piece(key, [0, this.passages.find((p) => p.key === key)!.text.length]);
  }

  /** Blacks out a word everywhere; returns how often it stands there. A word without a place changes nothing. */
  word(typed: string): number {
    const word = fold(typed).trim();
    if (word === "" || this.words().some(([, known]) => known === word)) return 0;
    const places = this.passages.reduce((sum, { key }) => sum + this.placesOf(word, key).length, 0);
    if (places > 0) this.steps.push({ word: typed.trim() });
    return places;
  }

  /** Takes the last step back; returns false where there was none. */
  undo(): boolean {
    return this.steps.pop() !== undefined;
  }

  /** Takes a word back. */
  without(word: string): void {
    const at = this.steps.findIndex((step) => "word" in step && step.word === word);
    if (at >= 0) this.steps.splice(at, 1);
  }

  /** The words that are blacked out everywhere, as typed and folded. */
  words(): [typed: string, folded: string][] {
    return this.steps.flatMap((step) => ("word" in step ? [[step.word, fold(step.word).trim()] as [string, string]] : []));
  }

  /** The pieces of a passage that are blacked out. */
  ranges(key: string): Range[] {
    return joined(this.steps.flatMap((step) => ("word" in step ? this.placesOf(fold(step.word).trim(), key) : step.key === key ? step.ranges : [])));
  }

  /** How many pieces are blacked out in all passages. */
  get pieces(): number {
    return this.passages.reduce((sum, { key }) => sum + this.ranges(key).length, 0);
  }

  /** A passage as it is exported. */
  shown(passage: Passage): Shown {
    return shown(passage.text, this.ranges(passage.key));
  }

  // A name of several words is found without its blanks, too.
  private placesOf(word: string, key: string): Range[] {
    const folded = this.folded.get(key)!;
    return word.includes(" ") ? placesOf(word.replaceAll(" ", ""), withoutBlanks(folded)) : placesOf(word, folded);
  }
}

function withoutBlanks({ text, from, to }: Folded): Folded {
  const places = Array.from(from.keys()).filter((i) => text[i] !== " ");
  return { text: places.map((i) => text[i]).join(""), from: places.map((i) => from[i]!), to: places.map((i) => to[i]!) };
}
