import { be16, concat, put16be, toBinary } from "../base/bytes.ts";
import type { Cursor } from "../base/cursor.ts";
import { Malformed, TooLarge, Unsupported } from "../base/errors.ts";
import { maxProfile } from "../base/limits.ts";
import { exifPrefix, exifSegment, readOrientation } from "./exif.ts";
import { cleanProfile } from "./icc.ts";
import { Layout } from "./layout.ts";

/** JPEG markers, ITU-T T.81 table B.1, by their second byte. */
export const markers = {
  TEM: 0x01, SOF0: 0xc0, DHT: 0xc4, JPG: 0xc8, DAC: 0xcc, SOFF: 0xcf, RST0: 0xd0, RST7: 0xd7, SOI: 0xd8, EOI: 0xd9,
  SOS: 0xda, EXP: 0xdf, APP0: 0xe0, APP1: 0xe1, APP2: 0xe2, APPD: 0xed, APPE: 0xee, APPF: 0xef, COM: 0xfe,
} as const;
const m = markers;

const iccTag = "ICC_PROFILE\0";
/** The most profile bytes in one APP2 segment: 65,535 less length, tag, number and count. */
const iccPart = 65535 - 2 - iccTag.length - 2;

/** What is known of a JPEG file, segment by segment. */
interface Plan {
  c: Cursor;
  /** Frames, tables and scans. */
  body: Layout;
  /** The JFIF segment without its thumbnail. */
  jfif: string;
  exifSeen: boolean;
  orientation: number;
  profile: Profile;
  frame: boolean;
  scan: boolean;
}

/**
 * Keeps what T.81 needs to decode the picture, and the colour of it: SOI, JFIF, Exif with nothing but the orientation,
 * the ICC profile, then tables, frames and scans as they stand, up to the first EOI.
 */
export async function planJPEG(c: Cursor): Promise<Layout> {
  await readStart(c);
  const p: Plan = {
    c, body: new Layout(), jfif: "", exifSeen: false, orientation: 0, profile: new Profile(), frame: false, scan: false,
  };
  for (;;) {
    const marker = await readMarker(c);
    if (marker === m.EOI) {
      return assemble(p);
    }
    await segment(p, marker);
  }
}

/** Moves past SOI. */
export async function readStart(c: Cursor): Promise<void> {
  if (be16(await c.next(2), 0) !== 0xff00 + m.SOI) {
    throw new Malformed("no JPEG start");
  }
}

/** Moves past the next marker and the fill bytes before it (T.81 B.1.1.2). */
export async function readMarker(c: Cursor): Promise<number> {
  const b = await c.next(2);
  if (b[0] !== 0xff) {
    throw new Malformed(`no JPEG marker at byte ${c.pos - 2}`);
  }
  let code = b[1]!;
  while (code === 0xff) {
    const rest = await c.window();
    const fill = rest.findIndex((x) => x !== 0xff);
    c.skip(fill < 0 ? Math.max(rest.length, 1) : fill + 1);
    code = fill < 0 ? 0xff : rest[fill]!;
  }
  return code;
}

/** Moves past the segment of a marker that was just read, and returns all behind the marker. */
export async function readSegment(c: Cursor): Promise<Uint8Array> {
  const head = await c.peek(2);
  if (head.length < 2 || be16(head, 0) < 2) {
    throw new Malformed("length of a JPEG segment");
  }
  return c.next(be16(head, 0));
}

/** Handles the segment whose marker was just read. */
async function segment(p: Plan, marker: number): Promise<void> {
  if (marker === 0 || marker === m.TEM || (marker >= m.RST0 && marker <= m.SOI)) {
    throw new Malformed(`marker ${marker} out of place`);
  }
  const start = p.c.pos - 2;
  const b = await readSegment(p.c);
  if (marker >= m.APP0 && marker <= m.APPF) {
    application(p, marker, b.subarray(2));
  } else if (marker === m.SOS) {
    p.scan = true;
    p.body.copy(start, (await skipScan(p.c)) - start);
  } else if (marker !== m.COM) {
    if (marker === m.JPG || marker < m.SOF0 || marker > m.EXP) {
      throw new Unsupported(`JPEG marker ${marker}`);
    }
    p.frame ||= marker <= m.SOFF && marker !== m.DHT && marker !== m.DAC;
    p.body.copy(start, 2 + b.length);
  }
}

