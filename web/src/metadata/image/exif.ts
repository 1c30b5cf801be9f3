// Exif, CIPA DC-008: a TIFF structure. Of it only the orientation is kept, because without it a photograph lies on its
// side. Orientation 1 is upright and needs no tag.
import { toBinary } from "../base/bytes.ts";

const orientationTag = 0x0112;
const short = 3; // field type: 16-bit unsigned
const entrySize = 12;

/** Stands before the TIFF structure in a JPEG segment, and by mistake in some WebP files. */
export const exifPrefix = "Exif\0\0";

/** Numbers of a TIFF structure in its own byte order; null if it does not begin as one. */
export function tiffReader(b: Uint8Array): { u16(at: number): number; u32(at: number): number } | null {
  const mark = toBinary(b.subarray(0, 4));
  if (b.length < 8 || (mark !== "II*\0" && mark !== "MM\0*")) {
    return null;
  }
  const little = mark === "II*\0";
  const view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  return { u16: (at) => view.getUint16(at, little), u32: (at) => view.getUint32(at, little) };
}

/** The orientation, 2 to 8, of a TIFF structure; 0 if it is upright, absent or not understood. */
export function readOrientation(b: Uint8Array): number {
  const tiff = tiffReader(b);
  if (!tiff) {
    return 0;
  }
  const at = tiff.u32(4);
  if (at + 2 > b.length) {
    return 0;
  }
  const count = tiff.u16(at);
  for (let i = 0; i < count; i++) {
    const entry = at + 2 + i * entrySize;
    if (entry + entrySize > b.length) {
      return 0;
    }
    if (tiff.u16(entry) !== orientationTag) {
      continue;
    }
    const value = tiff.u16(entry + 8);
    const sound = tiff.u16(entry + 2) === short && tiff.u32(entry + 4) === 1 && value >= 2 && value <= 8;
    return sound ? value : 0;
  }
  return 0;
}

/** A big-endian TIFF structure of 26 bytes with one tag, the orientation. */
export function minimalTIFF(orientation: number): string {
  return (
    "MM\0*\0\0\0\x08" + // header, first directory at byte 8
    "\0\x01" + // one entry
    "\x01\x12\0\x03\0\0\0\x01" +
    `\0${String.fromCharCode(orientation)}\0\0` +
    "\0\0\0\0" // no further directory
  );
}

/** The whole JPEG segment APP1 with only the orientation, 36 bytes. */
export function exifSegment(orientation: number): string {
  return "\xff\xe1\0\x22" + exifPrefix + minimalTIFF(orientation);
}

/** Takes the JPEG prefix off, where a file of another format carries it. */
export function trimExifPrefix(b: Uint8Array): Uint8Array {
  return toBinary(b.subarray(0, exifPrefix.length)) === exifPrefix ? b.subarray(exifPrefix.length) : b;
}
