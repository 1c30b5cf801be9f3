import { le32, put32le, toBinary } from "../base/bytes.ts";
import type { Cursor } from "../base/cursor.ts";
import { Malformed, TooLarge } from "../base/errors.ts";
import { maxExif, maxProfile } from "../base/limits.ts";
import { minimalTIFF, readOrientation, trimExifPrefix } from "./exif.ts";
import { cleanProfile } from "./icc.ts";
import { Layout } from "./layout.ts";

/** Flags in the first byte of a VP8X chunk (RFC 9649, 2.7). */
const flag = { animated: 1 << 1, exif: 1 << 3, alpha: 1 << 4, profile: 1 << 5 };

const riffHeader = 12; // "RIFF", size, "WEBP"
const chunkHeader = 8; // FourCC, size
const vp8xSize = 10; // flags, 24 reserved bits, canvas
const animSize = 6; // background, loop count
const frameHeader = 16; // ANMF before its chunks

/** What is known of a WebP file, chunk by chunk. */
interface Plan {
  c: Cursor;
  /** Of the RIFF chunk. */
  end: number;
  out: Layout;
  /** Index of the VP8X chunk in out; -1 for the simple format. */
  flags: number;
  vp8x: string;
  exifSeen: boolean;
  orientation: number;
  profileSeen: boolean;
  /** A profile is kept. */
  profile: boolean;
  picture: boolean;
}

/**
 * Keeps the picture chunks, the animation and the ICC profile, and of EXIF the orientation. Bytes after the RIFF chunk
 * are not copied.
 */
export async function planWebP(c: Cursor): Promise<Layout> {
  const p: Plan = {
    c, end: await readRIFF(c), out: new Layout(), flags: -1, vp8x: "", exifSeen: false, orientation: 0,
    profileSeen: false, profile: false, picture: false,
  };
  p.out.reserve();
  for (let first = true; c.pos < p.end; first = false) {
    const { kind, length } = await readHeader(c, p.end);
    await chunk(p, kind, length, first);
    if (p.flags < 0) {
      break; // the simple format is one chunk
    }
  }
  return finish(p);
}

/** Moves past the RIFF header and returns where the RIFF chunk ends. */
export async function readRIFF(c: Cursor): Promise<number> {
  const head = await c.next(riffHeader);
  const end = 8 + le32(head, 4);
  const sound = toBinary(head.subarray(0, 4)) === "RIFF" && toBinary(head.subarray(8)) === "WEBP";
  if (!sound || end < riffHeader || end > c.size) {
    throw new Malformed("RIFF header");
  }
  return end;
}

/** Reads FourCC and size of a chunk that must end before end. */
export async function readHeader(c: Cursor, end: number): Promise<{ kind: string; length: number }> {
  const b = await c.next(chunkHeader);
  const kind = toBinary(b.subarray(0, 4));
  const length = le32(b, 4);
  if (length > end - c.pos) {
    throw new Malformed("WebP chunk");
  }
  return { kind, length };
}

/** Moves past the rest of a chunk of which n bytes are left, and its padding, which the last chunk may lack. */
export function skipRest(c: Cursor, n: number, length: number, end: number): void {
  c.skip(length % 2 === 1 && n < end - c.pos ? n + 1 : n);
}

/** Handles the chunk whose header was just read. */
async function chunk(p: Plan, kind: string, length: number, first: boolean): Promise<void> {
  if (first ? !["VP8X", "VP8 ", "VP8L"].includes(kind) : kind === "VP8X") {
    throw new Malformed("WebP chunk out of place");
  }
  switch (kind) {
    case "VP8X":
      return extended(p, length);
    case "VP8 ":
    case "VP8L":
    case "ALPH":
      keep(p, kind, length, p.end);
      return;
    case "ANIM":
      return animation(p, length);
    case "ANMF":
      return frame(p, length);
    case "ICCP":
      return iccp(p, length);
    case "EXIF":
      return exif(p, length);
  }
  skipRest(p.c, length, length, p.end);
}

