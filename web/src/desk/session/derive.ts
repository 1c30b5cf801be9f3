// What a handler's password and a passkey are turned into. docs/sealing.md,
// "Handler password", is the format; crypto/testdata/password.json holds Go and
// TypeScript to it.
import { argon2id } from "@noble/hashes/argon2.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { randomBytes, toBytes, toHex } from "../../crypto/bytes.ts";

/** The keys of a password: one to show to the server, one that stays here. */
export interface PasswordKeys {
  readonly auth: Uint8Array;
  readonly wrap: string; // passphrase of the age file that holds the identity
}

// Fixed here: a server that could ask for less would get a password that is
// cheaper to guess.
const cost = { m: 64 * 1024, t: 3, p: 1, dkLen: 32 };

/** Stretches a password. The same password typed with other key codes (full width) is the same. */
export const rootOf = (password: string, salt: Uint8Array, onProgress?: (done: number) => void): Uint8Array =>
  argon2id(toBytes(password.normalize("NFKC")), salt, onProgress ? { ...cost, onProgress } : cost);

/** The keys that a stretched password gives. */
export const keysOf = (root: Uint8Array): PasswordKeys => ({
  auth: derive(root, "hotline/1 auth"),
  wrap: toHex(derive(root, "hotline/1 wrap")),
});

/** The passphrase of the age file that holds the identity under a passkey's PRF output. */
export const passkeyWrap = (prf: Uint8Array): string => toHex(derive(prf, "hotline/1 passkey"));

/** A salt for a new password. */
export const newSalt = (): Uint8Array => randomBytes(16);

const derive = (key: Uint8Array, info: string): Uint8Array => hkdf(sha256, key, undefined, toBytes(info), 32);
