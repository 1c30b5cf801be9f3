import type { Bytes } from "./bytes.ts";
import { bufferSize } from "./limits.ts";

/**
 * Puts a Blob together from bytes and slices of Blobs. Browsers keep Blobs outside the page, but a Blob of very many
 * parts is slow, so that bytes are joined.
 */
export class Gathered {
  #blobs: Blob[] = [];
  #pieces: Bytes[] = [];
  /** Of the pieces together. */
  #size = 0;

  add(b: Bytes): void {
    if (b.length > 0) {
      this.#pieces.push(b);
    }
    if ((this.#size += b.length) >= bufferSize) {
      this.#flush();
    }
  }

  addBlob(b: Blob): void {
    this.#flush();
    this.#blobs.push(b);
  }

  #flush(): void {
    if (this.#size > 0) {
      this.#blobs.push(new Blob(this.#pieces));
      this.#pieces = [];
      this.#size = 0;
    }
  }

  blob(type: string): Blob {
    this.#flush();
    return new Blob(this.#blobs, { type });
  }
}
