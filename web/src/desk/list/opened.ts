// What is sealed in the rows of a list, opened once: the subject, and the labels.
import { fromBase64 } from "../../crypto/bytes.ts";
import { type LabelSet, noLabels, openLabels } from "../../crypto/labelset.ts";
import { openSummary, type Summary } from "../../crypto/message.ts";
import { openCaseKey } from "../../crypto/seal.ts";
import { postAtDesk } from "../../lib/api.ts";

interface Sealed {
  readonly key: string; // base64, "" none
  readonly summary: string; // base64
  readonly labels: string; // base64, "" none
}

/** A case of a list as it opened. */
export interface Opened {
  readonly id: string;
  readonly fault?: "no-key" | "unopened";
  readonly key?: string; // of the case
  readonly summary?: Summary;
  readonly sealedLabels: string;
}

/** How many cases one request names. */
export const atOnce = 50;

const known = new Map<string, Opened>(); // by what was sealed: opening takes a while

/** Forgets everything. */
export const forgetOpened = (): void => known.clear();

/** Opens cases one after the other, and hands out each; between them the page stays at work. wanted tells whether to go on. */
export async function openCases(ids: readonly string[], identity: string, wanted: () => boolean, each: (opened: Opened) => Promise<void>): Promise<void> {
  for (let at = 0; at < ids.length && wanted(); at += atOnce) {
    const some = ids.slice(at, at + atOnce);
    const { cases } = await postAtDesk<{ cases: Readonly<Record<string, Sealed>> }>("summaries", { cases: some });
    for (const id of some) {
      const opened = await openOne(id, cases[id], identity);
      if (!wanted()) return;
      await each(opened);
      await new Promise((next) => setTimeout(next));
    }
  }
}

async function openOne(id: string, sealed: Sealed | undefined, identity: string): Promise<Opened> {
  if (!sealed?.key || !sealed.summary) return { id, fault: "no-key", sealedLabels: "" };
  const { key: sealedKey, summary: sealedSummary, labels: sealedLabels } = sealed;
  const place = `${id} ${sealedKey} ${sealedSummary} ${sealedLabels}`;
  const before = known.get(place);
  if (before) return before;
  try {
    const key = await openCaseKey(fromBase64(sealedKey), identity);
    const summary = await openSummary(fromBase64(sealedSummary), key, id);
    const opened = { id, key, summary, sealedLabels };
    known.set(place, opened);
    return opened;
  } catch {
    return { id, fault: "unopened", sealedLabels: "" }; // it was changed, or belongs elsewhere; the others open all the same
  }
}

/** The labels of an opened case; none where it has none, or they do not open. */
export async function labelsOf({ id, key, sealedLabels }: Opened): Promise<LabelSet> {
  return key && sealedLabels ? openLabels(fromBase64(sealedLabels), key, id).catch(() => noLabels) : noLabels;
}
