// What is derived from a receipt: the value that finds its case, the reporter's
// identity, and what binds a case to it. docs/sealing.md is the format.
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bech32 } from "@scure/base";
import { toBase64url, toBytes, toHex } from "./bytes.ts";
import type { Receipt } from "./receipt.ts";

/** The look-up value: what a reporter shows to have their case found, in base64url. */
export const lookup = (receipt: Receipt): string => toBase64url(derive(receipt, "lookup"));

/** The reporter's identity, AGE-SECRET-KEY-PQ-1…, which opens what was sealed to the reporter. */
export const reporterIdentity = (receipt: Receipt): string => identityOf(derive(receipt, "reporter"));

/**
 * Binds a case to the recipient that its report was sealed to: an HMAC under a
 * key that only the receipt gives. It stands in the report, so that nobody else's
 * recipient can be put in its place unnoticed.
 */
export const bind = (receipt: Receipt, caseID: string, recipient: string): string =>
  toHex(hmac(sha256, derive(receipt, "recipient"), toBytes(`${caseID} ${recipient}`)));

/** The hybrid identity of a 32-byte seed. */
export const identityOf = (seed: Uint8Array): string => bech32.encodeFromBytes("AGE-SECRET-KEY-PQ-", seed).toUpperCase();

// HKDF-SHA-256 (RFC 5869) of the canonical form. 120 random bits need no stretching.
const derive = (receipt: Receipt, info: string): Uint8Array =>
  hkdf(sha256, toBytes(receipt), toBytes("hotline/1"), toBytes(info), 32);
