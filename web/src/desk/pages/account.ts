// A handler's own page: password, passkeys, authenticator app, recovery file,
// and the times of the sessions.
import "./desk.ts";
import { fromBase64, toBase64 } from "../../crypto/bytes.ts";
import { postAtDesk, Refusal } from "../../lib/api.ts";
import { find, h } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { ago, moment, t } from "../../lib/texts.ts";
import { authenticatorPanel, readCode } from "../account/authenticator.ts";
import { installNewPassword } from "../account/new-password.ts";
import { installPasskeys } from "../account/passkey-list.ts";
import { recoveryPanel } from "../account/recovery.ts";
import type { NewCodes } from "../session/account-api.ts";
import { newSalt } from "../session/derive.ts";
import { clearErrorMessage, showErrorMessage } from "../session/error-messages.ts";
import { sessionNow } from "../session/proof.ts";
import { begin, handler, onLock, whenUnlocked } from "../session/session.ts";
import { stepUpByPassword, withStepUp } from "../session/step-up.ts";
import { stretch, unwrap, wrap } from "../session/stretch.ts";
import { forKey } from "../session/wrapping.ts";
import { withProgress } from "../ui/with-progress.ts";

const { session } = await begin();
let identity: string | undefined;

showTimes();
installPassword();
installAuthenticator();
installPasskeys(session, () => identity);
if (session.identity) {
  installRecovery();
  whenUnlocked((opened) => {
    identity = opened;
    find<HTMLButtonElement>("#make-recovery").disabled = false;
  });
  onLock(() => (identity = undefined));
}

function installPassword(): void {
  const form = find<HTMLFormElement>("#change");
  const current = find<HTMLInputElement>("#current");
  const fresh = installNewPassword(form, Number(form.dataset["min"]), () => [handler().name, handler().email, find(".brand").textContent]);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void withProgress(form, t("account.change.working"), async (progress) => {
      clearErrorMessage(form);
      find("#changed").textContent = "";
      try {
        const errors = await fresh.errors();
        if (!current.value) errors.unshift({ field: "current", text: t("account.trouble.password-missing") });
        if (errors.length > 0) {
          showErrors(form, errors);
          return;
        }
        const { salt, identity: wrapped } = await sessionNow(handler());
        const old = await stretch(current.value, fromBase64(salt), (done) => progress(done / 2));
        await stepUpByPassword(old);
        const newOne = { salt: toBase64(newSalt()), identity: wrapped };
        const keys = await stretch(fresh.value(), fromBase64(newOne.salt), (done) => progress((1 + done) / 2));
        if (wrapped) newOne.identity = toBase64(await wrap(await unwrap(fromBase64(wrapped), old.wrap), keys.wrap, forKey));
        await postAtDesk("account/password", { ...newOne, auth: toBase64(keys.auth) });
        form.reset();
        find("#strength").textContent = "";
        find("#changed").textContent = t("account.change.done");
      } catch (error) {
        if (error instanceof Refusal && error.code === "wrong") showErrors(form, [{ field: "current", text: t("account.trouble.wrong-password") }]);
        else showErrorMessage(form, "current", error);
      }
    });
  });
}

// A new authenticator app takes the place of the old one when a code of it was right.
function installAuthenticator(): void {
  const form = find<HTMLFormElement>("#totp");
  const code = find<HTMLInputElement>("#code");
  const start = find<HTMLButtonElement>("#new-totp");
  const said = find("#totp-done");
  let ticket = "";
  start.addEventListener("click", () => {
    void withProgress(find("#totp-part"), t("account.checking"), async () => {
      said.textContent = "";
      try {
        await withStepUp(async () => {
          const codes = await postAtDesk<NewCodes & { ticket: string }>("account/totp/begin", {});
          ticket = codes.ticket;
          find("#authenticator").replaceChildren(authenticatorPanel(codes));
          form.hidden = false;
          start.hidden = true;
          code.focus();
        });
      } catch (error) {
        form.hidden = false;
        showErrorMessage(form, "code", error);
      }
    });
  });
  const close = () => {
    form.hidden = true;
    start.hidden = false;
    form.reset();
    find("#authenticator").replaceChildren();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const digits = readCode(code.value);
    if (digits.length !== 6) {
      showErrors(form, [{ field: "code", text: t("account.trouble.code-length") }]);
      return;
    }
    void withProgress(form, t("account.checking"), async () => {
      clearErrorMessage(form);
      try {
        if (!(await withStepUp(() => postAtDesk("account/totp", { ticket, code: digits })))) return;
        close();
        said.textContent = t("account.totp.done");
        start.focus();
      } catch (error) {
        showErrorMessage(form, "code", error);
        code.select();
      }
    });
  });
  find("#no-totp").addEventListener("click", () => {
    clearErrorMessage(form);
    close();
    start.focus();
  });
}

function installRecovery(): void {
  const part = find("#recovery-part");
  const start = find<HTMLButtonElement>("#make-recovery");
  part.hidden = false;
  start.addEventListener("click", () => {
    if (!identity) return;
    const title = h("h3", { tabindex: "-1" }, t("account.recovery.new"));
    find("#recovery").replaceChildren(title, recoveryPanel(identity, () => undefined));
    start.hidden = true;
    title.focus();
  });
  onLock(() => find("#recovery").replaceChildren());
}

// Writes every <time data-at> and <time data-ago> of the page: the server gives
// seconds, the page says them in words.
function showTimes(): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-at]")) {
    const at = Number(time.dataset["at"]);
    time.dateTime = new Date(at * 1000).toISOString();
    time.textContent = moment(at);
  }
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-ago]")) {
    const at = Number(time.dataset["ago"]);
    time.dateTime = new Date(at * 1000).toISOString();
    time.textContent = ago(Date.now() / 1000 - at);
  }
}
