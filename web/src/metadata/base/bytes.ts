// Bytes, numbers in them, and binary strings: strings with one character, U+0000 to U+00FF, for each byte. These have
// the search functions that Uint8Array lacks, and engines hold them with one byte a character.

export type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes of a binary string. */
export function toBytes(s: string): Bytes {
  const b = new Uint8Array(s.length);
  for (let i = 0; i < s.length; i++) {
    b[i] = s.charCodeAt(i);
  }
  return b;
}

/** The binary string of bytes. */
export function toBinary(b: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < b.length; i += 8192) {
    parts.push(String.fromCharCode(...b.subarray(i, i + 8192)));
  }
  return parts.join("");
}

export function concat(parts: readonly (Uint8Array | string)[]): Bytes {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(typeof p === "string" ? toBytes(p) : p, at);
    at += p.length;
  }
  return out;
}

/** Lowers A to Z and nothing else, so that both implementations agree. */
export function foldASCII(s: string): string {
  return s.replace(/[A-Z]+/g, (c) => c.toLowerCase());
}

/** Whether bytes are UTF-8. They are decoded piece by piece, because a decoded copy would be twice as long. */
export function isUTF8(b: Uint8Array): boolean {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for (let at = 0; at < b.length; at += 1 << 18) {
      decoder.decode(b.subarray(at, at + (1 << 18)), { stream: true });
    }
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

function view(b: Uint8Array): DataView {
  return new DataView(b.buffer, b.byteOffset, b.byteLength);
}

/** Reads numbers from bytes; a RangeError is thrown beyond their end. */
export const be16 = (b: Uint8Array, at: number): number => view(b).getUint16(at);
export const be32 = (b: Uint8Array, at: number): number => view(b).getUint32(at);
export const le16 = (b: Uint8Array, at: number): number => view(b).getUint16(at, true);
export const le32 = (b: Uint8Array, at: number): number => view(b).getUint32(at, true);

/** Numbers as binary strings. */
export const put16be = (n: number): string => String.fromCharCode((n >>> 8) & 0xff, n & 0xff);
export const put32be = (n: number): string => put16be(n >>> 16) + put16be(n);
export const put16le = (n: number): string => String.fromCharCode(n & 0xff, (n >>> 8) & 0xff);
export const put32le = (n: number): string => put16le(n) + put16le(n >>> 16);
