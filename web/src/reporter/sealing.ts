// A report or message, sealed here and sent. The page loads this part on its
// own, while the person writes.
import { fromBase64, newID, toBase64, toBytes, toText } from "../crypto/bytes.ts";
import { openFile } from "../crypto/file.ts";
import { type Apart, fingerprint, fromName, type Message, MisplacedError, openMessage, type SealedFile, sealMessage, sealSummary } from "../crypto/message.ts";
import { newReceipt, type Receipt } from "../crypto/receipt.ts";
import { bind, lookup, reporterIdentity } from "../crypto/receipt-keys.ts";
import { newIdentity, open, OpenError, recipientOf, seal, sealCaseKey } from "../crypto/seal.ts";
import { type Case, type Form, getIntake, type Intake, isRead, pause, persistently, post, recoveryID, Refusal, type Stored } from "../lib/api.ts";
import type { BranchNames, Reads } from "../lib/branches.ts";
import { FileQueue } from "../lib/file-queue.ts";
import type { Progress } from "../lib/progress.ts";
import { queueFor } from "../lib/routing.ts";
import type { Outgoing } from "../lib/upload.ts";

/** What a person wrote, as it will be sealed. */
export interface Written {
  readonly language: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>; // answers by field name, only those given
  readonly files: readonly Outgoing[];
  readonly kind?: "" | "asked"; // an answer to what the page of a case asks, and nothing else
  readonly excluded?: readonly string[]; // ids of handlers who must not read it; fields say so in words
}

/** Nobody at the desk in charge could read the report; desk says which one that is, where it is known. */
export class Closed extends Error {
  constructor(readonly desk = "") {
    super("closed");
  }
}

/** Everybody who could read the report is excluded. */
export class NobodyLeft extends Error {}

/** Somebody is excluded who is not in the list any more. */
export class ListChanged extends Error {
  constructor(readonly now: Intake["excludable"]) {
    super("the list has changed");
  }
}

/** Another desk than the one that was announced would read the report. */
export class OtherDesk extends Error {
  constructor(readonly desk: Reads) {
    super("another desk");
  }
}

/** Somebody is excluded from a report that has arrived already, which is sent. */
export class TooLate extends Error {
  constructor(readonly sent: PendingReport) {
    super("too late to exclude anybody");
  }
}

/** The case's recipient is not the one that the report was sealed to: nothing may be sealed to it. */
export class KeyChanged extends Error {}

/** Reports whether sealing and opening can run in this browser at all. */
export async function works(): Promise<boolean> {
  try {
    const identity = await newIdentity();
    const text = newID();
    return toText(await open(await seal(toBytes(text), await recipientOf(identity)), identity)) === text;
  } catch {
    return false;
  }
}

/** A report that waits to be stored. It can be sent again after a failure: nothing is stored twice. */
export interface PendingReport {
  /** To be read after sending: a changed report may turn out to be a new one, with a receipt of its own. */
  readonly receipt: Receipt;
  readonly written: Written;
  /** What its files are made of: each of them goes once. */
  readonly contents: readonly Blob[];
  /** Whether the report may be stored already, although no answer came. */
  readonly begun: () => boolean;
  /** The branch that a report belongs to which was sent already. */
  readonly sentTo: () => Reads | undefined;
  /** announced is the branch that the reporter was told, if any: no other one gets a report that was not sent before. */
  readonly send: (progress: Progress, announced?: string) => Promise<Stored>;
  /** Has the server forget the files of a report that will not be sent like this. */
  readonly abandon: () => void;
}

/** Where a report goes, and what goes with it in the clear: more than the reporter's own does where somebody else enters it. */
export interface Destination {
  readonly path: string;
  readonly extra: Readonly<Record<string, unknown>>;
}

const reports: Destination = { path: "/api/reports", extra: {} };

