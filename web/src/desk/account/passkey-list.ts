// The passkeys of a handler: what they can do, making one, taking one away.
import { toBase64 } from "../../crypto/bytes.ts";
import { postAtDesk } from "../../lib/api.ts";
import { button, find, focusOn, h } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { date, marked, t, visible } from "../../lib/texts.ts";
import type { Asked, Passkey, Session } from "../session/account-api.ts";
import { passkeyWrap } from "../session/derive.ts";
import { clearErrorMessage, showErrorMessage } from "../session/error-messages.ts";
import { makePasskey, passkeysKnown } from "../session/passkeys.ts";
import { withStepUp } from "../session/step-up.ts";
import { wrap } from "../session/stretch.ts";
import { forKey } from "../session/wrapping.ts";
import { withProgress } from "../ui/with-progress.ts";

interface Passkeys {
  readonly passkeys: readonly Passkey[];
}

/** Installs the list and its form. identity: that of this tab, if it is unlocked. */
export function installPasskeys(session: Session, identity: () => string | undefined): void {
  const form = find<HTMLFormElement>("#add-passkey");
  const name = find<HTMLInputElement>("#passkey-name");
  const said = find("#passkey-done");
  find("#passkeys-impossible").hidden = session.passkeys_possible;
  find("#passkeys-unknown").hidden = passkeysKnown() || !session.passkeys_possible;
  form.hidden = !session.passkeys_possible || !passkeysKnown();

  const show = (passkeys: readonly Passkey[]) => {
    find("#passkeys-none").hidden = passkeys.length > 0;
    find("#passkeys").replaceChildren(...passkeys.map(row));
  };
  const row = (passkey: Passkey): HTMLElement =>
    h(
      "li",
      {},
      h("strong", {}, marked(passkey.name)),
      h("span", {}, t("account.passkeys.made", { Date: date(passkey.created) }), " · ", t(passkey.unlocks ? "account.passkeys.unlocks" : "account.passkeys.signs-in")),
      button(t("account.passkeys.remove", { Name: visible(passkey.name) }), "plain", () => remove(passkey)),
    );
  const change = (text: string, done: string, act: () => Promise<Passkeys | undefined>) =>
    withProgress(find("#passkey-part"), text, async () => {
      clearErrorMessage(form);
      said.textContent = "";
      try {
        const finished = await withStepUp(async () => {
          const changed = await act();
          if (changed) show(changed.passkeys);
        });
        if (!finished) return;
        said.textContent = done;
        focusOn(find("#passkey-title"));
      } catch (error) {
        showErrorMessage(form, name.id, error);
        if (form.hidden) said.textContent = find(".summary li").textContent;
      }
    });
  const remove = (passkey: Passkey) => change(t("account.checking"), t("account.passkeys.removed"), () => postAtDesk<Passkeys>("account/passkeys/remove", { id: passkey.id }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const called = name.value.trim();
    if (!called) {
      showErrors(form, [{ field: name.id, text: t("account.passkeys.name-missing") }]);
      return;
    }
    void change(t("account.passkey-waiting"), t("account.passkeys.added"), async () => {
      const { ticket, passkey } = await postAtDesk<Asked>("account/passkeys/begin", {});
      if (!passkey) return undefined;
      const { credential, prf } = await makePasskey(passkey);
      const opened = identity();
      const wrapped = prf && opened ? toBase64(await wrap(opened, passkeyWrap(prf), forKey)) : "";
      const changed = await postAtDesk<Passkeys>("account/passkeys", { ticket, name: called, passkey: credential, identity: wrapped });
      form.reset();
      return changed;
    });
  });
  show(session.passkeys);
}
