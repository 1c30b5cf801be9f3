import { foldASCII } from "../base/bytes.ts";

/**
 * Stands in for a time that the schema asks for. LibreOffice takes it as "no date" (its own option to remove personal
 * information writes it).
 */
export const neutralTime = "1970-01-01T00:00:00";

/**
 * Gives the people and places of one document neutral names: the same name for the same person in all parts, so that a
 * thread of comments still reads as one, numbered in the order in which they appear.
 */
export class Aliases {
  #names = new Map<string, string>();
  #ids = new Map<string, string>();
  #files = new Map<string, string>();
  #targets = 0;

  /** "Author N" for a person's name, which is compared as it stands in the XML. */
  name(raw: string): string {
    return raw && numbered(this.#names, raw, (n) => `Author ${n}`);
  }

  /** A neutral GUID for a person's GUID. What is no GUID in braces (an index, say) stays. */
  id(raw: string): string {
    if (!raw.startsWith("{")) {
      return raw;
    }
    return numbered(this.#ids, foldASCII(raw), (n) => `{00000000-0000-0000-0000-${`${n}`.padStart(12, "0")}}`);
  }

  /** "removed-N", a relative address for a link to somewhere on the author's machine. */
  target(): string {
    return `removed-${++this.#targets}`;
  }

  /** "file:///removed-N" for the address of a file. */
  file(address: string): string {
    return numbered(this.#files, address, (n) => `file:///removed-${n}`);
  }
}

function numbered(known: Map<string, string>, key: string, make: (n: number) => string): string {
  const alias = known.get(key) ?? make(known.size + 1);
  known.set(key, alias);
  return alias;
}
