/// <reference types="node" />
// What inspect finds in vectors and in files built by hand.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { inspect } from "./index.ts";

const folder = "../crypto/metadata/testdata/vectors/";
const binary = (s: string): Buffer => Buffer.from(s, "latin1");

test("vectors", async () => {
  for (const [name, want] of Object.entries({
    "camera.in.jpg": "place camera author time thumbnail comment other",
    "plain.in.jpg": "",
    "alpha.in.png": "place camera author time comment other",
    "lossy.in.webp": "place camera author time thumbnail comment other",
    "crafted.in.png": "camera author time other",
    "libreoffice.in.docx": "place camera author time software organisation thumbnail comment other",
    "libreoffice.in.odg": "author time software thumbnail comment other",
    "powerpoint.in.pptx": "camera author organisation thumbnail comment other",
    "stored.in.docx": "",
    "animation.in.gif": "",
    "archive.in.zip": "",
  })) {
    assert.equal((await inspect(new Blob([readFileSync(folder + name)]))).join(" "), want, name);
  }
});

type Entry = [tag: number, type: number, count: number, value: Buffer];

const ascii = (tag: number, s: string): Entry => [tag, 2, s.length + 1, binary(`${s}\0`)];
const pointer = (tag: number, to: number): Entry => [tag, 4, 1, long(to)];

function long(n: number): Buffer {
  const b = Buffer.alloc(4);
  b.writeUInt32LE(n);
  return b;
}

/** A directory that stands at an offset of the structure, with the values behind it. */
function directory(at: number, entries: Entry[], next = 0): Buffer {
  const table = Buffer.alloc(2 + entries.length * 12 + 4);
  table.writeUInt16LE(entries.length);
  let values = Buffer.alloc(0);
  entries.forEach(([tag, type, count, value], i) => {
    const entry = 2 + i * 12;
    table.writeUInt16LE(tag, entry);
    table.writeUInt16LE(type, entry + 2);
    table.writeUInt32LE(count, entry + 4);
    if (value.length <= 4) {
      value.copy(table, entry + 8);
    } else {
      table.writeUInt32LE(at + table.length + values.length, entry + 8);
      values = Buffer.concat([values, value]);
    }
  });
  table.writeUInt32LE(next, table.length - 4);
  return Buffer.concat([table, values]);
}

function tiff(entries: Entry[], second: Entry[] = []): Buffer {
  const first = directory(8, entries, 500);
  const b = Buffer.concat([binary("II*\0"), long(8), first, Buffer.alloc(492 - first.length)]);
  return Buffer.concat([b, directory(500, second)]);
}

const plain = readFileSync(`${folder}plain.in.jpg`);

/** A picture with a segment more. */
function jpeg(marker: number, ...payload: (Buffer | string)[]): Blob {
  const content = Buffer.concat(payload.map((p) => (typeof p === "string" ? binary(p) : p)));
  const head = Buffer.from([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255]);
  return new Blob([plain.subarray(0, 2), head, content, plain.subarray(2)]);
}

const exif = (...entries: Entry[]): Blob => jpeg(0xe1, "Exif\0\0", tiff(entries));

/** Exif with a GPS directory whose latitude has such denominators. */
function gps(denominator: number): Blob {
  const latitude = Buffer.concat([48, denominator, 0, denominator, 0, denominator].map(long));
  return jpeg(0xe1, "Exif\0\0", tiff([pointer(0x8825, 500)], [[2, 5, 3, latitude]]));
}

test("Exif", async () => {
  for (const [file, want] of [
    [exif(ascii(0x010f, "Apple")), "camera"],
    [exif(ascii(0x010f, "   ")), ""],
    [exif(ascii(0x013b, "Kim")), "author"],
    [exif(ascii(0x9003, "2024:05:06 07:08:09")), "time"],
    [exif(ascii(0x0131, "15.1"), ascii(0x013c, "iPhone")), "software"],
    [exif([0x9286, 7, 9, binary("ASCII\0\0\0x")]), "comment"],
    [exif([0x9286, 7, 8, binary("ASCII\0\0\0")]), ""],
    [exif([0x0112, 3, 1, binary("\x06\0")]), ""],
    [jpeg(0xe1, "Exif\0\0", tiff([], [pointer(0x0201, 600)])), "thumbnail"],
    [jpeg(0xe1, "Exif\0\0", tiff([pointer(0x8769, 500)], [ascii(0xa431, "4711")])), "camera"],
    [gps(1), "place"],
    [gps(0), ""],
  ] as const) {
    assert.equal((await inspect(file)).join(" "), want);
  }
});

