// Password or passkey again, before something that needs it.
import { fromBase64, toBase64 } from "../../crypto/bytes.ts";
import { getAtDesk, postAtDesk, Refusal } from "../../lib/api.ts";
import { h } from "../../lib/dom.ts";
import { t } from "../../lib/texts.ts";
import type { Asked, Session } from "./account-api.ts";
import { passkeyWrap, type PasswordKeys } from "./derive.ts";
import { NoPasskey, usePasskey } from "./passkeys.ts";
import { proofForm } from "./proof.ts";
import { unwrap } from "./stretch.ts";

/** Shows the server that the handler knows the password. */
export const stepUpByPassword = (keys: PasswordKeys): Promise<object> => postAtDesk("step-up", { auth: toBase64(keys.auth) });

/** Shows the server that the handler has a passkey; returns the identity where the passkey unlocks it. */
export async function stepUpByPasskey(): Promise<string | undefined> {
  const { ticket, passkey } = await postAtDesk<Asked>("step-up/begin", {});
  if (!passkey) throw new NoPasskey();
  const { credential, prf } = await usePasskey(passkey);
  const { unlocked_by } = await postAtDesk<{ unlocked_by?: string }>("step-up", { ticket, passkey: credential });
  return unlocked_by && prf ? unwrap(fromBase64(unlocked_by), passkeyWrap(prf)) : undefined;
}

/** The form for it, in a page or a dialog; proved is called when the server is content. */
export function stepUpForm(session: Session, proved: () => void): HTMLFormElement {
  return proofForm(session, t("step-up.send"), {
    byPassword: async (keys) => {
      await stepUpByPassword(keys);
      proved();
    },
    byPasskey:
      session.passkeys.length > 0
        ? async () => {
            await stepUpByPasskey();
            proved();
          }
        : undefined,
  });
}

/** Does something, and asks for password or passkey in a dialog where the server wants them first. Returns false where the handler gave it up. */
export async function withStepUp(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "step-up") throw error;
  }
  if (!(await provedInDialog(await getAtDesk<Session>("session")))) return false;
  await act();
  return true;
}

/** Asks for password or passkey in a dialog, unless they were given lately. Returns false where the handler gave it up. */
export async function stepUp(): Promise<boolean> {
  const session = await getAtDesk<Session>("session");
  return session.confirmed || provedInDialog(session);
}

function provedInDialog(session: Session): Promise<boolean> {
  return new Promise((resolve) => {
    let proved = false;
    const cancel = h("button", { type: "button", class: "button second" }, t("step-up.cancel"));
    const form = stepUpForm(session, () => {
      proved = true;
      dialog.close();
    });
    const dialog = h("dialog", { class: "ask", "aria-labelledby": "step-up-title" }, h("h2", { id: "step-up-title" }, t("step-up.title")), h("p", {}, t("step-up.text")), form, cancel);
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(proved);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
