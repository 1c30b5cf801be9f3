// The receipt: 120 random bits as 24 Crockford base32 characters and a check
// character. docs/sealing.md is the format; crypto/receipt.go is the same in Go,
// and both are held to crypto/testdata/receipts.json. What is derived from it is in
// receipt-keys.ts, so that a form can look for receipts before that has loaded.

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const bitsLength = 15; // bytes
const length = 25;
const groupLength = 5;

/** A receipt in its canonical form: 25 upper-case characters without hyphens. */
export type Receipt = string & { readonly brand: "receipt" };

/** How a typed receipt is wrong, and in which group of five (1 to 5), where that can be told. */
export interface Fault {
  readonly fault: "length" | "character" | "check";
  readonly group?: number;
}

/** Makes a receipt of 15 random bytes. */
export function newReceipt(bits: Uint8Array = crypto.getRandomValues(new Uint8Array(bitsLength))): Receipt {
  const symbols: number[] = [];
  let buffer = 0;
  let held = 0;
  for (const byte of bits) {
    buffer = (buffer << 8) | byte;
    for (held += 8; held >= 5; held -= 5) symbols.push((buffer >> (held - 5)) & 31);
    buffer &= 31;
  }
  symbols.push(checkSymbol(symbols));
  return symbols.map((s) => alphabet[s]).join("") as Receipt;
}

/**
 * Reads a receipt as people type it: full-width or lower-case characters, spaces, any hyphen, I and L for 1, O for 0;
 * and as they copy it, with a label before it.
 */
export function parseReceipt(typed: string): Receipt | Fault {
  const parsed = readReceipt(typed);
  const code = isReceipt(parsed) ? "" : withoutLabel(typed.normalize("NFKC"));
  return code === "" ? parsed : readReceipt(code);
}

// What stands behind a label: five words of five at the end of a text, or one of 25,
// or all that follows a colon; "" where there is no label.
function withoutLabel(text: string): string {
  const words = [...text.matchAll(wordPattern)].map(([, separator = "", word = ""]) => ({ word, apart: [...separator].some((c) => !isFiller(c)) }));
  const last = words.at(-1)?.word ?? "";
  if (last.length === length) return last;
  const row = words.slice(-5);
  const inRow = row.length === 5 && row.every(({ word, apart }, i) => word.length === groupLength && (i === 0 || !apart));
  const sixth = words.at(-6)?.word.length === groupLength && !row[0]?.apart;
  if (inRow && !sixth) return row.map(({ word }) => word).join("-");
  return text.includes(":") ? text.slice(text.indexOf(":") + 1) : "";
}

// A run of letters and digits, and what separates it from the one before.
const wordPattern = /([^0-9A-Za-z]*)([0-9A-Za-z]+)/g;

function readReceipt(typed: string): Receipt | Fault {
  const groups = typedGroups(typed);
  const characters = groups.join("");
  const symbols = [...characters].map((c) => alphabet.indexOf(c));
  const groupOf = (at: number) => groups.findIndex((_, i) => [...groups.slice(0, i + 1).join("")].length > at) + 1;
  const strange = symbols.indexOf(-1);
  if (strange >= 0) return groups.length === 5 ? { fault: "character", group: groupOf(strange) } : { fault: "character" };
  if (symbols.length !== length) {
    const odd = groups.findIndex((g) => g.length !== groupLength);
    return groups.length === 5 ? { fault: "length", group: odd + 1 } : { fault: "length" };
  }
  return weightedSum(symbols) === 0 ? (characters as Receipt) : { fault: "check" };
}

/** Tells a receipt from the fault that parseReceipt found. */
export const isReceipt = (parsed: Receipt | Fault): parsed is Receipt => typeof parsed === "string";

/** Returns the receipt as it is shown: XXXXX-XXXXX-XXXXX-XXXXX-XXXXX. */
export const shown = (receipt: Receipt): string => receipt.match(/.{5}/g)!.join("-");

/** The characters of a typed text that count, as they count. */
export const normalized = (typed: string): string => typedGroups(typed).join("");

/**
 * Reports whether a text holds a receipt: reporters who paste it into a report
 * would hand it to the desk. It is one word of 25 characters or five words in a
 * row of five, with a digit.
 */
export function holdsReceipt(text: string): boolean {
  let group: string[] = [];
  for (const [, separator = "", word = ""] of text.normalize("NFKC").matchAll(wordPattern)) {
    if ([...separator].some((c) => !isFiller(c))) group = [];
    if (word.length === length) group = [word];
    else if (word.length !== groupLength) {
      group = [];
      continue;
    } else group = [...group.slice(-4), word];
    const code = group.join("");
    if (/[0-9]/.test(code) && isReceipt(readReceipt(code))) return true;
    if (word.length === length) group = [];
  }
  return false;
}

// Splits what was typed at its fillers and forgives what people mistake.
function typedGroups(typed: string): string[] {
  const groups = [""];
  for (const c of typed.normalize("NFKC")) {
    if (isFiller(c)) {
      if (groups.at(-1) !== "") groups.push("");
    } else groups.push((groups.pop() ?? "") + forgiven(c.toUpperCase()));
  }
  if (groups.at(-1) === "") groups.pop();
  return groups;
}

// Blanks, invisible characters, hyphens and dashes, among them the long vowel
// mark that a Japanese keyboard gives for one.
const isFiller = (c: string): boolean => /[\p{White_Space}\p{Pd}\p{Cf}−ー_・]/u.test(c);

const forgiven = (c: string): string => (c === "I" || c === "L" ? "1" : c === "O" ? "0" : c);

// The check character works over GF(32) with x⁵+x²+1 and α = x: Σ cᵢ·αⁱ of all
// 25 characters is 0. Every single wrong character and every swap is caught.
const weightedSum = (symbols: number[]): number => symbols.reduceRight((sum, s) => timesAlpha(sum) ^ s, 0);

function checkSymbol(symbols: number[]): number {
  let sum = weightedSum(symbols);
  for (let i = symbols.length; i < 31; i++) sum = timesAlpha(sum); // divide by α^length, for α³¹ = 1
  return sum;
}

function timesAlpha(v: number): number {
  const doubled = v << 1;
  return doubled & 32 ? doubled ^ 0b100101 : doubled;
}