const xap = "http://ns.adobe.com/xap/1.0/\0";

test("other segments of JPEG", async () => {
  const iptc = (set: number, text: string): string => `\x1c\x02${String.fromCharCode(set)}\0${String.fromCharCode(text.length)}${text}`;
  const photoshop = (data: string): string => `Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0${String.fromCharCode(data.length)}${data}`;
  for (const [file, want] of [
    [jpeg(0xe1, xap, '<rdf:Description exif:GPSLatitude="48,7N" tiff:Make=\'\'/>'), "place"],
    [jpeg(0xe1, xap, "<dc:creator><rdf:Seq>\n<rdf:li>Kim</rdf:li></rdf:Seq></dc:creator>"), "author"],
    [jpeg(0xe1, xap, "<dc:creator><rdf:Seq><rdf:li></rdf:li></rdf:Seq></dc:creator><x>y</x>"), ""],
    [jpeg(0xe1, xap, "<xmp:CreatorTool>GIMP</xmp:CreatorTool><xmp:CreateDate/>"), "software"],
    [jpeg(0xed, photoshop(iptc(80, "Kim") + iptc(90, "Kyoto"))), "place author"],
    [jpeg(0xed, photoshop(iptc(60, "  "))), ""],
    [jpeg(0xfe, "hello"), "comment"],
    [jpeg(0xeb, "JP\0\x01c2pa"), "other"],
    [jpeg(0xe2, "ICC_PROFILE\0\x01\x01x"), ""],
    [new Blob([plain, plain]), "other"],
    [new Blob([plain, Buffer.alloc(9)]), ""],
  ] as const) {
    assert.equal((await inspect(file)).join(" "), want);
  }
});

/** A PNG file with a chunk more, whose checksum inspect does not look at. */
function png(kind: string, ...data: (Buffer | string)[]): Blob {
  const before = readFileSync(`${folder}palette.out.png`);
  const content = Buffer.concat(data.map((d) => (typeof d === "string" ? binary(d) : d)));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return new Blob([before.subarray(0, 33), length, kind, content, "\0\0\0\0", before.subarray(33)]);
}

test("chunks of PNG", async () => {
  const packed = (s: string): Buffer => deflateSync(binary(s));
  const hex = tiff([ascii(0x010f, "Apple")]).toString("hex");
  for (const [file, want] of [
    [png("tEXt", "Author\0Kim"), "author"],
    [png("tEXt", "Author\0 "), ""],
    [png("tEXt", "Creation Time\0today"), "time"],
    [png("tEXt", "parameters\0a cat"), "other"],
    [png("zTXt", "Software\0\0", packed("GIMP")), "software"],
    [png("iTXt", "Comment\0\0\0en\0\0hello"), "comment"],
    [png("iTXt", "XML:com.adobe.xmp\0\0\0\0\0<photoshop:City>Kyoto</photoshop:City>"), "place"],
    [png("iTXt", "XML:com.adobe.xmp\0\x01\0\0\0", packed("<photoshop:City>Kyoto</photoshop:City>")), "place"],
    [png("tEXt", `Raw profile type exif\0\nexif\n   ${hex.length / 2}\n${hex.slice(0, 72)}\n${hex.slice(72)}\n`), "camera"],
    [png("zTXt", "Raw profile type APP1\0\0", packed(`\nAPP1\n 9\n457869660000${hex}`)), "camera"],
    [png("tIME", "\x07\xe8\x05\x06\x07\x08\x09"), "time"],
    [png("eXIf", tiff([ascii(0x8298, "Kim")])), "author"],
    [png("caBX", "x"), "other"],
    [png("gAMA", "\0\0\0\x01"), ""],
  ] as const) {
    assert.equal((await inspect(file)).join(" "), want);
  }
});
