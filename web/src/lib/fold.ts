// Texts as they are compared: in one width and case, without accents, katakana as
// hiragana, and without characters that nobody sees. It goes one character with
// its marks after the other, so that every place in the folded text has its place
// in the text.

// With the voice marks of half-width kana. Thirty marks are more than any word needs, and
// putting marks in order takes the square of their number (UAX #15, "Stream-Safe Text Format").
const clusters = /[^][\p{M}\uff9e\uff9f]{0,30}/gu;
const accents = /[\u0300-\u036f]/g; // of Latin, Greek and Cyrillic letters; marks of other scripts are part of a word
const unseen = /[\p{Cf}\u115f\u1160\u3164\ufe00-\ufe0f]/gu;
const katakana = /[\u30a1-\u30f6\u30fd\u30fe]/g;
const toHiragana = 0x60; // code points between the two rows

const known = new Map<string, string>();
const mostKnown = 20_000;

function foldCluster(cluster: string): string {
  const before = known.get(cluster);
  if (before !== undefined) return before;
  const folded = cluster
    .normalize("NFKD")
    .replace(unseen, "")
    .toLowerCase()
    .replace(accents, "")
    .replace(/ς/g, "σ")
    .normalize("NFC")
    .replace(katakana, (c) => String.fromCharCode(c.charCodeAt(0) - toHiragana))
    .replace(/\s/g, " ");
  if (known.size < mostKnown) known.set(cluster, folded);
  return folded;
}

/** Folds a text. */
export const fold = (text: string): string => (/^[\x20-\x7e]*$/.test(text) ? text.toLowerCase() : text.replace(clusters, foldCluster));

/** A folded text that knows where it came from. */
export interface Folded {
  readonly text: string;
  /** Where the characters of each place of the folded text begin and end in the text. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Folds a text and remembers the places. */
export function foldWithPlaces(text: string): Folded {
  const from: number[] = [];
  const to: number[] = [];
  let folded = "";
  for (const { 0: cluster, index } of text.matchAll(clusters)) {
    const f = foldCluster(cluster);
    for (let i = 0; i < f.length; i++) {
      from.push(index);
      to.push(index + cluster.length);
    }
    folded += f;
  }
  return { text: folded, from, to };
}

/** A piece of a text: from the first place up to the second. */
export type Range = readonly [from: number, to: number];

/** Where a folded word stands in a text, invisible characters within it included. */
export function placesOf(word: string, { text, from, to }: Folded): Range[] {
  const found: Range[] = [];
  if (word === "") return found;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) found.push([from[at]!, to[at + word.length - 1]!]);
  return found;
}

/** The words of a query, folded. Each has to occur. */
export const wordsOf = (query: string): string[] => [...new Set(fold(query).split(" "))].filter((word) => word !== "");

/** Joins pieces that touch or overlap, in their order. */
export function joined(ranges: readonly Range[]): Range[] {
  const out: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = out.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else if (to > from) out.push([from, to]);
  }
  return out;
}
