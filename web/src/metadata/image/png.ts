import { be32, type Bytes, put16le, put32be, toBinary, toBytes } from "../base/bytes.ts";
import { adler32, crc32 } from "../base/checksum.ts";
import type { Cursor } from "../base/cursor.ts";
import { Malformed, TooLarge, Unsupported } from "../base/errors.ts";
import { inflateZlib } from "../base/inflate.ts";
import { maxExif, maxProfile } from "../base/limits.ts";
import { pngKept } from "../base/rules.ts";
import { minimalTIFF, readOrientation, trimExifPrefix } from "./exif.ts";
import { cleanProfile } from "./icc.ts";
import { Layout } from "./layout.ts";

export const pngSignature = "\x89PNG\r\n\x1a\n";

/** What is known of a PNG file, chunk by chunk. */
interface Plan {
  c: Cursor;
  out: Layout;
  /** Where the orientation goes: before the first IDAT; 0 until then. */
  exifAt: number;
  exifSeen: boolean;
  orientation: number;
  profileSeen: boolean;
}

/** Keeps the chunks of pngKept in their order, an ICC profile, and of eXIf, wherever it stands, the orientation. */
export async function planPNG(c: Cursor): Promise<Layout> {
  if (toBinary(await c.next(pngSignature.length)) !== pngSignature) {
    throw new Malformed("no PNG signature");
  }
  const p: Plan = { c, out: new Layout(), exifAt: 0, exifSeen: false, orientation: 0, profileSeen: false };
  p.out.copy(0, pngSignature.length);
  for (let first = true; ; first = false) {
    const { kind, length } = await readChunkHeader(c);
    if (first !== (kind === "IHDR")) {
      throw new Malformed(`PNG chunk ${kind} out of place`);
    }
    if (kind === "IEND") {
      return end(p);
    }
    await chunk(p, kind, length);
  }
}

/** Moves past length and type of a chunk, all of which must be there. */
export async function readChunkHeader(c: Cursor): Promise<{ kind: string; length: number }> {
  const b = await c.next(8);
  const length = be32(b, 0);
  const kind = toBinary(b.subarray(4));
  if (length + 4 > c.left || !/^[A-Za-z]{4}$/.test(kind)) {
    throw new Malformed(`PNG chunk at byte ${c.pos - 8}`);
  }
  return { kind, length };
}

/** Handles the chunk whose length and type were just read. */
async function chunk(p: Plan, kind: string, length: number): Promise<void> {
  switch (kind) {
    case "IHDR":
      return header(p, length);
    case "eXIf":
      return exif(p, length);
    case "iCCP":
      return profile(p, length);
    case "IDAT":
      p.exifAt ||= p.out.reserve();
  }
  const limit = pngKept.get(kind);
  const fits = limit !== undefined && (limit < 0 || length <= limit);
  if (/^[A-Z]/.test(kind) && !fits) {
    // A critical one.
    throw limit === undefined ? new Unsupported(`PNG chunk ${kind}`) : new Malformed(`length of PNG chunk ${kind}`);
  }
  if (fits) {
    p.out.copy(p.c.pos - 8, 8 + length + 4);
  }
  p.c.skip(length + 4);
}

async function header(p: Plan, length: number): Promise<void> {
  const data = await readChecked(p.c, "IHDR", length, 13);
  if (data?.length !== 13) {
    throw new Malformed("PNG header");
  }
  p.out.copy(pngSignature.length, 8 + 13 + 4);
}

/** Reads the orientation of the first eXIf chunk. */
async function exif(p: Plan, length: number): Promise<void> {
  if (p.exifSeen) {
    p.c.skip(length + 4);
    return;
  }
  p.exifSeen = true;
  const data = await readChecked(p.c, "eXIf", length, maxExif);
  p.orientation = data ? readOrientation(trimExifPrefix(data)) : 0;
}

/** Rewrites the first iCCP chunk: profile name, NUL, method 0, zlib stream. */
async function profile(p: Plan, length: number): Promise<void> {
  if (length > maxProfile) {
    throw new TooLarge("ICC profile");
  }
  if (p.profileSeen) {
    p.c.skip(length + 4);
    return;
  }
  p.profileSeen = true;
  const data = await readChecked(p.c, "iCCP", length, maxProfile);
  const name = data ? data.indexOf(0) : -1;
  if (!data || name < 1 || name > 79 || data[name + 1] !== 0) {
    return;
  }
  const unpacked = await inflateZlib(data.subarray(name + 2), maxProfile);
  const cleaned = unpacked && cleanProfile(unpacked);
  if (cleaned) {
    p.out.literal(pngChunk("iCCP", "icc\0\0" + storeZlib(cleaned)));
  }
}

/**
 * Reads the data of a chunk and its CRC. Data longer than limit, or that fails the CRC, is null, as decoders ignore an
 * ancillary chunk with a wrong CRC.
 */
export async function readChecked(c: Cursor, kind: string, length: number, limit: number): Promise<Bytes | null> {
  if (length > limit) {
    c.skip(length + 4);
    return null;
  }
  const b = await c.next(length + 4);
  const data = b.subarray(0, length);
  return crc32(data, crc32(toBytes(kind))) === be32(b, length) ? data : null;
}

/** Closes the layout. What follows IEND is not copied. */
function end(p: Plan): Layout {
  if (p.exifAt === 0) {
    throw new Malformed("PNG without a picture");
  }
  if (p.orientation) {
    p.out.fill(p.exifAt, pngChunk("eXIf", minimalTIFF(p.orientation)));
  }
  p.out.literal(pngChunk("IEND", ""));
  return p.out;
}

function pngChunk(kind: string, data: string): string {
  return put32be(data.length) + kind + data + put32be(crc32(toBytes(kind + data)));
}

/** A zlib stream of stored blocks of up to 65,535 bytes, the same on every machine. */
function storeZlib(s: string): string {
  let out = "\x78\x01";
  for (let at = 0; at === 0 || at < s.length; at += 65535) {
    const part = s.slice(at, at + 65535);
    const last = at + part.length === s.length;
    out += (last ? "\x01" : "\0") + put16le(part.length) + put16le(~part.length) + part;
  }
  return out + put32be(adler32(toBytes(s)));
}
