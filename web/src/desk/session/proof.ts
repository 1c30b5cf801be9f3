// A form for the handler's password, or a passkey instead: to unlock, or to step up.
import { fromBase64 } from "../../crypto/bytes.ts";
import { OpenError } from "../../crypto/seal.ts";
import { getAtDesk, Refusal } from "../../lib/api.ts";
import { button, h } from "../../lib/dom.ts";
import { t } from "../../lib/texts.ts";
import { withProgress } from "../ui/with-progress.ts";
import type { Handler, Session } from "./account-api.ts";
import type { PasswordKeys } from "./derive.ts";
import { errorMessage } from "./error-messages.ts";
import { passkeysKnown, stopAsking } from "./passkeys.ts";
import { stretch } from "./stretch.ts";

export interface Proofs {
  readonly byPassword: (keys: PasswordKeys, now: Session) => Promise<void>;
  readonly byPasskey: (() => Promise<void>) | undefined;
}

let forms = 0;

/** Makes the form. What the proofs throw is shown beside the field. */
export function proofForm({ handler }: Session, send: string, { byPassword, byPasskey }: Proofs): HTMLFormElement {
  const id = `proof-${++forms}`;
  const password = h("input", { id, type: "password", autocomplete: "current-password", "aria-describedby": `${id}-error` });
  const name = h("input", { type: "text", autocomplete: "username", value: handler.email, readonly: true, hidden: true }); // for password managers
  const wrong = h("p", { class: "error", id: `${id}-error`, role: "alert" });
  const field = h("div", { class: "field" }, h("label", { for: id }, t("account.password")), wrong, password);
  const tools = h("div", { class: "tools" }, h("button", { type: "submit", class: "button" }, send));
  const form = h("form", { class: "proof", novalidate: true }, name, field, tools);
  const attempt = (part: HTMLElement, text: string, work: Parameters<typeof withProgress>[2]) =>
    withProgress(part, text, async (progress) => {
      say("");
      try {
        await work(progress);
      } catch (error) {
        say(wordsFor(error));
        password.select();
      }
    });
  const say = (text: string) => {
    wrong.textContent = text;
    field.classList.toggle("wrong", text !== "");
    if (text) password.setAttribute("aria-invalid", "true");
    else password.removeAttribute("aria-invalid");
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    stopAsking();
    if (!password.value) {
      say(t("account.trouble.password-missing"));
      return;
    }
    void attempt(form, t("account.stretching"), async (progress) => {
      const now = await sessionNow(handler);
      await byPassword(await stretch(password.value, fromBase64(now.salt), progress), now);
    });
  });
  if (byPasskey && passkeysKnown()) tools.append(button(t("account.use-passkey"), "button second", () => attempt(tools, t("account.passkey-waiting"), byPasskey)));
  return form;
}

/** The session as it is now: another tab may have changed the password, and with it salt and identity. */
export async function sessionNow({ id }: Handler): Promise<Session> {
  const now = await getAtDesk<Session>("session");
  if (now.handler.id !== id) throw new Refusal("signed-out");
  return now;
}

const wordsFor = (error: unknown): string =>
  error instanceof OpenError || (error instanceof Refusal && error.code === "wrong") ? t("account.trouble.wrong-password") : errorMessage(error);