/** Prepares a report: receipt and case identity are made here. */
export function pendingReport(written: Written, form: Form, to = reports): PendingReport {
  const receipt = newReceipt();
  const made = identities(receipt);
  const files = new FileQueue(written.files, form);
  let body: Sealed | undefined;
  let names: BranchNames = {};
  return {
    receipt,
    written,
    contents: written.files.map((file) => file.content),
    begun: () => body !== undefined,
    sentTo: () => body && { branch: body.branch, names },
    abandon: () => files.drop(),
    async send(progress, announced) {
      for (let tries = 0; ; tries++) {
        const keys = await made;
        if (!body) {
          const askIntake = () => persistently(form, () => getIntake(written.fields["entity"], progress.signal), progress.signal, progress.waiting);
          const before = await askIntake();
          form.token ||= before.form;
          const sent = await files.send([keys.recipient], before.limits.chunk, progress);
          progress.step("sealing");
          const now = sent.length > 0 ? await askIntake() : before; // while files were on their way, a handler's key may have been replaced
          const ready = await sealReport(written, sent, receipt, keys, now, announced);
          progress.signal.throwIfAborted(); // stopped before anything of the report was sent
          body = ready;
          names = now.names;
        }
        progress.step("sending");
        const sealed = body;
        try {
          return await persistently(form, () => post<Stored>(to.path, { ...sealed, ...to.extra, form: form.token }, progress.signal), progress.signal, progress.waiting);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          if (error.code === "exists") { // an earlier sending came through after all
            const { case: found } = await visit(receipt, form, progress);
            return { branch: found.branch, names: found.names ?? {}, dates: found.dates };
          }
          if (["stale", "files", "closed", "nobody", "too-large"].includes(error.code)) body = undefined; // nothing was stored
          if (error.code === "closed") throw new Closed();
          if (error.code === "nobody") throw new NobodyLeft();
          if (tries === 3 || !["stale", "files"].includes(error.code)) throw error;
          if (error.code === "stale") await pause(2.1, progress.signal, () => undefined); // the server names the same handlers for 2 s
          if (error.code === "files") files.drop();
        }
      }
    },
  };
}

/**
 * Prepares what a person changed after a report was sent and no answer came: the
 * report goes first, and what is new follows it into the same case.
 */
export function pendingChange(sent: PendingReport, written: Written, form: Form, to = reports): PendingReport {
  if (written.excluded?.some((id) => !sent.written.excluded?.includes(id))) return pendingReplacement(sent, written, form, to);
  let further: Reply | undefined;
  const files = written.files.filter((file) => !sent.contents.includes(file.content));
  return {
    receipt: sent.receipt,
    written: { ...written, excluded: sent.written.excluded ?? [] },
    contents: [...sent.contents, ...files.map((file) => file.content)],
    begun: sent.begun,
    sentTo: sent.sentTo,
    abandon: () => further?.abandon(),
    async send(progress, announced) {
      const stored = await sent.send(progress, announced);
      const fields = furtherFields(sent.written.fields, written.fields);
      further ??= reply(await visit(sent.receipt, form, progress), { ...written, fields, files }, form);
      await further.send(progress);
      return stored;
    },
  };
}

// Somebody is excluded only now: a report that has not arrived goes once more, as
// another case. Into one that has, nothing more may be said of them.
function pendingReplacement(sent: PendingReport, written: Written, form: Form, to: Destination): PendingReport {
  let made: PendingReport | undefined;
  const current = () => made ?? sent;
  return {
    get receipt() {
      return current().receipt;
    },
    written,
    contents: written.files.map((file) => file.content),
    begun: () => current().begun(),
    sentTo: () => made?.sentTo(),
    abandon: () => current().abandon(),
    async send(progress, announced) {
      if (!made && (await arrived(sent, form, progress))) throw new TooLate(sent);
      if (!made) sent.abandon();
      made ??= pendingReport(written, form, to);
      return made.send(progress, announced);
    },
  };
}

async function arrived(sent: PendingReport, form: Form, progress: Progress): Promise<boolean> {
  try {
    await visit(sent.receipt, form, progress);
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === "not-found") return false;
    throw error;
  }
}

// What a further message repeats of the answers: of those that were sealed apart
// only what is new, so that nothing typed is lost.
const furtherFields = (before: Written["fields"], now: Written["fields"]): Written["fields"] =>
  without(now, (field, value) => field === "not_for" || (apart.includes(field) && before[field] === value));

