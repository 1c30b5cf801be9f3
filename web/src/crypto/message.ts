// Messages and summaries: what is sealed, as JSON padded with spaces.
import { sha256 } from "@noble/hashes/sha2.js";
import { toBytes, toHex, toText } from "./bytes.ts";
import { padMessage, padTo, summarySize } from "./padding.ts";
import { open, seal } from "./seal.ts";

export type Sender = "report" | "reporter" | "desk" | "note";

/** The sender of the message, number 1, that holds nothing but the reporter's name and how to reach them. It is kept apart from the others. */
export const fromName = "name";

/** The plaintext of a message. case, seq and from repeat what the row says, so that one moved elsewhere is noticed. */
export interface Message {
  readonly case: string;
  readonly seq: number;
  readonly from: Sender;
  readonly on: string; // ISO day
  readonly language: string;
  readonly text: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly files?: readonly SealedFile[];
  /** In what a reporter seals: the case's recipient, bound to the receipt (receipt.ts, bind). */
  readonly recipient?: string;
  /** In a report: SHA-256 of the reporter's recipient in hex, so that the desk seals its answers to nobody else. */
  readonly reporter?: string;
}

/** A message that is kept apart from those of the conversation. */
export type Apart = Omit<Message, "from"> & { readonly from: typeof fromName };

/** An attachment, described in the message that carries it. Size and hash are those before padding. */
export interface SealedFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number; // bytes
  readonly sha256: string; // lower-case hex
  readonly cleaned: boolean; // it went through the filters that take metadata out
  readonly found?: boolean; // and there was something to take out
}

/** The message opened well, but stands in another case, place or name than its row says. */
export class MisplacedError extends Error {
  constructor() {
    super("this message does not belong here");
  }
}

const version = 1;

/** Pads and seals a message. */
export function sealMessage(m: Message | Apart, ...to: string[]): Promise<Uint8Array> {
  const { fields, files } = m;
  const plain = {
    v: version,
    ...{ case: m.case, seq: m.seq, from: m.from, on: m.on, language: m.language, text: m.text },
    ...(fields && Object.keys(fields).length > 0 ? { fields } : {}),
    ...(files && files.length > 0 ? { files } : {}),
    ...(m.recipient ? { recipient: m.recipient } : {}),
    ...(m.reporter ? { reporter: m.reporter } : {}),
  };
  return seal(padMessage(encode(plain)), ...to);
}

/** Opens a message and checks that it stands where its row says. Throws OpenError or MisplacedError. */
export async function openMessage(sealed: Uint8Array, identity: string, row: Pick<Message | Apart, "case" | "seq" | "from">): Promise<Message> {
  const m = decode(await open(sealed, identity)) as Partial<Message> | null;
  if (m?.case !== row.case || m.seq !== row.seq || m.from !== row.from || !sound(m)) throw new MisplacedError();
  return m as Message;
}

// Anybody can send a report, sealed as they like: what has another shape must not pass for a fault of the browser.
function sound({ on, language, text, fields = {}, files = [] }: { readonly [name in keyof Message]?: unknown }): boolean {
  return strings(on, language, text) && typeof fields === "object" && fields !== null && strings(...(Object.values(fields) as unknown[])) && Array.isArray(files) && files.every(soundFile);
}

const soundFile = (f: Partial<SealedFile> | null): boolean =>
  f !== null && typeof f === "object" && strings(f.id, f.name, f.type, f.sha256) && Number.isSafeInteger(f.size) && typeof f.cleaned === "boolean" && ["undefined", "boolean"].includes(typeof f.found);

const strings = (...values: unknown[]): boolean => values.every((v) => typeof v === "string");

/** What a list of cases shows of a report. */
export interface Summary {
  readonly case: string;
  readonly text: string; // its first 80 characters
  readonly language: string;
  readonly relationship: string;
  readonly kind: string; // "report" or "consultation", as the reporter chose
  readonly danger: boolean;
}

/** Cuts the text to its first 80 characters, or to what has room, pads and seals. */
export function sealSummary(s: Summary, ...to: string[]): Promise<Uint8Array> {
  const characters = [...s.text].slice(0, 80);
  for (;;) {
    const json = encode({ v: version, case: s.case, text: characters.join(""), language: s.language, relationship: s.relationship, kind: s.kind, danger: s.danger });
    if (json.length <= summarySize) return seal(padTo(json, summarySize), ...to);
    characters.pop();
  }
}

/** Opens a summary and checks that it is this case's. */
export async function openSummary(sealed: Uint8Array, identity: string, caseID: string): Promise<Summary> {
  const s = decode(await open(sealed, identity)) as Partial<Summary> | null;
  if (s?.case !== caseID || !strings(s.text, s.language, s.relationship, s.kind) || typeof s.danger !== "boolean") throw new MisplacedError();
  return s as Summary;
}

/** SHA-256 of a recipient in hex: what a report says of the reporter's, and whom a case key was sealed to. */
export const fingerprint = (recipient: string): string => toHex(sha256(toBytes(recipient)));

const encode = (value: unknown): Uint8Array => toBytes(JSON.stringify(value));

function decode(plain: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(toText(plain));
    return value && (value as { v?: unknown }).v === version ? value : null;
  } catch {
    throw new MisplacedError();
  }
}
