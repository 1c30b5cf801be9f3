// Giving access with the recovery identity, which lies in a safe: its file is
// chosen, opened in this tab and dropped as soon as the keys are given.
import { OpenError } from "../../crypto/seal.ts";
import type { FieldError } from "../../lib/answers.ts";
import { recoveryID } from "../../lib/api.ts";
import { find, h } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { sayChosen } from "../../lib/file-field.ts";
import { t, visible } from "../../lib/texts.ts";
import { handler } from "../session/session.ts";
import { NoWorker, unwrap } from "../session/stretch.ts";
import { offer, once } from "../ui/form.ts";
import { giveShown, say, sure } from "./access-giving.ts";
import type { NeedsKeys } from "./access.ts";

const largest = 64 * 1024; // bytes; such a file has a few hundred
const who = () => find<HTMLSelectElement>("#recovery-who");
const file = () => find<HTMLInputElement>("#recovery-file");
const passphrase = () => find<HTMLInputElement>("#recovery-passphrase");

let people: readonly Pick<NeedsKeys, "id" | "name" | "recipient" | "cases">[] = [];

/** Shows who can be given access this way: oneself, and those who lack keys. */
export function showRecovery(needsKeys: readonly NeedsKeys[]): void {
  const { id, name, recipient } = handler();
  const me = recipient ? [{ id, name, recipient, cases: 0 }] : [];
  people = [...me, ...needsKeys.filter((one) => one.id !== recoveryID)];
  offer(who(), t("access.recovery.choose"), people.map((one) => ({ value: one.id, text: one.id === id ? t("access.myself") : visible(one.name) })));
}

/** Installs the form; given is called when something may have been given. */
export function installRecovery(given: () => Promise<void>): void {
  const form = find<HTMLFormElement>("form#recovery");
  sayChosen(file());
  once(form, async () => {
    say();
    const errors: FieldError[] = [];
    if (!file().files?.[0]) errors.push({ field: "recovery-file", text: t("access.recovery.file-missing") });
    const to = people.find(({ id }) => id === who().value);
    if (!to) errors.push({ field: "recovery-who", text: t("access.recovery.who-missing") });
    showErrors(form, errors);
    if (errors.length > 0 || !to) return;
    const identity = await opened(form);
    if (!identity || !(await sure(to, to.id === handler().id))) return;
    const lines = await giveShown(form, { to, source: "recovery", identity }, to.cases);
    form.reset();
    await given();
    say(...lines);
  });
}

// Returns the identity, "" where the form says why there is none.
async function opened(form: HTMLFormElement): Promise<string> {
  const working = h("p", { role: "status" });
  form.append(working);
  working.textContent = t("access.recovery.opening");
  try {
    return await read(file().files![0]!, passphrase().value);
  } catch (error) {
    const field = passphrase().value || error instanceof NoWorker ? "recovery-passphrase" : "recovery-file";
    showErrors(form, [{ field, text: error instanceof NoWorker ? t("account.trouble.no-worker") : t("access.recovery.unopened") }]);
    return "";
  } finally {
    working.remove();
  }
}

// An identity file as age-keygen writes it, or the same under a passphrase.
async function read(chosen: File, typed: string): Promise<string> {
  if (chosen.size > largest) throw new OpenError();
  const bytes = new Uint8Array(await chosen.arrayBuffer());
  const line = new TextDecoder().decode(bytes).split(/\r?\n/).find((one) => one.startsWith("AGE-SECRET-KEY-PQ-1"));
  return line?.trim() ?? unwrap(bytes, typed);
}