// The answers that are sealed apart, for those who may know who the reporter is.
const apart: readonly string[] = ["name", "contact"];

const without = (fields: Written["fields"], left: (field: string, value: string) => boolean): Written["fields"] =>
  Object.fromEntries(Object.entries(fields).filter(([field, value]) => !left(field, value)));

interface Identities {
  readonly case: string; // id
  readonly identity: string;
  readonly recipient: string;
  readonly reporter: string; // recipient
}

async function identities(receipt: Receipt): Promise<Identities> {
  const identity = await newIdentity();
  return { case: newID(), identity, recipient: await recipientOf(identity), reporter: await recipientOf(reporterIdentity(receipt)) };
}

interface Sealed {
  readonly branch: string;
  readonly [field: string]: unknown;
}

async function sealReport(written: Written, files: readonly SealedFile[], receipt: Receipt, keys: Identities, intake: Intake, announced?: string): Promise<Sealed> {
  const { fields, text, language } = written;
  const excluded = written.excluded ?? [];
  const { branch, names, readers } = route(intake, fields, excluded);
  if (announced && announced !== branch) throw new OtherDesk({ branch, names });
  const danger = fields["danger"] === "yes";
  const row = { case: keys.case, seq: 1, on: intake.on, language };
  const message: Message = {
    ...{ ...row, from: "report", text, files, fields: without(fields, (field) => apart.includes(field)) },
    ...{ recipient: bind(receipt, keys.case, keys.recipient), reporter: fingerprint(keys.reporter) },
  };
  const name: Apart = { ...row, from: fromName, text: "", fields: without(fields, (field) => !apart.includes(field)) };
  const summary = { case: keys.case, text, language, relationship: fields["relationship"] ?? "", kind: fields["kind"] ?? "report", danger };
  const caseKeys: Record<string, string> = {};
  const sealedTo: Record<string, string> = {};
  for (const id of readers) {
    const recipient = intake.handlers[id] ?? "";
    caseKeys[id] = toBase64(await sealCaseKey(keys.identity, recipient));
    sealedTo[id] = fingerprint(recipient);
  }
  return {
    case: keys.case,
    ...{ branch, entity: intake.entity, category: fields["category"] ?? "", danger, excluded, website: "" }, // what the server reads (docs/api.md)
    recipient: keys.recipient,
    reporter_recipient: keys.reporter,
    lookup: lookup(receipt),
    message: toBase64(await sealMessage(message, keys.recipient, keys.reporter)),
    name: toBase64(await sealMessage(name, keys.recipient, keys.reporter)),
    summary: toBase64(await sealSummary(summary, keys.recipient)),
    keys: caseKeys,
    sealed_to: sealedTo,
    files: files.map((f) => f.id),
  };
}

/**
 * Where a report goes by its answers, and who reads it there: on from the desk in
 * charge while everybody in it is excluded. The recovery recipient alone is nobody.
 */
export function route(intake: Intake, answers: Written["fields"], excluded: readonly string[]): Required<Reads> & { readonly readers: string[] } {
  if (excluded.some((id) => !intake.excludable.some((e) => e.id === id))) throw new ListChanged(intake.excludable);
  const { queues, branches, names } = intake;
  const first = queueFor(intake.rules, answers);
  for (const wanted of [answers["desk"] || first, first]) if (!isRead(intake, wanted)) throw new Closed(wanted); // who chose a desk does not get another one in its place
  for (const queue of [first, "compliance", "independent"]) {
    const deputies = intake.excludable.flatMap((e) => (excluded.includes(e.id) ? (e.deputies?.[queue] ?? []) : []));
    const readers = (queues[queue] ?? []).filter((id) => !excluded.includes(id) && !deputies.includes(id));
    if (readers.some((id) => id !== recoveryID)) return { branch: branches[queue] ?? queue, names, readers };
  }
  throw new NobodyLeft();
}

/** A message as it opened, or that it must not be shown. */
export interface Opened {
  readonly seq: number;
  readonly from: string;
  readonly on: string;
  readonly message?: Message;
}

