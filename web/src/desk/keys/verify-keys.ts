// Keys that colleagues gave: each is opened once, before somebody relies on it.
import { recipientOf } from "../../crypto/seal.ts";
import { postAtDesk } from "../../lib/api.ts";
import { inParts, type Part } from "../../lib/parts.ts";
import { caseIdentity, type HeldKey } from "./access.ts";

/**
 * Opens every key that was not opened yet, tells the server, and returns how many
 * did not open. The server keeps one of these where nobody else has a key of the
 * case, and hands it out again the next time.
 */
export async function verifyNewKeys(identity: string, recipient: string, stopped: () => boolean): Promise<number> {
  if ((await recipientOf(identity)) !== recipient) return 0; // nothing could be told of any key
  let broken = 0;
  for await (const { items: keys } of inParts(unchecked)) {
    const result = { opened: [] as string[], broken: [] as string[] };
    for (const key of keys) {
      const opens = (await caseIdentity(key, identity)) !== undefined;
      result[opens ? "opened" : "broken"].push(key.case);
      await new Promise((next) => setTimeout(next)); // the page stays at work meanwhile
      if (stopped()) return broken;
    }
    await postAtDesk("access/checked", result);
    broken += result.broken.length;
  }
  return broken;
}

async function unchecked(after: string): Promise<Part<HeldKey>> {
  const { keys } = await postAtDesk<{ keys: readonly HeldKey[] }>("access/unchecked", { after });
  return { items: keys, next: keys.at(-1)?.case ?? "" };
}