/** Reads VP8X. It is filled in at the end, when the flags are known. */
async function extended(p: Plan, length: number): Promise<void> {
  if (length !== vp8xSize) {
    throw new Malformed("VP8X");
  }
  p.vp8x = toBinary(await p.c.next(length));
  p.flags = p.out.reserve();
}

/** Copies a chunk of the picture, with a zero for its padding. */
function keep(p: Plan, kind: string, length: number, end: number): void {
  p.picture ||= kind !== "ALPH";
  p.out.copy(p.c.pos - chunkHeader, chunkHeader + length);
  if (length % 2 === 1) {
    p.out.literal("\0");
  }
  skipRest(p.c, length, length, end);
}

async function animation(p: Plan, length: number): Promise<void> {
  const b = await p.c.peek(animSize);
  if (length < animSize || b.length < animSize) {
    throw new Malformed("ANIM");
  }
  p.out.literal(webpChunk("ANIM", toBinary(b)));
  skipRest(p.c, length, length, p.end);
}

/** Keeps an ANMF chunk with only its picture chunks. */
async function frame(p: Plan, length: number): Promise<void> {
  if (length < frameHeader) {
    throw new Malformed("ANMF");
  }
  const end = p.c.pos + length;
  const head = p.out.reserve();
  p.out.copy(p.c.pos, frameHeader);
  p.c.skip(frameHeader);
  let size = frameHeader;
  while (p.c.pos < end) {
    const { kind, length: n } = await readHeader(p.c, end);
    if (kind === "VP8 " || kind === "VP8L" || kind === "ALPH") {
      keep(p, kind, n, end);
      size += chunkHeader + n + (n % 2);
    } else {
      skipRest(p.c, n, n, end);
    }
  }
  p.out.fill(head, webpHeader("ANMF", size));
  skipRest(p.c, 0, length, p.end);
}

/** Rewrites the first profile. */
async function iccp(p: Plan, length: number): Promise<void> {
  if (length > maxProfile) {
    throw new TooLarge("ICC profile");
  }
  if (p.profileSeen) {
    skipRest(p.c, length, length, p.end);
    return;
  }
  p.profileSeen = true;
  const cleaned = cleanProfile(await p.c.next(length));
  if (cleaned) {
    p.profile = true;
    p.out.literal(webpChunk("ICCP", cleaned));
  }
  skipRest(p.c, 0, length, p.end);
}

/** Reads the orientation of the first EXIF chunk. */
async function exif(p: Plan, length: number): Promise<void> {
  if (!p.exifSeen) {
    p.exifSeen = true;
    p.orientation = readOrientation(trimExifPrefix(await p.c.peek(Math.min(length, maxExif))));
  }
  skipRest(p.c, length, length, p.end);
}

/** Fills in what had to wait: the flags, the orientation (EXIF comes last, RFC 9649 2.7) and the size. */
function finish(p: Plan): Layout {
  if (!p.picture) {
    throw new Malformed("WebP without a picture");
  }
  if (p.flags >= 0) {
    let flags = p.vp8x.charCodeAt(0) & (flag.animated | flag.alpha);
    flags |= p.profile ? flag.profile : 0;
    if (p.orientation) {
      flags |= flag.exif;
      p.out.literal(webpChunk("EXIF", minimalTIFF(p.orientation)));
    }
    p.out.fill(p.flags, webpChunk("VP8X", String.fromCharCode(flags) + "\0\0\0" + p.vp8x.slice(4)));
  }
  const size = p.out.size + riffHeader - 8;
  if (size > 0xffffffff) {
    throw new TooLarge("WebP");
  }
  p.out.fill(0, webpHeader("RIFF", size) + "WEBP");
  return p.out;
}

function webpHeader(kind: string, size: number): string {
  return kind + put32le(size);
}

/** A whole chunk, padded to an even length. */
function webpChunk(kind: string, data: string): string {
  return webpHeader(kind, data.length) + data + (data.length % 2 ? "\0" : "");
}
