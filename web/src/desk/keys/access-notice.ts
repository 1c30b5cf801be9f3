// On the list of cases: who cannot open some of them yet, and keys that do not
// open. Found out in the background, once the page is unlocked.
import { recoveryID } from "../../lib/api.ts";
import { find, h } from "../../lib/dom.ts";
import { named, n, number, t } from "../../lib/texts.ts";
import { handler, onLock, whenUnlocked } from "../session/session.ts";
import { loadAccess, type NeedsKeys } from "./access.ts";
import { verifyNewKeys } from "./verify-keys.ts";

const most = 3; // people that the notice names

/** Looks after keys whenever the page is unlocked. */
export function watchKeys(): void {
  let locked = false;
  onLock(() => (locked = true));
  whenUnlocked(async (identity) => {
    try {
      const broken = await verifyNewKeys(identity, handler().recipient, () => locked);
      const { needs_keys: needsKeys } = await loadAccess();
      if (!locked) show(needsKeys, broken);
    } catch {
      // it is looked at again on the next page
    }
  }, false);
}

function show(needsKeys: readonly NeedsKeys[], broken: number): void {
  document.getElementById("keys-notice")?.remove();
  if (needsKeys.length === 0 && broken === 0) return;
  const notice = h("div", { class: "notice", id: "keys-notice", role: "status" });
  find("main .head").after(notice);
  if (broken > 0) notice.append(h("p", {}, n("access.broken", broken)));
  for (const one of needsKeys.slice(0, most)) notice.append(h("p", {}, h("strong", {}, who(one)), " ", n("access.lacks", one.cases, { Count: howMany(one) })));
  if (needsKeys.length === 0) return;
  const page = location.pathname.replace(/\/cases$/, "/access");
  notice.append(h("p", {}, h("a", { class: "link", href: page }, t("access.give"))));
}

/** The name of somebody who lacks keys. */
export const who = ({ id, name }: Pick<NeedsKeys, "id" | "name">): HTMLElement | string => (id === recoveryID ? t("access.recovery.identity") : id === handler().id ? t("access.myself") : named(name));

/** How many cases they lack, "999+" where there are more than were counted. */
export const howMany = ({ cases, more }: NeedsKeys): string => number(cases) + (more ? "+" : "");
