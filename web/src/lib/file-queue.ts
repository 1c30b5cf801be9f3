// The files of a report or message, sent one after the other.
import type { SealedFile } from "../crypto/message.ts";
import type { Form } from "./api.ts";
import type { Progress } from "./progress.ts";
import { forget, type Outgoing, sendFile } from "./upload.ts";

/** The files of a report or message. What was sent before a stop is not sent again. */
export class FileQueue {
  private sent: SealedFile[] = [];

  constructor(
    private readonly files: readonly Outgoing[],
    private readonly form: Form,
  ) {}

  /** Seals the files to the recipients and sends them. Returns what the message says of them. */
  async send(to: readonly string[], chunk: number, progress: Progress): Promise<SealedFile[]> {
    if (this.files.length > 0) progress.step("files");
    for (const file of this.files.slice(this.sent.length)) {
      const before = this.files.slice(0, this.sent.length).reduce((sum, { content }) => sum + content.size, 0);
      this.sent.push(await sendFile(file, to, { ...progress, sent: (bytes) => progress.sent(before + bytes), form: this.form, chunk }));
    }
    return this.sent;
  }

  /** Has the server forget what was sent. */
  drop(): void {
    for (const { id } of this.sent) forget(id, this.form);
    this.sent = [];
  }
}
