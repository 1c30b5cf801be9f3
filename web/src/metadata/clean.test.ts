/// <reference types="node" />
// The filters in the browser against the vectors of crypto/metadata, which hold them and those in Go together.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { candidate, clean, headSize, inspect, Malformed, TooLarge, Unsupported } from "./index.ts";

const folder = "../crypto/metadata/testdata/vectors/";

interface Vector {
  in: string;
  out?: string;
  format?: string;
  error?: string;
  found: boolean;
}

const vectors = JSON.parse(readFileSync(`${folder}vectors.json`, "utf8")) as Vector[];

function load(name: string): Blob {
  return new Blob([readFileSync(folder + name)]);
}

async function bytes(blob: Blob): Promise<Buffer> {
  return Buffer.from(await blob.arrayBuffer());
}

function kindOf(e: unknown): string {
  if (e instanceof TooLarge) {
    return "too-large";
  }
  if (e instanceof Unsupported) {
    return "unsupported";
  }
  assert.ok(e instanceof Malformed, String(e));
  return "malformed";
}

for (const v of vectors) {
  test(v.in, async () => {
    const file = load(v.in);
    assert.equal((await inspect(file)).length > 0, v.found, "found");
    if (v.out === undefined) {
      await assert.rejects(clean(file), (e) => kindOf(e) === v.error);
      return;
    }
    const { format, cleaned } = await clean(file);
    assert.equal(format, v.format);
    assert.ok((await bytes(cleaned)).equals(readFileSync(folder + v.out)), "other bytes");
    const again = await bytes((await clean(cleaned)).cleaned);
    assert.ok(again.equals(await bytes(cleaned)), "cleaning a cleaned file changes it");
    assert.deepEqual(await inspect(cleaned), [], "something is found in a cleaned file");
  });
}

/** How many places of a file are cut or damaged: fewer in `make check`. */
const places = process.env.HOTLINE_SHORT ? 4 : 40;

test("files that end early", async () => {
  for (const v of vectors) {
    const file = load(v.in);
    for (let i = 0; i < places; i++) {
      const part = file.slice(0, Math.floor((file.size * i) / places));
      await clean(part).catch(kindOf);
      await inspect(part);
    }
  }
});

test("files with a wrong byte", async () => {
  for (const v of vectors) {
    const b = await bytes(load(v.in));
    for (let i = 0; i < places / 2; i++) {
      const damaged = Buffer.from(b);
      damaged[Math.floor((b.length * 2 * i) / places)]! ^= 0xff >> (i % 8);
      await clean(new Blob([damaged])).catch(kindOf);
      await inspect(new Blob([damaged]));
    }
  }
});

test("a cleaned file has the type of its original", async () => {
  for (const name of ["plain.in.jpg", "stored.in.docx", "writer.in.odt"]) {
    const file = new Blob([readFileSync(folder + name)], { type: "x/y" });
    assert.equal((await clean(file)).cleaned.type, "x/y");
  }
});

test("a file that cannot be read is no fault of what it holds", async () => {
  class Gone extends Blob {
    override slice(): Blob {
      return new Gone();
    }
    override arrayBuffer(): Promise<ArrayBuffer> {
      return Promise.reject(new Error("gone"));
    }
  }
  await assert.rejects(clean(new Gone()), /gone/);
  assert.deepEqual(await inspect(new Gone()), []);
});

// A picture of 200 MiB of which Node holds one: what is measured is what the filter adds.
test("memory does not grow with the picture", async () => {
  const plain = readFileSync(`${folder}plain.in.jpg`);
  const scan = plain.indexOf(Buffer.from([0xff, 0xda])) + 14;
  const piece = new Blob([Buffer.alloc(1 << 20, "\x12\x34\xff\0\x56", "latin1")]);
  const file = new Blob([plain.subarray(0, scan), ...Array<Blob>(200).fill(piece), plain.subarray(scan), "behind"]);
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 5);
  const { cleaned } = await clean(file);
  const found = await inspect(file);
  clearInterval(timer);
  assert.equal(cleaned.size, plain.length + (200 << 20));
  assert.deepEqual(found, ["other"]);
  const growth = Math.round((Math.max(peak, process.memoryUsage().rss) - before) / (1 << 20));
  assert.ok(growth < 120, `${growth} MiB more`);
});

test("candidates", () => {
  for (const [head, want] of [
    ["\xff\xd8\xff\xe0", true],
    ["\x89PNG\r\n\x1a\n\0\0\0\r", true],
    ["RIFF\0\0\0\0WEBP", true],
    ["PK\x03\x04", true],
    ["", false],
    ["\xff\xd8", false],
    ["RIFF\0\0\0\0WAVE", false],
    ["RIFF\0\0\0\0WEB", false],
    ["GIF89a", false],
    ["%PDF-1.7", false],
    ["PK\x05\x06", false],
  ] as const) {
    assert.equal(candidate(Buffer.from(head, "latin1")), want, head);
  }
  assert.equal(headSize, 12);
});
