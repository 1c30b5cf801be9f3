/// <reference types="node" />
// What inspect finds in vectors, and in small pictures with one thing more.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inspect } from "./index.ts";

const folder = "../crypto/metadata/testdata/vectors/";
const binary = (s: string) => Buffer.from(s, "latin1");

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

const plain = readFileSync(`${folder}plain.in.jpg`);
const palette = readFileSync(`${folder}palette.out.png`);

/** A case of findings.json: what a segment of JPEG, a chunk of PNG or bytes behind a JPEG file say. */
interface Case {
  found: string;
  /** The marker's second byte in hex. */
  segment?: string;
  chunk?: string;
  data?: string;
  tail?: string;
}

function picture({ segment, chunk, data = "", tail = "" }: Case): Blob {
  const content = binary(data);
  if (chunk) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return new Blob([palette.subarray(0, 33), length, chunk, content, "\0\0\0\0", palette.subarray(33)]);
  }
  if (segment) {
    const head = Buffer.from([0xff, Number.parseInt(segment, 16), (content.length + 2) >> 8, (content.length + 2) & 255]);
    return new Blob([plain.subarray(0, 2), head, content, plain.subarray(2)]);
  }
  return new Blob([plain, binary(tail)]);
}

test("segments, chunks and tails", async () => {
  for (const c of JSON.parse(readFileSync(`${folder}../findings.json`, "utf8")) as Case[]) {
    assert.equal((await inspect(picture(c))).join(" "), c.found, JSON.stringify(c));
  }
});
