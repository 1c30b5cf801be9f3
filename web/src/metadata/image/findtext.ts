// What texts and records inside pictures give away: XMP packets, IPTC records, the texts of PNG.
import { be16, be32, toBinary } from "../base/bytes.ts";
import { type Finding, type Findings, hasText } from "../base/findings.ts";
import { findProperties, properties } from "../base/properties.ts";
import { iptcSets, xmpNames } from "../base/rules.ts";
import { findInExif } from "./findexif.ts";

const xmpProperties = properties(xmpNames);

/** Adds what an XMP packet says. */
export function findInXMP(packet: string, found: Findings): void {
  findProperties(xmpProperties, packet, found);
}

/** Adds what IPTC-IIM data sets say: 1C, record, number, length, text. */
function findInIPTC(b: Uint8Array, found: Findings): void {
  for (let at = 0; at + 5 <= b.length && b[at] === 0x1c; ) {
    const length = be16(b, at + 3);
    const finding = b[at + 1] === 2 ? iptcSets.get(b[at + 2]!) : undefined;
    if (finding && hasText(toBinary(b.subarray(at + 5, at + 5 + length)))) {
      found.add(finding);
    }
    at += 5 + length;
  }
}

/** Adds what Photoshop's resources say: "8BIM", id, name, length, data. */
export function findInPhotoshop(b: Uint8Array, found: Findings): void {
  for (let at = 0; at + 12 <= b.length && toBinary(b.subarray(at, at + 4)) === "8BIM"; ) {
    const id = be16(b, at + 4);
    const name = (b[at + 6]! + 2) & ~1; // with its length, padded
    if (at + 10 + name > b.length) {
      return;
    }
    const length = be32(b, at + 6 + name);
    const data = b.subarray(at + 10 + name, at + 10 + name + length);
    if (id === 0x0404) {
      findInIPTC(data, found);
    } else if (id === 0x0409 || id === 0x040c) {
      found.add("thumbnail");
    } else if (id === 0x0422) {
      findInExif(data, found);
    } else if (id === 0x0424) {
      findInXMP(toBinary(data), found);
    }
    at += 10 + name + length + (length & 1);
  }
}

/** Keywords of texts in PNG, in lower case. */
const keywords: Record<string, Finding> = {
  author: "author", artist: "author", copyright: "author", software: "software", source: "camera",
  "creation time": "time", "create-date": "time", "modify-date": "time", "date:create": "time", "date:modify": "time",
  "date:timestamp": "time", comment: "comment", title: "comment", description: "comment", disclaimer: "comment",
  warning: "comment", make: "camera", model: "camera", location: "place",
};

/** Adds what a text of PNG says. */
export function findInKeyword(keyword: string, text: string, found: Findings): void {
  const name = keyword.toLowerCase();
  const raw = /^raw profile type (\w+)$/.exec(name)?.[1];
  if (name === "xml:com.adobe.xmp") {
    findInXMP(text, found);
  } else if (raw) {
    findInRawProfile(raw, fromHex(text), found);
  } else if (hasText(text)) {
    found.add(keywords[name] ?? "other");
  }
}

/** What ImageMagick makes of segments of other formats. */
function findInRawProfile(kind: string, b: Uint8Array, found: Findings): void {
  const s = toBinary(b);
  if (kind === "xmp") {
    findInXMP(s, found);
  } else if (kind === "iptc") {
    findInPhotoshop(b, found);
    findInIPTC(b, found);
  } else if (s.startsWith("Exif\0\0")) {
    findInExif(b.subarray(6), found);
  } else if (kind === "exif") {
    findInExif(b, found);
  } else if (kind === "app1") {
    findInXMP(s, found);
  }
}

/** Decodes "\nname\n  length\nhex\nhex…". */
function fromHex(text: string): Uint8Array {
  const hex = (/^\s*\w+\s+\d+\s+([0-9a-fA-F\s]*)/.exec(text)?.[1] ?? "").replace(/\s+/g, "");
  return Uint8Array.from({ length: hex.length >> 1 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
