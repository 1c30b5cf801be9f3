// Sealed files on their way to the server, in chunks, so that a broken
// connection costs one chunk at most.
import { newID } from "../crypto/bytes.ts";
import { sealFile } from "../crypto/file.ts";
import type { SealedFile } from "../crypto/message.ts";
import { type Form, persistently, postBytes, Refusal, Unreadable, type Waiting } from "./api.ts";

/** A file as it is to be sent. */
export interface Outgoing {
  readonly name: string;
  readonly type: string;
  readonly content: Blob;
  readonly cleaned: boolean;
  readonly found?: boolean; // and there was something to take out
}

/** What sending needs to know and tell. */
export interface Sending {
  readonly form: Form;
  readonly chunk: number; // bytes of a chunk at most
  readonly signal: AbortSignal;
  readonly sent: (bytes: number) => void; // of the file, all in all
  readonly waiting: Waiting;
}

const firstChunk = 128 << 10; // bytes; chunks grow while they take less than goodTime
const goodTime = 1500; // milliseconds
const badTime = 15_000; // chunks shrink again beyond it
const leastPiece = 32 << 10; // bytes

/** Seals a file to the recipients and sends it. Returns what the message says of it. */
export async function sendFile(file: Outgoing, to: readonly string[], sending: Sending): Promise<SealedFile> {
  for (let tries = 0; ; tries++) {
    try {
      return await sendOnce(file, to, sending);
    } catch (error) {
      // The server no longer holds what it had of the file: begin again.
      if (!(error instanceof Refusal && error.code === "offset") || tries === 3) throw error;
    }
  }
}

/** Has the server forget a file that will not be sent after all. Nobody waits for it. */
export function forget(id: string, form: Form): void {
  const headers = { "Upload-Form": form.token, "Upload-Id": id, "Upload-Offset": "0", "Upload-Complete": "?0", "Upload-Cancel": "?1" };
  postBytes("/api/files", new Uint8Array(), headers).catch(() => undefined); // the server does it by itself in the end
}

async function sendOnce(file: Outgoing, to: readonly string[], sending: Sending): Promise<SealedFile> {
  const id = newID();
  try {
    return await sendAs(id, file, to, sending);
  } catch (error) {
    forget(id, sending.form);
    const ofFile = error instanceof DOMException && error.name !== "AbortError"; // requests that fail are Unanswered
    throw ofFile ? new Unreadable(file.name) : error;
  }
}

async function sendAs(id: string, file: Outgoing, to: readonly string[], sending: Sending): Promise<SealedFile> {
  const { sealed, hash } = await sealFile(file.content, ...to);
  const source = chunks(sealed.getReader());
  let size = Math.min(firstChunk, sending.chunk);
  let offset = 0;
  for (let last = false; !last; ) {
    const chunk = await source(size);
    last = chunk.last;
    const began = performance.now();
    offset = await sendChunk(id, chunk.bytes, offset, last, sending);
    const took = performance.now() - began;
    if (took < goodTime) size = Math.min(size * 2, sending.chunk);
    else if (took > badTime) size = Math.max(size / 2, leastPiece);
    sending.sent(offset);
  }
  return { id, name: file.name, type: file.type, size: file.content.size, sha256: hash(), cleaned: file.cleaned, ...(file.found ? { found: true } : {}) };
}

// Sends one chunk and goes on inside it where the server has some of it.
async function sendChunk(id: string, chunk: Uint8Array, start: number, last: boolean, sending: Sending): Promise<number> {
  const end = start + chunk.length;
  let at = start;
  const send = async (): Promise<number> => {
    const headers = { "Upload-Form": sending.form.token, "Upload-Id": id, "Upload-Offset": String(at), "Upload-Complete": last ? "?1" : "?0" };
    try {
      return (await postBytes<{ offset: number }>("/api/files", chunk.subarray(at - start), headers, sending.signal)).offset;
    } catch (error) {
      const held = error instanceof Refusal && error.code === "offset" ? error.offset : undefined;
      if (held === undefined || held <= at || held > end) throw error; // nothing new: the file is begun again, a few times
      at = held;
      return at === end && !last ? at : send();
    }
  };
  // However long the connection is gone: the person sees it, and can stop.
  return persistently(sending.form, send, sending.signal, sending.waiting, Infinity);
}

// Cuts a stream into chunks of the sizes asked for, and knows which is the last.
function chunks(reader: ReadableStreamDefaultReader<Uint8Array>): (size: number) => Promise<{ bytes: Uint8Array; last: boolean }> {
  let held: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  return async (size) => {
    while (length <= size && !ended) {
      const { done, value } = await reader.read();
      if (done) ended = true;
      else {
        held.push(value);
        length += value.length;
      }
    }
    const all = new Uint8Array(length);
    let at = 0;
    for (const part of held) {
      all.set(part, at);
      at += part.length;
    }
    const bytes = all.subarray(0, size);
    held = length > size ? [all.slice(size)] : [];
    length = Math.max(0, length - size);
    return { bytes, last: ended && length === 0 };
  };
}
