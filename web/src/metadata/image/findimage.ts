// What a picture gives away. The walks are those of the filters, but keep going where these refuse.
import { toBinary } from "../base/bytes.ts";
import { Cursor } from "../base/cursor.ts";
import { type Findings, hasText } from "../base/findings.ts";
import { inflateZlib } from "../base/inflate.ts";
import { bufferSize, maxText } from "../base/limits.ts";
import { pngKept, pngSilent } from "../base/rules.ts";
import type { Image } from "./container.ts";
import { exifPrefix, trimExifPrefix } from "./exif.ts";
import { findInExif } from "./findexif.ts";
import { findInKeyword, findInPhotoshop, findInXMP } from "./findtext.ts";
import { markers, readMarker, readSegment, readStart, skipScan } from "./jpeg.ts";
import { pngSignature, readChunkHeader } from "./png.ts";
import { readHeader, readRIFF, skipRest } from "./webp.ts";

/** Adds what a picture says; throws where it cannot be read further. */
export function findInImage(image: Image, file: Blob, found: Findings): Promise<void> {
  const find = { jpeg: findInJPEG, png: findInPNG, webp: findInWebP }[image];
  return find(new Cursor(file), found);
}

async function findInJPEG(c: Cursor, found: Findings): Promise<void> {
  await readStart(c);
  for (;;) {
    const marker = await readMarker(c);
    if (marker === markers.EOI) {
      break;
    }
    const payload = (await readSegment(c)).subarray(2);
    if (marker === markers.SOS) {
      await skipScan(c);
    } else if (marker === markers.COM) {
      addIf(found, "comment", hasText(toBinary(payload)));
    } else if (marker >= markers.APP0 && marker <= markers.APPF) {
      findInSegment(marker, payload, found);
    }
  }
  await findTail(c, found);
}

function addIf(found: Findings, finding: "comment" | "thumbnail" | "other", is: boolean): void {
  if (is) {
    found.add(finding);
  }
}

/** Application segments by how they begin. What is not named here is something else. */
function findInSegment(marker: number, payload: Uint8Array, found: Findings): void {
  const s = toBinary(payload.subarray(0, 40));
  const key = `${marker - markers.APP0} ${s.slice(0, Math.max(s.indexOf("\0"), 0))}`;
  switch (key) {
    case "0 JFIF":
      return addIf(found, "thumbnail", (payload[12] ?? 0) * (payload[13] ?? 0) > 0);
    case "0 JFXX":
      return addIf(found, "thumbnail", true);
    case "1 Exif":
      return findInExif(payload.subarray(exifPrefix.length), found);
    case "1 http://ns.adobe.com/xap/1.0/":
    case "1 http://ns.adobe.com/xmp/extension/":
      return findInXMP(toBinary(payload), found);
    case "13 Photoshop 3.0":
      return findInPhotoshop(payload.subarray(14), found);
    case "2 ICC_PROFILE":
    case "2 MPF": // the list of the pictures behind the first
    case "12 Ducky": // how strongly Photoshop compressed
    case "14 Adobe":
      return;
  }
  found.add("other");
}

/** Second pictures, videos and leftovers behind the end, but not mere padding. */
async function findTail(c: Cursor, found: Findings): Promise<void> {
  addIf(found, "other", (await c.peek(bufferSize)).some((x) => x !== 0));
}

async function findInPNG(c: Cursor, found: Findings): Promise<void> {
  c.skip(pngSignature.length);
  for (;;) {
    const { kind, length } = await readChunkHeader(c);
    const end = c.pos + length + 4;
    if (kind === "IEND") {
      c.skip(4);
      return findTail(c, found);
    }
    if (kind === "eXIf") {
      findInExif(trimExifPrefix(await c.peek(Math.min(length, bufferSize))), found);
    } else if (["tEXt", "zTXt", "iTXt"].includes(kind)) {
      await findInTextChunk(kind, await c.peek(Math.min(length, bufferSize)), found);
    } else if (kind === "tIME") {
      found.add("time");
    } else if (!pngSilent.has(kind) && !pngKept.has(kind)) {
      found.add("other");
    }
    c.skip(end - c.pos);
  }
}

/** tEXt: keyword, NUL, text. zTXt: packed. iTXt: packed or not, with a language and a translated keyword. */
async function findInTextChunk(kind: string, b: Uint8Array, found: Findings): Promise<void> {
  const end = b.indexOf(0);
  const keyword = toBinary(b.subarray(0, Math.max(end, 0)));
  let at = end + 1;
  let packed = false;
  if (kind === "zTXt") {
    packed = true;
    at++;
  } else if (kind === "iTXt") {
    packed = b[at] === 1;
    at = b.indexOf(0, b.indexOf(0, at + 2) + 1) + 1;
  }
  const text = packed ? await inflateZlib(b.slice(at), maxText).catch(() => null) : b.subarray(at);
  findInKeyword(keyword, text ? toBinary(text) : "?", found);
}

const pictureChunks = new Set(["VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP"]);

async function findInWebP(c: Cursor, found: Findings): Promise<void> {
  const end = await readRIFF(c);
  while (c.pos < end) {
    const { kind, length } = await readHeader(c, end);
    if (kind === "EXIF") {
      findInExif(trimExifPrefix(await c.peek(Math.min(length, bufferSize))), found);
    } else if (kind === "XMP ") {
      findInXMP(toBinary(await c.peek(Math.min(length, bufferSize))), found);
    } else if (!pictureChunks.has(kind)) {
      found.add("other");
    }
    skipRest(c, length, length, end);
  }
  await findTail(c, found);
}
