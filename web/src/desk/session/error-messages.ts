// What went wrong, in words beside the field, and a countdown where the server
// asks to wait.
import { OpenError } from "../../crypto/seal.ts";
import { Refusal } from "../../lib/api.ts";
import { showErrors } from "../../lib/errors.ts";
import { number, t } from "../../lib/texts.ts";
import { type ErrorTexts, errorText } from "../ui/error-text.ts";
import { NoPasskey } from "./passkeys.ts";
import { NoWorker } from "./stretch.ts";

const texts: ErrorTexts = {
  classes: [
    [NoWorker, "account.trouble.no-worker"],
    [NoPasskey, "account.trouble.no-passkey"],
    [OpenError, "account.trouble.unopened"],
  ],
  offline: "account.trouble.offline",
  codes: {
    wrong: "account.trouble.wrong",
    "wrong-code": "account.trouble.wrong-code",
    expired: "account.trouble.expired",
    "signed-out": "account.trouble.signed-out",
    "too-many": "account.trouble.too-many",
  },
  broken: "account.trouble.broken",
};

/** A sentence for an error. */
export const errorMessage = (error: unknown): string => errorText(error, texts);

let waiting: ReturnType<typeof setInterval> | undefined;

/** Shows an error at a field of a form. Where it says how long to wait, the form counts down and can be sent after that. */
export function showErrorMessage(form: HTMLFormElement, field: string, error: unknown): void {
  showErrors(form, [{ field, text: errorMessage(error) }]);
  if (error instanceof Refusal && error.code === "too-many" && error.wait) countDown(form, field, error.wait);
}

function countDown(form: HTMLFormElement, field: string, wait: number): void {
  clearInterval(waiting);
  const until = Date.now() + wait * 1000;
  const submit = [...form.querySelectorAll<HTMLButtonElement>("[type=submit]")];
  const place = form.querySelector(`#${CSS.escape(field)}-error`)?.lastChild;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    submit.forEach((b) => (b.disabled = left > 0));
    if (left > 0) {
      if (place) place.textContent = ` ${t("account.trouble.wait", { Seconds: number(left) })}`;
      return;
    }
    clearInterval(waiting);
    showErrors(form, []);
  };
  waiting = setInterval(tick, 1000);
  tick();
}

/** Takes away what was shown. */
export function clearErrorMessage(form: HTMLFormElement): void {
  clearInterval(waiting);
  showErrors(form, []);
}
