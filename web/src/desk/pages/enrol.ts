// Enrolment: an invitation, or the set-up link, becomes an account. Nothing is
// stored before the last step, so that a reload only begins again.
import "./desk.ts";
import { toBase64 } from "../../crypto/bytes.ts";
import { recipientOf } from "../../crypto/seal.ts";
import { postAtDesk, Refusal } from "../../lib/api.ts";
import { find, focusOn, h } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { language, list, loadTexts, t, visible } from "../../lib/texts.ts";
import { authenticatorPanel, readCode } from "../account/authenticator.ts";
import { type Key, keyStep } from "../account/enrol-key.ts";
import { installEnrolSteps } from "../account/enrol-steps.ts";
import { installNewPassword } from "../account/new-password.ts";
import type { NewCodes, Session } from "../session/account-api.ts";
import { newSalt } from "../session/derive.ts";
import { clearErrorMessage, showErrorMessage } from "../session/error-messages.ts";
import { stretch, wrap } from "../session/stretch.ts";
import { keepInTab } from "../session/tab-storage.ts";
import { forKey } from "../session/wrapping.ts";
import { withProgress } from "../ui/with-progress.ts";

/** What stands behind an invitation. */
interface Invitation extends NewCodes {
  readonly kind: "setup" | "enrol";
  readonly name: string;
  readonly email: string;
  readonly work: readonly string[]; // roles, and whose cases they read, in words
  readonly key: "make" | "offline" | "again" | "none";
  readonly recipient: string;
}

const form = find<HTMLFormElement>("#enrol");
const token = location.hash.slice(1);

await loadTexts();
for (const link of document.querySelectorAll<HTMLAnchorElement>(".languages a")) link.hash = location.hash; // the token goes along
await look();

// Asks what the link is for, until there is an answer.
async function look(): Promise<void> {
  const looking = find("#looking");
  const retry = find<HTMLButtonElement>("#retry");
  try {
    looking.hidden = false;
    const invitation = await postAtDesk<Invitation>("enrol/look", { token, lang: language() });
    looking.hidden = true;
    walkThrough(invitation);
  } catch (error) {
    looking.hidden = true;
    if (error instanceof Refusal && ["not-found", "malformed"].includes(error.code)) {
      showSection("#invalid");
      return;
    }
    showSection("#unreachable");
    retry.addEventListener("click", () => ((find("#unreachable").hidden = true), void look()), { once: true });
  }
}

function showSection(selector: string): void {
  find(selector).hidden = false;
  focusOn(find("h2", find(selector)));
}

function walkThrough(invitation: Invitation): void {
  const person = personStep(invitation);
  const password = installNewPassword(form, Number(form.dataset["min"]), () => [person.name(), person.email(), find(".brand").textContent]);
  const key = keyStep(find("#step-key"), () => keyKind(invitation, person.queues()), invitation.recipient);
  find("#authenticator").replaceChildren(authenticatorPanel(invitation));
  const steps = installEnrolSteps(form, [
    { section: "#step-person", title: t("enrol.step.person"), errors: () => person.errors() },
    { section: "#step-password", title: t("enrol.step.password"), errors: () => password.errors() },
    { section: "#step-key", title: t("enrol.step.key"), errors: () => key.errors(), skip: () => keyKind(invitation, person.queues()) === "none", entered: key.entered },
    { section: "#step-code", title: t("enrol.step.code"), errors: () => [] },
  ]);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!steps.last()) return void steps.next(); // Enter in an earlier step
    void finish();
  });
  form.hidden = false;
  steps.show(0);

  const code = find<HTMLInputElement>("#code");
  const finish = () =>
    withProgress(form, t("enrol.finishing"), async (progress) => {
      clearErrorMessage(form);
      const digits = readCode(code.value);
      if (digits.length !== 6) {
        showErrors(form, [{ field: "code", text: t("account.trouble.code-length") }]);
        return;
      }
      try {
        const salt = newSalt();
        const { auth, wrap: passphrase } = await stretch(password.value(), salt, progress);
        const made = await key.made();
        const identity = made ? toBase64(await wrap(made.identity, passphrase, forKey)) : "";
        const setup = invitation.kind === "setup";
        const session = await postAtDesk<Session>("enrol", {
          token,
          name: setup ? person.name() : "",
          email: setup ? person.email() : "",
          queues: setup ? person.queues() : [],
          salt: toBase64(salt),
          auth: toBase64(auth),
          recipient: made ? await recipientOf(made.identity) : "",
          identity,
          code: digits,
          lang: language(),
        });
        await done(session, made);
      } catch (error) {
        if (error instanceof Refusal && error.code === "not-found") {
          form.hidden = true;
          showSection("#invalid");
          return;
        }
        if (error instanceof Refusal && error.code === "exists") {
          steps.show(0);
          showErrors(form, [{ field: "email", text: t("enrol.exists") }]);
          return;
        }
        showErrorMessage(form, "code", error);
        code.select();
      }
    });
}

// The first administrator may take queues; without any there is no report to open.
function keyKind({ kind, key }: Invitation, queues: readonly string[]): Invitation["key"] {
  if (kind === "enrol") return key;
  return queues.length > 0 ? "make" : "none";
}

async function done(session: Session, made: Key | undefined): Promise<void> {
  if (made && session.identity) await keepInTab(made.identity, session.key);
  history.replaceState(null, "", `/${language()}/desk/enrol`); // the link is used up
  form.hidden = true;
  find("#done-later").hidden = !made || made.kept;
  showSection("#done");
}

interface PersonStep {
  readonly name: () => string;
  readonly email: () => string;
  readonly queues: () => string[];
  readonly errors: () => { field: string; text: string }[];
}

// Who it is: asked of the first administrator, shown to everybody else.
function personStep({ kind, name, email, work }: Invitation): PersonStep {
  const setup = kind === "setup";
  find("#ask-person").hidden = !setup;
  find("#show-person").hidden = setup;
  if (!setup) {
    const row = (label: string, value: string) => h("div", {}, h("dt", {}, label), h("dd", {}, value));
    find("#show-person dl").replaceChildren(
      row(t("account.name"), name),
      row(t("account.email"), email),
      row(t("enrol.work"), list(work.map(visible))),
    );
    find<HTMLInputElement>("#email").value = email; // beside the new password, for password managers
    return { name: () => name, email: () => email, queues: () => [], errors: () => [] };
  }
  const nameField = find<HTMLInputElement>("#name");
  const emailField = find<HTMLInputElement>("#email");
  return {
    name: () => nameField.value.trim(),
    email: () => emailField.value.trim(),
    queues: () => [...form.querySelectorAll<HTMLInputElement>("[name=queue]:checked")].map((box) => box.value),
    errors: () => [
      ...(nameField.value.trim() ? [] : [{ field: "name", text: t("enrol.name-missing") }]),
      ...(/^[^\s@]+@[^\s@]+$/.test(emailField.value.trim()) ? [] : [{ field: "email", text: t("enrol.email-wrong") }]),
    ],
  };
}
