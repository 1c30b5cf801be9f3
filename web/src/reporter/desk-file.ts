// A file that came with an answer of the desk.
import type { SealedFile } from "../crypto/message.ts";
import { type Form, persistently, postForBytes, Unanswered } from "../lib/api.ts";
import type { Visit } from "./sealing.ts";

/** Fetches a file that the desk sent and opens it. Throws OpenError if it was changed. */
export async function fetchFile({ lookup, openFile, OpenError, reporterIdentity }: typeof import("./sealing.ts"), of: Visit, file: SealedFile, form: Form, signal: AbortSignal): Promise<Blob> {
  const asking = () => postForBytes("/api/follow-up/file", { form: form.token, lookup: lookup(of.receipt), file: file.id }, signal);
  const sealed = await persistently(form, asking, signal, () => undefined);
  try {
    const opened = await openFile(sealed, reporterIdentity(of.receipt), file.size, file.sha256);
    return new Blob([opened], { type: "application/octet-stream" });
  } catch (error) {
    throw error instanceof OpenError && error.cause instanceof Unanswered ? error.cause : error;
  }
}
