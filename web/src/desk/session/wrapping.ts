// An identity in an age file under a passphrase: what the server keeps for a
// handler, and the recovery file. The stock age command opens both.
import { Decrypter, Encrypter } from "age-encryption";
import { randomBytes, toBytes, toText } from "../../crypto/bytes.ts";
import { OpenError } from "../../crypto/seal.ts";

/** Work factors of scrypt: a key of 256 bits needs no stretching, a passphrase that is typed from paper gets some. */
export const forKey = 10;
export const forRecovery = 18;

/** Puts an identity under a passphrase. */
export function wrapIdentity(identity: string, passphrase: string, workFactor: number): Promise<Uint8Array> {
  const e = new Encrypter();
  e.setPassphrase(passphrase);
  e.setScryptWorkFactor(workFactor);
  return e.encrypt(toBytes(identity + "\n"));
}

/** Takes an identity out again, or throws OpenError: another passphrase, or no such file. */
export async function unwrapIdentity(file: Uint8Array, passphrase: string): Promise<string> {
  const d = new Decrypter();
  d.addPassphrase(passphrase);
  let lines: string[];
  try {
    lines = toText(await d.decrypt(file)).split(/\r?\n/);
  } catch {
    throw new OpenError();
  }
  const identity = lines.find((line) => line.startsWith("AGE-SECRET-KEY-PQ-1"));
  if (!identity) throw new OpenError();
  return identity.trim();
}

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"; // no i, l, o, u: they are misread
const groups = 7;

/** Makes a passphrase of 140 random bits, in groups that can be written down. */
export const newPassphrase = (): string => grouped([...randomBytes(groups * 4)].map((byte) => alphabet[byte & 31]).join(""));

/** A passphrase of ours as people type it: in capitals, full width, with other separators. Any other stays as it is. */
export function readPassphrase(typed: string): string {
  const characters = typed
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\p{White_Space}\p{Pd}\p{Cf}−ー_・]/gu, "")
    .replace(/[il]/g, "1")
    .replace(/o/g, "0");
  const ours = characters.length === groups * 4 && [...characters].every((c) => alphabet.includes(c));
  return ours ? grouped(characters) : typed.trim();
}

const grouped = (characters: string): string => characters.match(/.{4}/g)!.join("-");