/** A case, looked up and opened with its receipt. */
export interface Visit {
  readonly receipt: Receipt;
  readonly case: Case;
  readonly messages: readonly Opened[];
  /** What was sealed apart from the report: undefined where nothing was, null where it does not open. */
  readonly apart: Readonly<Record<string, string>> | null | undefined;
  /** Whether the case's recipient is the one that the report was sealed to: only then may anything be sealed to it. */
  readonly genuine: boolean;
}

/** Looks up the case of a receipt, with its newest messages or those before a number. Throws a Refusal with code "not-found" if there is none. */
export async function visit(receipt: Receipt, form: Form, progress: Progress, before?: number): Promise<Visit> {
  const found = await persistently(form, () => post<Case>("/api/follow-up", { form: form.token, lookup: lookup(receipt), before }, progress.signal), progress.signal, progress.waiting);
  return opened(receipt, found, form);
}

async function opened(receipt: Receipt, found: Case, form: Form): Promise<Visit> {
  form.token = found.form;
  const identity = reporterIdentity(receipt);
  const messages: Opened[] = [];
  for (const { seq, from, on, sealed } of found.messages) {
    try {
      messages.push({ seq, from, on, message: await openMessage(fromBase64(sealed), identity, { case: found.case, seq, from }) });
    } catch (error) {
      if (!(error instanceof OpenError || error instanceof MisplacedError)) throw error;
      messages.push({ seq, from, on });
    }
  }
  const genuine = messages[0]?.message?.recipient === bind(receipt, found.case, found.recipient);
  return { receipt, case: found, messages, apart: await openApart(found, identity), genuine };
}

async function openApart({ case: id, name }: Case, identity: string): Promise<Visit["apart"]> {
  if (!name) return undefined;
  try {
    return (await openMessage(fromBase64(name), identity, { case: id, seq: 1, from: "name" })).fields ?? {};
  } catch (error) {
    if (!(error instanceof OpenError || error instanceof MisplacedError)) throw error;
    return null;
  }
}

/** A further message that waits to be stored. */
export interface Reply {
  readonly send: (progress: Progress) => Promise<Visit>;
  readonly abandon: () => void;
}

/** Prepares a message to a case. Where the desk writes at the same time, it is sealed again for the next number. */
export function reply(to: Visit, written: Written, form: Form): Reply {
  const files = new FileQueue(written.files, form);
  let body: { seq: number; message: string; files: string[] } | undefined;
  let current = to;
  const reporter = recipientOf(reporterIdentity(to.receipt)); // not the one that the server names
  return {
    abandon: () => files.drop(),
    async send(progress) {
      for (let tries = 0; ; tries++) {
        const { recipient, limits, on, last_seq } = current.case;
        if (!current.genuine) throw new KeyChanged();
        if (!body) {
          const sent = await files.send([recipient], limits.chunk, progress);
          progress.step("sealing");
          const seq = last_seq + 1;
          const message: Message = { case: current.case.case, seq, from: "reporter", on, language: written.language, text: written.text, fields: written.fields, files: sent };
          body = { seq, message: toBase64(await sealMessage(message, recipient, await reporter)), files: sent.map((f) => f.id) };
        }
        progress.step("sending");
        const sealed = body;
        const sending = () => post<Case>("/api/follow-up/messages", { form: form.token, lookup: lookup(to.receipt), statement: written.fields["statement"] ?? "", statement_of: Number(written.fields["statement_of"] ?? 0), meeting: written.fields["meeting"] !== undefined, danger: written.fields["danger"] === "yes", kind: written.kind, ...sealed }, progress.signal);
        try {
          return await opened(to.receipt, await persistently(form, sending, progress.signal, progress.waiting), form);
        } catch (error) {
          if (!(error instanceof Refusal) || tries === 8 || !["conflict", "files"].includes(error.code)) throw error;
          body = undefined; // nothing was stored
          if (error.code === "files") files.drop();
          const { token } = form; // the files belong to this one
          current = await visit(to.receipt, { token }, progress);
        }
      }
    },
  };
}

// For what the page of a case does besides.
export { lookup, openFile, OpenError, reporterIdentity };
