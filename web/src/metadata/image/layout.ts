import { type Bytes, toBytes } from "../base/bytes.ts";
import { Cursor } from "../base/cursor.ts";
import { TooLarge } from "../base/errors.ts";
import { Gathered } from "../base/gathered.ts";
import { maxPieces } from "../base/limits.ts";

/** n bytes of the file from off, or, where n is 0, literal bytes. */
interface Piece {
  off: number;
  n: number;
  literal: Bytes;
}

/** A range up to this long, in bytes, is copied. */
const longestCopy = 16 << 10;

/**
 * A cleaned image as a list of pieces: ranges of the file and literal bytes. Ranges are not copied, so that memory does
 * not grow with the pixels.
 */
export class Layout {
  #pieces: Piece[] = [];

  /** Appends n bytes of the file from off. */
  copy(off: number, n: number): void {
    const last = this.#pieces.at(-1);
    if (last && last.n > 0 && last.off + last.n === off) {
      last.n += n;
    } else {
      this.#add({ off, n, literal: toBytes("") });
    }
  }

  /** Appends the bytes of a binary string. */
  literal(s: string): void {
    this.#add({ off: 0, n: 0, literal: toBytes(s) });
  }

  /** Appends an empty literal, to be filled in later, and returns its index. */
  reserve(): number {
    this.literal("");
    return this.#pieces.length - 1;
  }

  fill(index: number, s: string): void {
    this.#pieces[index]!.literal = toBytes(s);
  }

  append(other: Layout): void {
    other.#pieces.forEach((p) => this.#add(p));
  }

  #add(p: Piece): void {
    if (this.#pieces.length === maxPieces) {
      throw new TooLarge(`more than ${maxPieces} pieces`);
    }
    this.#pieces.push(p);
  }

  /** The length of the cleaned file in bytes. */
  get size(): number {
    return this.#pieces.reduce((sum, p) => sum + p.n + p.literal.length, 0);
  }

  /** The cleaned file: long ranges are slices of the original. */
  async blob(file: Blob, type = ""): Promise<Blob> {
    const out = new Gathered();
    const c = new Cursor(file);
    for (const { off, n, literal } of this.#pieces) {
      if (n > longestCopy) {
        out.addBlob(file.slice(off, off + n));
      } else {
        c.pos = off;
        out.add(n > 0 ? await c.next(n) : literal);
      }
    }
    return out.blob(type);
  }
}
