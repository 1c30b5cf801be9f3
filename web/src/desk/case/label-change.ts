// A change of the labels of a case. Two handlers may make one at the same time; nobody's
// label is lost.
import { fromBase64, toBase64 } from "../../crypto/bytes.ts";
import { type Fault, faultOf, type LabelSet, noLabels, openLabels, sealLabels } from "../../crypto/labelset.ts";
import { postAtDesk, Refusal } from "../../lib/api.ts";
import type { DeskCase } from "./case.ts";
import { type DecryptedCase, maySeal } from "./decrypted-case.ts";

const tries = 8; // where colleagues change them at the same time

/** What a handler does to the labels. */
export interface Change {
  readonly add?: string;
  readonly remove?: string;
}

/** What came of it. */
export interface Changed {
  readonly fault?: Fault; // nothing was changed
  readonly data?: DeskCase;
  readonly labels: readonly string[];
  readonly meanwhile: boolean; // a colleague changed them as well
  readonly there: boolean; // it has the label that was to be added already
}

/** The labels of a case; none where it has none. Throws where they do not open. */
export const readLabels = async (data: DeskCase, identity: string): Promise<LabelSet> =>
  data.labels ? openLabels(fromBase64(data.labels), identity, data.case.id) : noLabels;

/** Changes the labels. What a colleague changed meanwhile stays, and this is done to it once more. Returns undefined where nothing may be sealed to the case. */
export async function changeLabels(opened: DecryptedCase, { add, remove }: Change, reload: () => Promise<DecryptedCase>): Promise<Changed | undefined> {
  let current = opened;
  for (let left = tries; ; left--) {
    const { data, identity } = current;
    if (!identity || !maySeal(current, "note")) return undefined;
    const meanwhile = left < tries;
    const set = await readLabels(data, identity);
    const there = add !== undefined && set.labels.includes(add);
    if (there || (remove !== undefined && !set.labels.includes(remove))) return { data, labels: set.labels, meanwhile, there };
    const now = set.labels.filter((label) => label !== remove);
    const fault = add === undefined ? undefined : faultOf(add, now, data.case.id);
    if (fault) return { fault, labels: set.labels, meanwhile, there };
    const labels = add === undefined ? now : [...now, add];
    const sealed = toBase64(await sealLabels(data.case.id, { ...set, labels }, data.case.recipient));
    try {
      const fresh = await postAtDesk<DeskCase>(`cases/${data.case.id}/labels`, { version: data.labels_version, labels: sealed });
      return { data: fresh, labels, meanwhile, there };
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "conflict" || left === 0) throw error;
      current = await reload();
    }
  }
}
