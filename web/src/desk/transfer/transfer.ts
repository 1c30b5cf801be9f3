// Handing a case over to another queue, and keeping somebody away from it: who
// reads it then gets a key, sealed here, and nobody else keeps one.
import { toBase64 } from "../../crypto/bytes.ts";
import { fingerprint } from "../../crypto/message.ts";
import { sealCaseKey } from "../../crypto/seal.ts";
import { postAtDesk, recoveryID, Refusal } from "../../lib/api.ts";
import type { Reads } from "../../lib/branches.ts";
import type { DeskCase } from "../case/case.ts";
import { GivenUp } from "../case/send.ts";
import type { CasePage } from "../case/sending.ts";
import { withNote } from "../case/with-note.ts";

/** Where a case is to go (queue), and what it is about then (entity), or who must not see it any more (who); what is not asked for is "". */
export interface Target {
  readonly queue: string;
  readonly entity: string;
  readonly who: string;
}

interface Plan extends Reads {
  readonly seal_to: readonly { readonly id: string; readonly recipient: string }[];
}

/** Somebody needs a key, and nothing opens in this browser that could be sealed to them. */
export class NoKey extends Error {}

const most = 4; // times that people may come or go while keys are sealed

/** Transfers a case. agree is asked with the branch that it comes to, and who gets a key; again where that has changed meanwhile. Returns the case, null where this handler may not see it any more. */
export async function transfer(page: CasePage, target: Target, why: string, agree: (to: Reads, readers: readonly string[]) => Promise<boolean>): Promise<DeskCase | null> {
  let agreed = "";
  return withNote(page, why, async (note, { data, identity }) => {
    for (let tries = 1; ; tries++) {
      const plan = await postAtDesk<Plan>(`cases/${page.id}/transfer/plan`, target);
      if (plan.seal_to.length > 0 && !identity) throw new NoKey();
      const readers = plan.seal_to.map(({ id }) => id);
      if (readers.some((id) => id !== recoveryID && !page.current().data.handlers[id])) await page.reload(); // somebody came since: they have a name
      const asked = JSON.stringify([plan.branch, readers]);
      if (agreed !== asked && !(await agree(plan, readers))) throw new GivenUp();
      agreed = asked;
      const body = { ...target, seen: data.case.branch, ...(await keysFor(plan, identity)), ...note };
      try {
        return (await postAtDesk<{ case: DeskCase | null }>(`cases/${page.id}/transfer`, body)).case;
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== "stale" || tries === most) throw error;
      }
    }
  });
}

async function keysFor({ seal_to }: Plan, identity = ""): Promise<{ keys: Record<string, string>; sealed_to: Record<string, string> }> {
  const keys: Record<string, string> = {};
  const sealedTo: Record<string, string> = {};
  for (const { id, recipient } of seal_to) {
    keys[id] = toBase64(await sealCaseKey(identity, recipient));
    sealedTo[id] = fingerprint(recipient);
  }
  return { keys, sealed_to: sealedTo };
}
