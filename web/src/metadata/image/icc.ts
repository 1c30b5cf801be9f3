// ICC profiles, ICC.1:2022 (version 4) and ICC.1:2001-04 (version 2): a header of 128 bytes, a table of tags, their
// data. A profile decides how the colours look, so it stays; but the profile of a screen carries its model, serial
// number and date of calibration. cleanProfile builds it anew from the tags that a colour transform reads.
import { be32, put32be, toBinary } from "../base/bytes.ts";
import { maxProfileTags } from "../base/limits.ts";
import { profileTags } from "../base/rules.ts";

const headerSize = 128;
const entrySize = 12; // signature, offset, size

/** 1970-01-01 00:00:00 as six 16-bit numbers. */
const date = "\x07\xb2\0\x01\0\x01\0\0\0\0\0\0";

// Description and copyright must be there; these stand in for them.
const descriptionV2 =
  "desc\0\0\0\0" +
  "\0\0\0\x04icc\0" + // ASCII, with its final NUL
  "\0".repeat(8 + 3 + 67); // no Unicode, no ScriptCode, whose 67 bytes are there all the same
const copyrightV2 = "text\0\0\0\0icc\0";
const textV4 =
  "mluc\0\0\0\0" +
  "\0\0\0\x01\0\0\0\x0cenUS" + // one record of 12 bytes
  "\0\0\0\x06\0\0\0\x1c\0i\0c\0c"; // 6 bytes at byte 28, UTF-16

/**
 * The profile, as a binary string, without anything that does not bear on colour, or null if it is not a sound profile
 * of version 2 to 4 (and then decoders take the picture as sRGB, as they do with a broken profile).
 */
export function cleanProfile(p: Uint8Array): string | null {
  const version = p[8] ?? 0;
  if (p.length < headerSize + 4 || toBinary(p.subarray(36, 40)) !== "acsp" || version < 2 || version > 4) {
    return null;
  }
  const size = be32(p, 0);
  const count = be32(p, headerSize);
  if (size > p.length || count > maxProfileTags || headerSize + 4 + count * entrySize > size) {
    return null;
  }
  const tags = new TagTable();
  for (let i = 0; i < count; i++) {
    const entry = headerSize + 4 + i * entrySize;
    const off = be32(p, entry + 4);
    const n = be32(p, entry + 8);
    if (off + n > size) {
      return null;
    }
    const name = toBinary(p.subarray(entry, entry + 4));
    if (profileTags.has(name)) {
      tags.add(name, toBinary(p.subarray(off, off + n)), `${off} ${n}`);
    }
    if (tags.length > size) {
      return null; // overlapping tags
    }
  }
  tags.add("desc", version === 2 ? descriptionV2 : textV4);
  tags.add("cprt", version === 2 ? copyrightV2 : textV4);
  return tags.profile(toBinary(p.subarray(0, headerSize)));
}

/** Lays the kept tags out one after the other, each from a multiple of 4. */
class TagTable {
  /** Of all data. */
  length = 0;
  #data: string[] = [];
  /** Offsets count from the start of the data. */
  #table: { name: string; at: number; n: number }[] = [];
  /** Place in the source → offset, because tags may share their data. */
  #places = new Map<string, number>();

  add(name: string, data: string, place?: string): void {
    let at = place === undefined ? undefined : this.#places.get(place);
    if (at === undefined) {
      at = this.length;
      const padded = data + "\0".repeat(-data.length & 3);
      this.#data.push(padded);
      this.length += padded.length;
      if (place !== undefined) {
        this.#places.set(place, at);
      }
    }
    this.#table.push({ name, at, n: data.length });
  }

  profile(h: string): string {
    const base = headerSize + 4 + this.#table.length * entrySize;
    const header =
      put32be(base + this.length) +
      "\0\0\0\0" + // preferred colour engine
      h.slice(8, 24) +
      date + // when it was made
      h.slice(36, 40) +
      "\0\0\0\0" + // platform
      h.slice(44, 48) +
      "\0".repeat(16) + // manufacturer, model and kind of the device
      h.slice(64, 80) +
      "\0".repeat(48); // creator, identifier, reserved bytes
    const table = this.#table.map(({ name, at, n }) => name + put32be(base + at) + put32be(n));
    return header + put32be(table.length) + table.join("") + this.#data.join("");
  }
}
