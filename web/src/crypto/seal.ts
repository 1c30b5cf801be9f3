// Sealing and opening with age, hybrid post-quantum recipients only. typage
// itself would mix recipients of different kinds, and seal to nobody; both are
// refused here.
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import { toBytes, toText } from "./bytes.ts";

/** Sealing was asked for with recipients that must not be used. */
export class RecipientError extends Error {}

/** It cannot be opened with this identity, or was changed. Carries no plaintext. */
export class OpenError extends Error {
  constructor(cause?: unknown) {
    super("cannot be opened", { cause });
  }
}

/** Seals to all the recipients (age1pq1…), each of whom can open it alone. */
export const seal = (plain: Uint8Array, ...to: string[]): Promise<Uint8Array> => encrypter(to).encrypt(plain);

/** Seals a stream while it is read. */
export const sealStream = (plain: ReadableStream<Uint8Array>, ...to: string[]): Promise<ReadableStream<Uint8Array>> =>
  encrypter(to).encrypt(plain);

/** Opens a sealed thing with an identity (AGE-SECRET-KEY-PQ-1…), or throws OpenError. */
export async function open(sealed: Uint8Array, identity: string): Promise<Uint8Array> {
  try {
    return await decrypter(identity).decrypt(sealed);
  } catch {
    throw new OpenError();
  }
}

/** Opens a sealed stream; a failure of the stream itself is the OpenError's cause. What was read must not be used before its end. */
export async function openStream(sealed: ReadableStream<Uint8Array>, identity: string): Promise<ReadableStream<Uint8Array>> {
  try {
    return await decrypter(identity).decrypt(sealed);
  } catch (error) {
    throw new OpenError(error);
  }
}

/** Makes a fresh identity, as `age-keygen -pq` does. */
export const newIdentity = (): Promise<string> => generateHybridIdentity();

/** The recipient of an identity. */
export const recipientOf = (identity: string): Promise<string> => identityToRecipient(identity);

/** Seals the case identity to one handler: the line is an identity file for age. */
export const sealCaseKey = (caseIdentity: string, handler: string): Promise<Uint8Array> =>
  seal(toBytes(caseIdentity + "\n"), handler);

/** Returns the case identity from a handler's case key, or throws OpenError. */
export async function openCaseKey(sealed: Uint8Array, handler: string): Promise<string> {
  const line = toText(await open(sealed, handler)).trim();
  if (!line.startsWith("AGE-SECRET-KEY-PQ-1")) throw new OpenError();
  return line;
}

function encrypter(to: string[]): Encrypter {
  if (to.length === 0) throw new RecipientError("nobody to seal to");
  const e = new Encrypter();
  for (const recipient of to) {
    if (!recipient.startsWith("age1pq1")) throw new RecipientError("not a hybrid recipient");
    e.addRecipient(recipient);
  }
  return e;
}

function decrypter(identity: string): Decrypter {
  if (!identity.startsWith("AGE-SECRET-KEY-PQ-1")) throw new OpenError();
  const d = new Decrypter();
  d.addIdentity(identity);
  return d;
}
