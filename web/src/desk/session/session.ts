// The session of a page of the desk: who is signed in, and the identity, which
// only this tab holds. Every page begins with begin(); what opens something
// asks whenUnlocked, and takes it away again in onLock.
import { find, focusOn, h } from "../../lib/dom.ts";
import { language, loadTexts, t } from "../../lib/texts.ts";
import { currentSession, type Handler, type Session } from "./account-api.ts";
import { watchOver } from "./idle.ts";
import { signInPage } from "./redirects.ts";
import { emptyTab, keepInTab, keptInTab, openFromTab, takeOver } from "./tab-storage.ts";
import { offerUnlocking, tellOffline } from "./unlock.ts";

export type { Handler, Session } from "./account-api.ts";

export interface Desk {
  readonly session: Session;
  readonly handler: Handler;
}

/** Why a handler has to sign in again. */
export type Reason = "idle" | "ended" | "signed-out";

/** Where the sign-in page finds the reason. */
export const reasonPlace = "hotline-reason";

const waitForSiblings = 400; // milliseconds

let begun: Promise<Desk> | undefined;
let desk: Desk | undefined;
let identity: string | undefined;
let over = false;
let askToUnlock: (() => void) | undefined; // shows the way to unlock, once something waits for it
let waited = false; // something does
const unlocking: ((identity: string) => unknown)[] = [];
const locking: ((signedOut: boolean) => void)[] = [];
const tabs = typeof BroadcastChannel === "function" ? new BroadcastChannel("hotline-desk") : undefined;

/** Loads the texts, finds out who is signed in and unlocks what can be unlocked. Signed out, the page goes to the sign-in page and this never returns. */
export const begin = (): Promise<Desk> => (begun ??= start());

/** Calls back with the identity: at once if the tab has it, or when it is unlocked. Never where it stays offline. asks: the page shows the way to unlock for it. */
export function whenUnlocked(act: (identity: string) => unknown, asks = true): void {
  unlocking.push(act);
  waited ||= asks;
  if (identity) act(identity);
  else if (asks) askToUnlock?.();
}

/** Calls back when the tab locks: everything that was opened must leave the page and the memory. signedOut: by the button of this very page. */
export function onLock(act: (signedOut: boolean) => void): void {
  locking.push(act);
}

/** Who is signed in; only after begin(). */
export function handler(): Handler {
  if (!desk) throw new Error("nobody is signed in yet");
  return desk.handler;
}

/** Locks the tab and goes to the sign-in page, and from there back here. For whoever gets a `signed-out`, too. */
export function lock(reason: Reason): void {
  if (over) return;
  over = true;
  forget();
  sessionStorage.setItem(reasonPlace, reason);
  const page = signInPage(location, language());
  const notice = h("div", { class: "notice" }, h("p", {}, t(`sign-in.${reason}`)), h("p", {}, h("a", { class: "link", href: page }, t("account.over.again"))));
  find("main").replaceChildren(notice); // nothing opened stays, even where the next page cannot be reached
  location.replace(page);
}

/** Takes an identity that was just unwrapped: into this tab, sealed, and to whoever waits. */
export async function unlockedWith(opened: string, session: Session): Promise<void> {
  await keepInTab(opened, session.key);
  identity = opened;
  for (const act of unlocking) act(opened);
}

async function start(): Promise<Desk> {
  await loadTexts();
  const session = await sessionOrSignIn();
  desk = { session, handler: session.handler };
  watchOver({ left: session, current: () => same(session), over: lock });
  installSigningOut(session);
  addEventListener("pageshow", (event) => event.persisted && location.reload()); // what the browser kept may be over
  if (session.identity) void unlock(session);
  else if (session.handler.recipient) offer(tellOffline);
  return desk;
}

// Somebody else may have signed in since, in another tab.
async function same({ key }: Session): Promise<Session | undefined> {
  const session = await currentSession();
  return session?.key === key ? session : undefined;
}

// Shows the way to unlock on pages on which something waits for it, and there once.
function offer(show: () => void): void {
  askToUnlock = () => {
    askToUnlock = undefined;
    show();
  };
  if (waited) askToUnlock();
}

async function sessionOrSignIn(): Promise<Session> {
  for (;;) {
    try {
      const session = await currentSession();
      if (session) return session;
      if (keptInTab()) lock("ended");
      else location.replace(signInPage(location, language()));
      await new Promise(() => undefined);
    } catch {
      await unreachable();
    }
  }
}

// Says that the server does not answer, until the handler wants to try again.
function unreachable(): Promise<void> {
  return new Promise((again) => {
    const retry = h("button", { type: "button", class: "button second" }, t("account.again"));
    const notice = h("div", { class: "notice", role: "alert" }, h("p", {}, t("account.trouble.offline")), h("p", {}, retry));
    retry.addEventListener("click", () => {
      notice.remove();
      again();
    });
    find("main").prepend(notice);
    focusOn(notice);
  });
}

async function unlock(session: Session): Promise<void> {
  const opened = (await keptHere(session)) ?? (await askSiblings(session));
  if (opened) await unlockedWith(opened, session);
  else offer(() => offerUnlocking(session, unlockedWith));
}

async function keptHere({ key }: Session): Promise<string | undefined> {
  const kept = keptInTab();
  return kept ? openFromTab(kept, key) : undefined;
}

// A new tab gets what its siblings keep: it is sealed, and the key comes with
// the session.
function askSiblings(session: Session): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (!tabs) return resolve(undefined);
    const end = (found?: string) => {
      tabs.removeEventListener("message", hear);
      resolve(found);
    };
    const take = async (kept: string) => {
      const found = await openFromTab(kept, session.key);
      if (!found) return;
      takeOver(kept);
      end(found);
    };
    const hear = ({ data }: MessageEvent<FromTab>) => {
      if ("kept" in data) void take(data.kept);
    };
    tabs.addEventListener("message", hear);
    tabs.postMessage({ wanted: session.handler.id } satisfies FromTab);
    setTimeout(() => end(), waitForSiblings);
  });
}

type FromTab = { readonly wanted: string } | { readonly kept: string } | { readonly signedOut: string };

function installSigningOut(session: Session): void {
  const me = session.handler.id;
  tabs?.addEventListener("message", ({ data }: MessageEvent<FromTab>) => {
    const kept = keptInTab();
    if ("signedOut" in data && data.signedOut === me) lock("signed-out");
    else if ("wanted" in data && data.wanted === me && kept && !over) tabs.postMessage({ kept } satisfies FromTab);
  });
  document.querySelector("form.sign-out")?.addEventListener("submit", () => {
    over = true;
    forget(true);
    sessionStorage.clear();
    tabs?.postMessage({ signedOut: me } satisfies FromTab);
  });
}

function forget(signedOut = false): void {
  identity = undefined;
  emptyTab();
  for (const act of locking) act(signedOut);
}
