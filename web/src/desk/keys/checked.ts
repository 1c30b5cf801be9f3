// Keys that colleagues gave: each is opened once, before somebody relies on it.
import { recipientOf } from "../../crypto/seal.ts";
import { postAtDesk } from "../../lib/api.ts";
import { handler } from "../session/session.ts";
import { caseIdentity, type HeldKey } from "./access.ts";

/** Opens every key that was not opened yet, tells the server, and returns how many did not open. */
export async function checkNewKeys(identity: string, stopped: () => boolean): Promise<number> {
  if ((await recipientOf(identity)) !== handler().recipient) return 0; // nothing could be told of any key
  for (let broken = 0; ; ) {
    const { keys } = await postAtDesk<{ keys: readonly HeldKey[] }>("access/unchecked", {});
    if (keys.length === 0) return broken;
    const result = { opened: [] as string[], broken: [] as string[] };
    for (const key of keys) {
      (await caseIdentity(key, identity)) ? result.opened.push(key.case) : result.broken.push(key.case);
      await new Promise((next) => setTimeout(next)); // the page stays at work meanwhile
      if (stopped()) return broken;
    }
    await postAtDesk("access/checked", result);
    broken += result.broken.length;
  }
}
