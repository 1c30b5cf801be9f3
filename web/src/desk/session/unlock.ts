// The bar above a page whose texts are still locked, and the one that tells a
// handler whose identity is elsewhere what can be done here.
import { fromBase64 } from "../../crypto/bytes.ts";
import { find, h } from "../../lib/dom.ts";
import { t } from "../../lib/texts.ts";
import type { Session } from "./account-api.ts";
import { passkeysKnown } from "./passkeys.ts";
import { proofForm } from "./proof.ts";
import { stepUpByPasskey } from "./step-up.ts";
import { unwrap } from "./stretch.ts";

/** Shows the bar; done gets the identity. */
export function offerUnlocking(session: Session, done: (identity: string, session: Session) => Promise<void>): void {
  const finish = async (identity: string, now: Session) => {
    const within = bar.contains(document.activeElement);
    bar.remove();
    await done(identity, now);
    if (within) find("h1").focus();
  };
  const unlocks = passkeysKnown() && session.passkeys.some((passkey) => passkey.unlocks);
  const note = h("p", { role: "status" });
  const form = proofForm(session, t("unlock.send"), {
    byPassword: async ({ wrap }, now) => finish(await unwrap(fromBase64(now.identity), wrap), now),
    byPasskey: unlocks
      ? async () => {
          const identity = await stepUpByPasskey();
          if (!identity) return void (note.textContent = t("unlock.passkey-not"));
          await finish(identity, session);
        }
      : undefined,
  });
  const bar = h("section", { class: "notice unlock", id: "unlock", "aria-labelledby": "unlock-title" }, h("h2", { id: "unlock-title" }, t("unlock.title")), h("p", {}, t("unlock.text")), note, form);
  find("main").prepend(bar);
  const title = find("h1");
  if (!title.hasAttribute("tabindex")) title.tabIndex = -1;
}

/** Says what a handler with an offline identity can do. */
export function tellOffline(): void {
  if (document.getElementById("elsewhere")) return; // the page of a case says it itself
  find("main").prepend(h("section", { class: "notice", id: "offline" }, h("h2", {}, t("unlock.offline.title")), h("p", {}, t("unlock.offline.text"))));
}
