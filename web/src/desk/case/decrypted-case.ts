// A case, decrypted with the handler's identity as far as it opens.
import { openBounded } from "../../crypto/bounded.ts";
import { fromBase64 } from "../../crypto/bytes.ts";
import { fingerprint, type Message, MisplacedError } from "../../crypto/message.ts";
import { openCaseKey, recipientOf } from "../../crypto/seal.ts";
import type { DeskCase, MessageRow } from "./case.ts";

/** A message as it opened, or why nothing of it is shown. */
export interface Entry {
  readonly row: MessageRow;
  readonly message?: Message;
  readonly fault?: "locked" | "misplaced" | "broken";
}

/**
 * Whether the row names those whom the report was sealed to. Only then may
 * anything be sealed: "case", "reporter": it names another recipient; "report":
 * the report does not open, so that nobody can tell; "unchecked": nothing opens
 * in this browser.
 */
export type Genuine = "yes" | "case" | "reporter" | "report" | "unchecked";

export interface DecryptedCase {
  readonly data: DeskCase;
  readonly identity?: string; // of the case
  readonly entries: readonly Entry[];
  readonly genuine: Genuine;
  readonly language?: string; // of the report
}

const decrypted = new Map<string, Message>(); // by what was sealed: opening takes a while

/** Forgets every text. */
export const forgetDecrypted = (): void => decrypted.clear();

/** Decrypts a case; without an identity, or without a key for it, it stays closed. Throws OpenError where the key is not for this identity. */
export async function decryptCase(data: DeskCase, handler?: string): Promise<DecryptedCase> {
  if (!handler || !data.key) {
    return { data, entries: data.messages.map((row) => ({ row, fault: "locked" })), genuine: "unchecked" };
  }
  const identity = await openCaseKey(fromBase64(data.key), handler);
  const entries: Entry[] = [];
  for (const row of data.messages) entries.push(await decryptEntry(data.case.id, row, identity));
  const report = entries.find(({ row }) => row.seq === 1 && row.from === "report")?.message;
  const genuine = await check(data, identity, report);
  return { data, identity, entries, genuine, ...(report ? { language: report.language } : {}) };
}

async function decryptEntry(caseID: string, row: MessageRow, identity: string): Promise<Entry> {
  const { seq, from, sealed } = row;
  const place = `${caseID} ${seq} ${from} ${sealed}`;
  const known = decrypted.get(place);
  if (known) return { row, message: known };
  try {
    const message = await openBounded(fromBase64(sealed), identity, { case: caseID, seq, from });
    decrypted.set(place, message);
    return { row, message };
  } catch (error) {
    return { row, fault: error instanceof MisplacedError ? "misplaced" : "broken" };
  }
}

async function check(data: DeskCase, identity: string, report: Message | undefined): Promise<Genuine> {
  if ((await recipientOf(identity)) !== data.case.recipient) return "case";
  if (!report) return "report";
  if (report.reporter && report.reporter !== fingerprint(data.case.reporter_recipient)) return "reporter";
  return "yes";
}

/** Reports whether something may be sealed to the case, and with desk also to the reporter. */
export function maySeal({ genuine }: DecryptedCase, from: "desk" | "note"): boolean {
  return genuine === "yes" || genuine === "unchecked" || (from === "note" && genuine !== "case");
}
