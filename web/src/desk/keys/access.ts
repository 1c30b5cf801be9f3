// Keys for colleagues: each is opened here, compared with its case and sealed
// again, to the one who lacks it.
import { fromBase64, toBase64 } from "../../crypto/bytes.ts";
import { fingerprint } from "../../crypto/message.ts";
import { openCaseKey, recipientOf, sealCaseKey } from "../../crypto/seal.ts";
import { persistently, postAtDesk, Refusal } from "../../lib/api.ts";
import { inParts, type Part } from "../../lib/parts.ts";
import type { Progress } from "../../lib/progress.ts";

/** Somebody who lacks keys that this handler has. */
export interface NeedsKeys {
  readonly id: string; // a handler's, or recoveryID
  readonly name: string;
  readonly recipient: string;
  readonly cases: number;
  readonly more: boolean; // there are more cases than that
}

export interface Access {
  readonly needs_keys: readonly NeedsKeys[];
  readonly recovery: boolean; // there is a recovery recipient
}

/** Asks who lacks keys. */
export const loadAccess = (): Promise<Access> => postAtDesk<Access>("access", {});

/** A key as the server has it, and the recipient that what it opens must have. */
export interface HeldKey {
  readonly case: string;
  readonly recipient: string;
  readonly key: string; // base64
}

/** Opens a key with an identity. undefined: it does not open, or is another case's. */
export async function caseIdentity({ key, recipient }: HeldKey, identity: string): Promise<string | undefined> {
  try {
    const opened = await openCaseKey(fromBase64(key), identity);
    return (await recipientOf(opened)) === recipient ? opened : undefined;
  } catch {
    return undefined;
  }
}

/** Whom keys are given, and with which identity they are opened. */
export interface Giving {
  readonly to: Pick<NeedsKeys, "id" | "recipient">;
  readonly source: "own" | "recovery";
  readonly identity: string;
}

/** What came of it: how many were given, and of which cases none. */
export interface Given {
  granted: number;
  readonly skipped: string[]; // case ids
}

/** Gives somebody all keys that they lack, as many at a time as the server hands out. What was given stays given when it is stopped; the next time goes on where this one ended. Throws a Refusal "stale" where they have another key by now. */
export async function give({ to, source, identity }: Giving, given: Given, progress: Pick<Progress, "signal" | "waiting">, tell: () => void): Promise<void> {
  const asking = <T>(path: string, body: object) => persistently({ token: "" }, () => postAtDesk<T>(path, body, progress.signal), progress.signal, progress.waiting);
  const lacking = async (after: string): Promise<Part<HeldKey>> => {
    const { recipient, keys } = await asking<{ recipient: string; keys: readonly HeldKey[] }>("access/keys", { to: to.id, source, after });
    if (recipient !== to.recipient) throw new Refusal("stale");
    return { items: keys, next: keys.at(-1)?.case ?? "" };
  };
  for await (const { items: keys } of inParts(lacking)) {
    const sealed: Record<string, string> = {};
    for (const key of keys) {
      const opened = await caseIdentity(key, identity);
      if (opened) sealed[key.case] = toBase64(await sealCaseKey(opened, to.recipient));
      else given.skipped.push(key.case);
      await new Promise((next) => setTimeout(next)); // the page stays at work meanwhile
      progress.signal.throwIfAborted();
    }
    const grant = async (some: Record<string, string>) => void (given.granted += (await asking<{ granted: number }>("access/grant", { to: to.id, recipient: to.recipient, keys: some })).granted);
    await allOrEach(sealed, grant);
    tell();
  }
}

// Where one of the cases is not for both any more, the others are given one by one.
async function allOrEach(sealed: Readonly<Record<string, string>>, grant: (some: Record<string, string>) => Promise<void>): Promise<void> {
  const gone = (error: unknown) => {
    if (!(error instanceof Refusal) || error.code !== "not-found") throw error;
  };
  const all = Object.entries(sealed);
  if (all.length === 0) return;
  try {
    await grant({ ...sealed });
    return;
  } catch (error) {
    gone(error);
  }
  for (const [id, key] of all) await grant({ [id]: key }).catch(gone);
}

/** A recipient's fingerprint in groups that two people can read to each other. */
export const groupsOf = (recipient: string): string[] => fingerprint(recipient).match(/.{4}/g) ?? [];
