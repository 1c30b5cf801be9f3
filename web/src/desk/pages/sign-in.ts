// Signing in: address and password, then a code or a passkey; or a passkey at
// once. It all happens on one page: nothing of it belongs in an address.
import "./desk.ts";
import { fromBase64, toBase64 } from "../../crypto/bytes.ts";
import { postAtDesk } from "../../lib/api.ts";
import { find, focusOn, h } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { language, loadTexts, t } from "../../lib/texts.ts";
import { readCode } from "../account/authenticator.ts";
import { type Asked, currentSession, type PasskeyOptions, saltOf, type Session } from "../session/account-api.ts";
import { passkeyWrap, type PasswordKeys } from "../session/derive.ts";
import { clearErrorMessage, showErrorMessage } from "../session/error-messages.ts";
import { passkeysKnown, stopAsking, usePasskey } from "../session/passkeys.ts";
import { nextPage } from "../session/redirects.ts";
import { reasonPlace } from "../session/session.ts";
import { stretch, unwrap } from "../session/stretch.ts";
import { keepInTab } from "../session/tab-storage.ts";
import { type OnProgress, withProgress } from "../ui/with-progress.ts";

interface SecondFactor {
  readonly ticket: string;
  readonly factors: readonly ("totp" | "passkey")[];
  readonly passkey: PasskeyOptions | null;
}

const first = find<HTMLFormElement>("#sign-in");
const second = find<HTMLFormElement>("#second");
const email = find<HTMLInputElement>("#email");
const password = find<HTMLInputElement>("#password");
const code = find<HTMLInputElement>("#code");
const passkeyButtons = { first: find<HTMLButtonElement>("#passkey"), second: find<HTMLButtonElement>("#second-passkey") };
let keys: PasswordKeys | undefined;
let asked: SecondFactor | undefined;

await loadTexts();
// SameSite=Strict hides the cookie from the first request that comes from elsewhere: there may be a session all the same.
if (await currentSession().catch(() => undefined)) goOn();
tellReason();
install();

function install(): void {
  first.addEventListener("submit", (event) => {
    event.preventDefault();
    void signIn();
  });
  second.addEventListener("submit", (event) => {
    event.preventDefault();
    void sendCode();
  });
  passkeyButtons.first.addEventListener("click", () => void signInByPasskey());
  passkeyButtons.second.addEventListener("click", () => void sendPasskey());
  find("#again").addEventListener("click", () => begin());
  find<HTMLButtonElement>("[type=submit]", first).disabled = false;
  find("#by-passkey").hidden = !passkeysKnown();
}

function tellReason(): void {
  const reason = sessionStorage.getItem(reasonPlace);
  sessionStorage.removeItem(reasonPlace);
  if (!reason || document.getElementById("notice")) return;
  const text = reason === "idle" ? t("sign-in.idle") : reason === "ended" ? t("sign-in.ended") : t("sign-in.signed-out");
  find("main").prepend(h("div", { class: "notice", id: "notice", role: "status" }, h("p", {}, text)));
}

function goOn(): void {
  location.replace(nextPage(first.dataset["next"] ?? "", language(), location.origin));
}

// The session has begun. The identity goes into the tab where it could be
// unwrapped; else the pages of the desk ask for the password.
async function enter(session: Session, unwrapped: () => Promise<string | undefined>): Promise<void> {
  const identity = session.identity ? await unwrapped().catch(() => undefined) : undefined;
  if (identity) await keepInTab(identity, session.key);
  goOn();
}

const byPassword = (session: Session) => (): Promise<string | undefined> =>
  keys ? unwrap(fromBase64(session.identity), keys.wrap) : Promise.resolve(undefined);

async function signIn(): Promise<void> {
  stopAsking();
  const missing = [
    ...(email.value.trim() ? [] : [{ field: "email", text: t("sign-in.email-missing") }]),
    ...(password.value ? [] : [{ field: "password", text: t("account.trouble.password-missing") }]),
  ];
  if (missing.length > 0) {
    showErrors(first, missing);
    return;
  }
  await attempt(first, "password", t("account.stretching"), async (progress) => {
    const address = email.value.trim();
    keys = await stretch(password.value, await saltOf(address), progress);
    const answer = await postAtDesk<SecondFactor | Session>("sign-in", { email: address, auth: toBase64(keys.auth) });
    if ("handler" in answer) await enter(answer, byPassword(answer));
    else showSecond(answer);
  });
}

function showSecond(answer: SecondFactor): void {
  asked = answer;
  first.hidden = find("#by-passkey").hidden = true;
  second.hidden = false;
  const totp = answer.factors.includes("totp");
  const passkey = answer.passkey !== null && passkeysKnown();
  find("#by-code").hidden = !totp;
  passkeyButtons.second.hidden = !passkey;
  find("#no-factor").hidden = totp || passkey;
  if (totp) code.focus();
  else focusOn(find("h2", second));
}

async function sendCode(): Promise<void> {
  stopAsking();
  const digits = readCode(code.value);
  if (digits.length !== 6) {
    showErrors(second, [{ field: "code", text: t("account.trouble.code-length") }]);
    return;
  }
  await attempt(second, "code", t("account.checking"), () => secondStep({ code: digits }));
}

const sendPasskey = (): Promise<void> =>
  attempt(second, find("#by-code").hidden ? "second-passkey" : "code", t("account.passkey-waiting"), async () => {
    if (!asked?.passkey) return;
    const { credential } = await usePasskey(asked.passkey);
    await secondStep({ passkey: credential });
  }, find("#passkey-box"));

async function secondStep(proof: object): Promise<void> {
  const session = await postAtDesk<Session>("sign-in/second", { ticket: asked?.ticket ?? "", ...proof });
  await enter(session, byPassword(session));
}

const signInByPasskey = (): Promise<void> =>
  attempt(first, "email", t("account.passkey-waiting"), async () => {
    const { ticket, passkey } = await postAtDesk<Asked>("sign-in/passkey/begin", {});
    if (!passkey) return;
    const { credential, prf } = await usePasskey(passkey);
    const session = await postAtDesk<Session & { unlocked_by: string }>("sign-in/passkey", { ticket, passkey: credential });
    await enter(session, async () => (session.unlocked_by && prf ? unwrap(fromBase64(session.unlocked_by), passkeyWrap(prf)) : undefined));
  }, find("#by-passkey"));

// Does one attempt; what goes wrong stands at a field, and nothing typed is lost.
// box is where it says that it works: a passkey can be given up for the other way.
const attempt = (form: HTMLFormElement, field: string, text: string, work: (progress: OnProgress) => Promise<void>, box: HTMLElement = form): Promise<void> =>
  withProgress(box, text, async (progress) => {
    clearErrorMessage(form);
    try {
      await work(progress);
    } catch (error) {
      if (form === second && isExpired(error)) begin();
      showErrorMessage(second.hidden ? first : form, second.hidden && form === second ? "password" : field, error);
      if (field === "code") code.select();
    }
  });

const isExpired = (error: unknown): boolean => error instanceof Error && error.message === "expired";

// Back to address and password, which are still there.
function begin(): void {
  asked = undefined;
  code.value = "";
  clearErrorMessage(second);
  second.hidden = true;
  first.hidden = false;
  find("#by-passkey").hidden = !passkeysKnown();
  password.focus();
}
