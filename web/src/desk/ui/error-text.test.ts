/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal, Unanswered } from "../../lib/api.ts";
import { type ErrorTexts, errorText } from "./error-text.ts";

test("an error has the sentence of its class, of its code, or of all others", () => {
  class Own extends Error {}
  const texts: ErrorTexts = { classes: [[Own, "own"]], offline: "offline", codes: { moved: "moved" }, broken: "broken" };
  // Without texts loaded, a key stands for its sentence.
  const key = (error: unknown, more: Partial<ErrorTexts> = {}) => errorText(error, { ...texts, ...more });
  assert.equal(key(new Own()), "own");
  assert.equal(key(new Unanswered()), "offline");
  assert.equal(key(new Refusal("moved")), "moved");
  assert.equal(key(new Refusal("stale")), "broken");
  assert.equal(key(new Refusal("stale"), { refused: "refused" }), "refused");
  assert.equal(key(new TypeError("x")), "broken");
  assert.equal(key(new TypeError("x"), { broken: "" }), "");
});
