import assert from "node:assert/strict";
import { test } from "node:test";
import { newIdentity, recipientOf } from "../../crypto/seal.ts";
import { anything, fits, isAnything, openFilters, type SavedFilter, sealFilters, TooMuch } from "./filters.ts";

const summary = { case: "", text: "x", language: "ja", relationship: "", kind: "", danger: false };
const labels = { labels: ["夜勤 ライン３", "Überstunden"], area: "", severity: 3 };

test("a sealed filter compares label, language and severity", () => {
  const tries: [Partial<typeof anything>, boolean][] = [
    [{}, true],
    [{ language: "ja" }, true],
    [{ language: "en" }, false],
    [{ severity: 3 }, true],
    [{ severity: 4 }, false],
    [{ label: "ライン3" }, true],
    [{ label: " uberst " }, true],
    [{ label: "day" }, false],
    [{ label: "夜勤", severity: 3, language: "ja" }, true],
    [{ label: "夜勤", severity: 1 }, false],
  ];
  for (const [filter, expected] of tries) assert.equal(fits({ ...anything, ...filter }, summary, labels), expected, JSON.stringify(filter));
  assert.equal(isAnything({ label: " ", language: "", severity: 0 }), true);
  assert.equal(isAnything({ label: "", language: "", severity: 1 }), false);
});

test("saved filters open for their handler alone, in one size", async () => {
  const identity = await newIdentity();
  const recipient = await recipientOf(identity);
  const one: SavedFilter = { name: "夜勤", query: "tab=all&category=bribery", sealed: { label: "ライン", language: "ja", severity: 2 } };
  const sealed = await sealFilters([one], "aiko", recipient);
  assert.deepEqual(await openFilters(sealed, "aiko", identity), [one]);
  assert.equal(sealed.length, (await sealFilters([], "aiko", recipient)).length);
  await assert.rejects(openFilters(sealed, "hana", identity));
  await assert.rejects(openFilters(sealed, "aiko", await newIdentity()));
  await assert.rejects(sealFilters(Array.from({ length: 200 }, () => one), "aiko", recipient), TooMuch);
});