/** Keeps what the colours and the upright position hang on. Decoders look at it before the first scan only. */
function application(p: Plan, marker: number, payload: Uint8Array): void {
  if (p.scan) {
    return;
  }
  const begins = (tag: string): boolean => toBinary(payload.subarray(0, tag.length)) === tag;
  if (marker === m.APP0 && !p.jfif && payload.length >= 14 && begins("JFIF\0")) {
    p.jfif = "\xff\xe0\0\x10" + toBinary(payload.subarray(0, 12)) + "\0\0"; // thumbnail of 0 × 0 pixels
  } else if (marker === m.APP1 && !p.exifSeen && begins(exifPrefix)) {
    p.exifSeen = true;
    p.orientation = readOrientation(payload.subarray(exifPrefix.length));
  } else if (marker === m.APP2 && begins(iccTag)) {
    p.profile.add(payload.subarray(iccTag.length));
  } else if (marker === m.APPE && payload.length >= 12 && begins("Adobe")) {
    p.body.literal("\xff\xee\0\x0e" + toBinary(payload.subarray(0, 12)));
  }
}

/**
 * Moves past entropy-coded data: up to a marker other than RSTn. FF 00 is a data byte, and FF before FF is fill.
 * Returns where the data ends; fill bytes may stand between that and the cursor.
 */
export async function skipScan(c: Cursor): Promise<number> {
  let run = -1; // where a run of FF began, up to the byte before
  for (;;) {
    const b = await c.window();
    for (let i = 0; i < b.length; i++) {
      const x = b[i]!;
      if (run < 0) {
        i = b.indexOf(0xff, i);
        if (i < 0) {
          break;
        }
        run = c.pos + i;
      } else if (x === 0 || (x >= m.RST0 && x <= m.RST7)) {
        run = -1;
      } else if (x !== 0xff) {
        c.pos += i - 1;
        return run;
      }
    }
    c.skip(Math.max(b.length, 1));
  }
}

/**
 * Puts the parts in their order. It stops at the first EOI, so that second pictures, videos and whatever an editor left
 * behind a shortened file are not copied.
 */
function assemble(p: Plan): Layout {
  if (!p.frame || !p.scan) {
    throw new Malformed("JPEG without a picture");
  }
  const l = new Layout();
  l.literal("\xff\xd8" + p.jfif + (p.orientation ? exifSegment(p.orientation) : "") + p.profile.segments());
  l.append(p.body);
  l.literal("\xff\xd9");
  return l;
}

/** Gathers an ICC profile from APP2 segments (ICC.1:2022, B.4): number, count, bytes. */
class Profile {
  /** By number, from 1. */
  #parts: Uint8Array[] = [];
  #count = 0;
  #size = 0;
  /** Segments contradict each other: no profile. */
  #bad = false;

  add(b: Uint8Array): void {
    const [number = 0, count = 0] = b;
    const fits = number > 0 && number <= count && (this.#count === 0 || count === this.#count);
    if (!fits || this.#parts[number]) {
      this.#bad = true;
      return;
    }
    this.#count = count;
    this.#size += b.length - 2;
    if (this.#size > maxProfile) {
      throw new TooLarge("ICC profile");
    }
    this.#parts[number] = b.slice(2);
  }

  /** The cleaned profile as APP2 segments, or nothing if there is no sound profile. */
  segments(): string {
    const parts: Uint8Array[] = [];
    for (let i = 1; i <= this.#count; i++) {
      const part = this.#parts[i];
      if (!part) {
        return "";
      }
      parts.push(part);
    }
    const profile = this.#bad ? null : cleanProfile(concat(parts));
    if (!profile) {
      return "";
    }
    const count = Math.ceil(profile.length / iccPart);
    let out = "";
    for (let i = 0; i < count; i++) {
      const part = profile.slice(i * iccPart, (i + 1) * iccPart);
      const length = 2 + iccTag.length + 2 + part.length;
      out += "\xff\xe2" + put16be(length) + iccTag + String.fromCharCode(i + 1, count) + part;
    }
    return out;
  }
}
