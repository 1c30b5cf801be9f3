// Files: sealed while they are read, padded with zeros, counted and hashed.
import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "./bytes.ts";
import { padme } from "./padding.ts";
import { OpenError, openStream, sealStream } from "./seal.ts";

const readSize = 256 << 10; // bytes of a file in memory at a time
const together = 64; // opened chunks of 64 KiB

/** A file that is being sealed. hash() is its SHA-256 before padding, once the stream has ended. */
export interface Sealing {
  readonly sealed: ReadableStream<Uint8Array>;
  readonly hash: () => string;
}

/** Seals a file to the recipients. Little of it is in memory at any time. */
export async function sealFile(file: Blob, ...to: string[]): Promise<Sealing> {
  const hash = sha256.create();
  let at = 0;
  const end = padme(file.size);
  const padded = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (at < file.size) {
          const piece = new Uint8Array(await file.slice(at, Math.min(at + readSize, file.size)).arrayBuffer());
          if (piece.length === 0) throw new DOMException("the file has become shorter", "NotReadableError");
          hash.update(piece);
          at += piece.length;
          controller.enqueue(piece);
        } else if (at < end) {
          const zeros = new Uint8Array(Math.min(readSize, end - at));
          at += zeros.length;
          controller.enqueue(zeros);
        }
        if (at >= end) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  let digest = "";
  return { sealed: await sealStream(padded, ...to), hash: () => (digest ||= toHex(hash.digest())) };
}

/** Opens a file, cuts its padding and checks size (bytes) and SHA-256. Throws OpenError. */
export async function openFile(sealed: ReadableStream<Uint8Array>, identity: string, size: number, sha: string): Promise<Blob> {
  const hash = sha256.create();
  const parts: Blob[] = [];
  const held: Uint8Array<ArrayBuffer>[] = [];
  let left = size;
  const opened = await openStream(sealed, identity);
  try {
    const reader = opened.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(0, Math.min(value.length, left));
      hash.update(part);
      left -= part.length;
      if (part.length > 0) held.push(part as Uint8Array<ArrayBuffer>);
      if (held.length === together) parts.push(new Blob(held.splice(0))); // which a browser keeps out of the page's memory
    }
  } catch (error) {
    throw new OpenError(error);
  }
  if (left !== 0 || toHex(hash.digest()) !== sha) throw new OpenError();
  return new Blob([...parts, ...held]);
}
