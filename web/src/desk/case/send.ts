// What a handler writes, sealed here and sent.
import { toBase64 } from "../../crypto/bytes.ts";
import { sealMessage } from "../../crypto/message.ts";
import { type Form, persistently, postAtDesk, Refusal } from "../../lib/api.ts";
import { FileQueue } from "../../lib/file-queue.ts";
import type { Progress } from "../../lib/progress.ts";
import { language as spokenHere } from "../../lib/texts.ts";
import type { Outgoing } from "../../lib/upload.ts";
import type { DeskCase, Kind, Meeting, Transition } from "./case.ts";
import { type DecryptedCase, maySeal } from "./decrypted-case.ts";
import { hasNews } from "./pages.ts";

type Fields = Readonly<Record<string, string>>;

/** NOTE of docs/desk-api.md. */
export interface Note {
  readonly seq: number;
  readonly message: string; // base64
}

export interface Writing {
  readonly from: "desk" | "note";
  readonly kind: Kind;
  readonly language: string;
  readonly text: string;
  readonly files: readonly Outgoing[];
  readonly move: Transition | null;
  readonly meeting?: Meeting;
  /** What is sealed beside the text. */
  readonly fields?: Fields;
  /** A note for handlers that is stored before a message to the reporter. */
  readonly note?: { readonly text: string; readonly fields: Fields };
  /** Says why the answer takes longer. */
  readonly extension?: boolean;
  /** Reports that a colleague has changed meanwhile what this changes. */
  readonly outdated?: (fresh: DecryptedCase) => boolean;
}

/** A colleague has changed meanwhile what was to be changed. */
export class Outdated extends Error {}

/** The row names others than the report does: nothing may be sealed. */
export class NotGenuine extends Error {}

/** A colleague has changed the case's state meanwhile. */
export class Moved extends Error {}

/** Somebody wrote meanwhile, and the handler wants to read that first. */
export class HeldBack extends Error {}

/** Nobody can tell who the reporter is, and the handler does not want to send all the same. */
export class GivenUp extends Error {}

/** Seals a note for the next number of a case, to the case alone. */
export async function sealNote({ data }: DecryptedCase, text: string, fields: Fields = {}): Promise<Note> {
  const { case: c, on } = data;
  const seq = c.last_seq + 1;
  const message = { case: c.id, seq, from: "note" as const, on, language: spokenHere(), text, fields };
  return { seq, message: toBase64(await sealMessage(message, c.recipient)) };
}

interface Sealed extends Note {
  readonly files: string[];
  readonly note: Note | null;
}

/** What sending asks of the page, and of the handler. */
export interface Prompts {
  /** Loads the case again, and shows it. */
  readonly reload: () => Promise<DecryptedCase>;
  /** Asks whether to send all the same, although somebody wrote meanwhile. */
  readonly goOn: (fresh: DecryptedCase) => Promise<boolean>;
  /** Asks whether to send to the reporter all the same, although nothing opens here that says who that is. */
  readonly unchecked: () => Promise<boolean>;
}

/** A message that waits to be stored. It can be sent again after a failure: nothing is stored twice. */
export class PendingMessage {
  private readonly form: Form;
  private readonly files: FileQueue;
  private body: Sealed | undefined;

  constructor(
    private readonly writing: Writing,
    private current: DecryptedCase,
    private readonly prompts: Prompts,
  ) {
    this.form = { token: current.data.form };
    this.files = new FileQueue(writing.files, this.form);
  }

  /** Has the server forget the files of a message that will not be sent like this. */
  abandon(): void {
    this.files.drop();
  }

  async send(progress: Progress): Promise<DeskCase> {
    let agreed = false; // to send although nothing could be checked
    for (let tries = 0; ; tries++) {
      if (!maySeal(this.current, this.writing.from)) throw new NotGenuine();
      const unsure = this.writing.from === "desk" && this.current.genuine === "unchecked";
      if (unsure && !(agreed ||= await this.prompts.unchecked())) throw new GivenUp();
      this.body ??= await this.seal(progress);
      const { from, kind, move, meeting = null, extension = false } = this.writing;
      const sealed = this.body;
      progress.step("sending");
      const sending = () => postAtDesk<DeskCase>(`cases/${this.current.data.case.id}/messages`, { form: this.form.token, from, kind, ...sealed, move, meeting, extension }, progress.signal);
      try {
        return await persistently(this.form, sending, progress.signal, progress.waiting);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        await this.recover(error, tries);
      }
    }
  }

  // After a refusal nothing was stored.
  private async recover(error: Refusal, tries: number): Promise<void> {
    if (!["conflict", "moved", "files"].includes(error.code) || tries === 8) throw error;
    this.body = undefined;
    if (error.code === "files") {
      this.abandon();
      return;
    }
    const before = this.current.data.case.last_seq;
    this.current = await this.prompts.reload();
    const { move } = this.writing;
    if (error.code === "moved" || (move && move.from !== this.current.data.case.state)) throw new Moved();
    if (this.writing.outdated?.(this.current)) throw new Outdated();
    const news = hasNews(this.current.data, before);
    if (this.writing.from === "desk" && news && !(await this.prompts.goOn(this.current))) throw new HeldBack();
  }

  private async seal(progress: Progress): Promise<Sealed> {
    const { case: c, on, limits } = this.current.data;
    const { from, language, text, fields = {}, note: before } = this.writing;
    const to = from === "desk" ? [c.recipient, c.reporter_recipient] : [c.recipient];
    const files = await this.files.send(to, limits.chunk, progress);
    progress.step("sealing");
    const note = before ? await sealNote(this.current, before.text, before.fields) : null;
    const seq = (note?.seq ?? c.last_seq) + 1;
    const message = { case: c.id, seq, from, on, language, text, fields, files };
    return { seq, message: toBase64(await sealMessage(message, ...to)), files: files.map(({ id }) => id), note };
  }
}
