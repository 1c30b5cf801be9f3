// Somebody else's text as it is shown: characters that turn or hide text, or show
// nothing, are written as their code points, and runs that would keep a browser busy for
// minutes are counted in place of being shown. Linear in the length of the text. The same
// rules hold for pages without scripts: server/view/marks.go.

/** A piece of a text as it is shown. */
export interface Piece {
  readonly text: string;
  readonly mark: boolean; // it says in our characters what stands there
  /** Where it begins and ends in the text. */
  readonly from: number;
  readonly to: number;
}

const eachShown = 3; // invisible characters in a row that are written one by one

// Runs of invisible characters, and of more combining marks than a letter keeps: eight,
// which is more than any script needs.
const runs = /((?:(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115F\u1160\u3164\u{E0000}-\u{E007F}])+)|(\p{M}{8})\p{M}+/gu;

/** Splits a text into what is shown as it is and what is not. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const put = (to: number, mark?: string) => {
    if (to > at) pieces.push({ text: mark ?? text.slice(at, to), mark: !!mark, from: at, to });
    at = to;
  };
  for (const { 0: run, 1: invisible, 2: kept = "", index } of text.matchAll(runs)) {
    put(index + kept.length);
    const characters = [...run.slice(kept.length)];
    if (invisible === undefined || characters.length > eachShown) put(index + run.length, counted(characters));
    else for (const c of characters) put(at + c.length, `[${codePoint(c)}]`);
  }
  put(text.length);
  return pieces;
}

// A run of characters as one mark: [U+202E × 300], [U+202E … × 300] where others follow.
function counted(characters: readonly string[]): string {
  const [first = ""] = characters;
  const others = new Set(characters).size > 1 ? " …" : "";
  return `[${codePoint(first)}${others} × ${characters.length}]`;
}

const codePoint = (c: string): string => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
