import type { Bytes } from "../base/bytes.ts";
import { crc32 } from "../base/checksum.ts";
import { read } from "../base/cursor.ts";
import { Malformed, TooLarge } from "../base/errors.ts";
import { Gathered } from "../base/gathered.ts";
import { inflate } from "../base/inflate.ts";
import { bufferSize, maxXML } from "../base/limits.ts";
import { type Archive, type Entry, methodDeflated } from "../base/zip.ts";
import { headSize } from "../image/container.ts";

/**
 * The unpacked bytes of an entry. It ends with an error if they are not exactly as many, or not those, that the
 * directory says.
 */
async function* unpack(a: Archive, e: Entry): AsyncGenerator<Bytes> {
  const packed = a.packed(e);
  let left = e.size;
  let sum = 0;
  for await (const b of e.method === methodDeflated ? inflate(packed) : pieces(packed)) {
    if (b.length > left) {
      throw new Malformed("ZIP entry is longer than it says");
    }
    left -= b.length;
    sum = crc32(b, sum);
    yield b;
  }
  if (left !== 0 || sum !== e.crc) {
    throw new Malformed("length or checksum of a ZIP entry");
  }
}

async function* pieces(file: Blob): AsyncGenerator<Bytes> {
  for (let at = 0; at < file.size; at += bufferSize) {
    yield read(file, at, bufferSize);
  }
}

/** The whole of a small entry. */
export async function readAll(a: Archive, e: Entry): Promise<Bytes> {
  if (e.size > maxXML) {
    throw new TooLarge(`XML part of ${e.size} bytes`);
  }
  const out = new Uint8Array(e.size);
  let at = 0;
  for await (const b of unpack(a, e)) {
    out.set(b, at);
    at += b.length;
  }
  return out;
}

/**
 * Reads an entry once, checks it, and returns its first bytes and, where wanted says so of these, all of it. What is
 * unpacked for that goes into Blobs, which browsers keep outside the page.
 */
export async function readMedia(
  a: Archive,
  e: Entry,
  wanted: (head: Uint8Array) => boolean,
): Promise<{ head: Bytes; content: Blob | null }> {
  const head = new Uint8Array(Math.min(headSize, e.size));
  const content = new Gathered();
  let at = 0;
  for await (const b of unpack(a, e)) {
    if (at < head.length) {
      head.set(b.subarray(0, head.length - at), at);
    }
    at += b.length;
    if (e.method === methodDeflated && (at < head.length || wanted(head))) {
      content.add(b);
    }
  }
  if (!wanted(head)) {
    return { head, content: null };
  }
  return { head, content: e.method === methodDeflated ? content.blob("") : a.packed(e) };
}
