import type { Bytes } from "./bytes.ts";
import { Malformed } from "./errors.ts";
import { bufferSize } from "./limits.ts";

/** Reads size bytes of a file from start. */
export async function read(file: Blob, start: number, size: number): Promise<Bytes> {
  return new Uint8Array(await file.slice(start, start + size).arrayBuffer());
}

/** Reads a file from front to back through one buffer. */
export class Cursor {
  /** Of the next byte to be handed out. */
  pos = 0;
  readonly size: number;
  readonly #file: Blob;
  #buffer: Bytes = new Uint8Array(0);
  /** Where in the file the buffer stands. */
  #from = 0;

  constructor(file: Blob, size = file.size) {
    this.#file = file;
    this.size = size;
  }

  /** How many bytes follow. */
  get left(): number {
    return this.size - this.pos;
  }

  /** The next n ≤ bufferSize bytes, without moving; fewer only at the end of the file. */
  async peek(n: number): Promise<Bytes> {
    n = Math.min(n, this.left);
    if (this.pos + n > this.#from + this.#buffer.length || this.pos < this.#from) {
      this.#from = this.pos;
      this.#buffer = await read(this.#file, this.pos, Math.min(bufferSize, this.left));
    }
    const at = this.pos - this.#from;
    return this.#buffer.subarray(at, at + n);
  }

  /** What is buffered, at least one byte unless the file is at its end. */
  async window(): Promise<Bytes> {
    await this.peek(1);
    return this.#buffer.subarray(this.pos - this.#from);
  }

  /** The next n bytes, however many, and moves past them. */
  async next(n: number): Promise<Bytes> {
    const start = this.pos;
    if (n > bufferSize) {
      this.skip(n);
      return read(this.#file, start, n);
    }
    const b = await this.peek(n);
    this.skip(n);
    return b;
  }

  skip(n: number): void {
    if (n > this.left) {
      throw this.short();
    }
    this.pos += n;
  }

  short(): Malformed {
    return new Malformed(`ends within a structure at byte ${this.pos}`);
  }
}
