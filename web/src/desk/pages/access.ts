// The page on which colleagues get keys of cases that they may read.
import "./desk.ts";
import { recoveryID, Refusal } from "../../lib/api.ts";
import { button, find, h } from "../../lib/dom.ts";
import { n, t, visible } from "../../lib/texts.ts";
import { fingerprintOf, giveShown, say, stopAll, sure } from "../keys/access-giving.ts";
import { howMany, who } from "../keys/access-notice.ts";
import { installRecovery, showRecovery } from "../keys/access-recovery.ts";
import { type Access, loadAccess, type NeedsKeys } from "../keys/access.ts";
import { verifyNewKeys } from "../keys/verify-keys.ts";
import { begin, handler, lock, onLock, whenUnlocked } from "../session/session.ts";

const offline = find("main").dataset["offline"] !== undefined;

await begin();
let identity: string | undefined;
let locked = false;
let giving = false;
let known: Access = { needs_keys: [], recovery: false };

showOwnKey();
installRecovery(async () => {
  await load();
  await check();
});
onLock(() => {
  locked = true;
  identity = undefined;
  stopAll();
});
whenUnlocked((unlocked) => {
  identity = unlocked;
  show();
  void check();
});
await load();

// The server's list is what is left to do: it is asked again after every change.
async function load(): Promise<void> {
  try {
    known = await loadAccess();
    find("#told").textContent = "";
    show();
  } catch (error) {
    if (error instanceof Refusal && error.code === "signed-out") lock("ended");
    else find("#told").textContent = t("access.trouble.load");
  }
}

function show(): void {
  if (giving) return;
  find("#needs-keys").replaceChildren(...known.needs_keys.map(row));
  find("#nobody").hidden = known.needs_keys.length > 0;
  find("#with-recovery").hidden = !known.recovery;
  find("#offline-access").hidden = !offline || known.needs_keys.length === 0;
  showRecovery(known.needs_keys);
}

function row(one: NeedsKeys): HTMLElement {
  const name = one.id === recoveryID ? t("access.recovery.identity") : visible(one.name);
  const give = button(t("access.give"), "button", () => giveTo(one, give));
  give.append(h("span", { class: "hidden" }, ` ${name}`));
  give.disabled = !identity;
  const key = h("details", {}, h("summary", {}, t("access.fingerprint"), h("span", { class: "hidden" }, ` ${name}`)), fingerprintOf(one.recipient));
  const about = one.id === recoveryID ? [h("p", { class: "hint" }, t("access.recovery.about"))] : [];
  return h("li", { class: "card" }, h("h3", {}, who(one)), h("p", {}, n("access.lacks", one.cases, { Count: howMany(one) })), ...about, key, ...(offline ? [] : [give]));
}

async function giveTo(one: NeedsKeys, instead: HTMLElement): Promise<void> {
  if (!identity || giving || !(await sure(one))) return;
  giving = true;
  say();
  for (const other of document.querySelectorAll<HTMLButtonElement>("#needs-keys .button")) other.disabled = true;
  const lines = await giveShown(instead, { to: one, source: "own", identity }, one.cases);
  giving = false;
  if (locked) return;
  await load();
  say(h("p", {}, h("strong", {}, who(one))), ...lines);
}

// What colleagues gave to this handler is opened once.
async function check(): Promise<void> {
  if (!identity) return;
  const broken = await verifyNewKeys(identity, handler().recipient, () => locked).catch(() => 0);
  if (broken > 0 && !locked) say(h("p", {}, n("access.broken", broken)));
}

// So that colleagues can compare it.
function showOwnKey(): void {
  const { recipient } = handler();
  find("#own-key").hidden = recipient === "";
  if (recipient) find("#own-key").append(fingerprintOf(recipient));
}
