// What the tags of an Exif structure (CIPA DC-008) give away.
import { toBinary } from "../base/bytes.ts";
import { type Findings, hasText } from "../base/findings.ts";
import { maxDirectories } from "../base/limits.ts";
import { exifTags } from "../base/rules.ts";
import { tiffReader } from "./exif.ts";

/** Directories are told apart because GPS counts its tags from 0. */
type Directory = keyof typeof exifTags;

const exifDirectory = 0x8769;
const gpsDirectory = 0x8825;
const userComment = 0x9286;
const gpsArea = 28;

/** Bytes of one value, by field type. */
const sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
const texts = [1, 2, 7]; // field types
const rational = 5;

/** Adds what a TIFF structure says. */
export function findInExif(b: Uint8Array, found: Findings): void {
  const tiff = tiffReader(b);
  if (!tiff) {
    return;
  }
  let visited = 0;
  const walk = (at: number, directory: Directory): number => {
    if (at + 2 > b.length || ++visited > maxDirectories) {
      return 0;
    }
    const count = Math.min(tiff.u16(at), Math.floor((b.length - at - 2) / 12));
    for (let i = 0; i < count; i++) {
      entry(at + 2 + i * 12, directory);
    }
    const end = at + 2 + count * 12;
    return end + 4 <= b.length ? tiff.u32(end) : 0;
  };
  const entry = (at: number, directory: Directory): void => {
    const tag = tiff.u16(at);
    if (directory === "image" && (tag === exifDirectory || tag === gpsDirectory)) {
      walk(tiff.u32(at + 8), tag === gpsDirectory ? "gps" : "image");
      return;
    }
    const finding = exifTags[directory].get(tag);
    const type = tiff.u16(at + 2);
    const size = (sizes[type] ?? 1) * tiff.u32(at + 4);
    const from = size <= 4 ? at + 8 : tiff.u32(at + 8);
    if (finding && says(b.subarray(from, from + size), tag, type)) {
      found.add(finding);
    }
  };
  const second = walk(tiff.u32(4), "image");
  if (second) {
    walk(second, "thumbnail");
  }
}

/** Whether a value is more than a blank. */
function says(value: Uint8Array, tag: number, type: number): boolean {
  if (texts.includes(type)) {
    const s = toBinary(value);
    return hasText(tag === userComment || tag === gpsArea ? s.slice(8) : s); // behind the name of a character set
  }
  // Cameras without a position write 0/0.
  return value.some((x, i) => x !== 0 && (type !== rational || i % 8 > 3));
}
