// Giving somebody keys, as the page shows it: a question before, how far it is,
// a way to stop, and what came of it.
import { recoveryID, Refusal, Unanswered } from "../../lib/api.ts";
import { button, find, focusOn, h } from "../../lib/dom.ts";
import { stopped } from "../../lib/progress.ts";
import { list, n, number, t, visible } from "../../lib/texts.ts";
import { lock } from "../session/session.ts";
import { ask } from "../ui/ask.ts";
import { give, type Given, type Giving, groupsOf, type NeedsKeys } from "./access.ts";

const asked = new Set<string>(); // recipients that the handler said yes to

/** Asks once for every key of a colleague whether it is theirs. */
export async function sure({ id, name, recipient }: Pick<NeedsKeys, "id" | "name" | "recipient">, own = false): Promise<boolean> {
  if (own || asked.has(recipient)) return true;
  const recovery = id === recoveryID;
  const question = recovery ? t("access.recovery.question") : t("access.question", { Name: visible(name) });
  const yes = await ask(question, t("access.give"), t(recovery ? "access.recovery.means" : "access.means"), t(recovery ? "access.recovery.compare" : "access.compare"), fingerprintOf(recipient));
  if (yes) asked.add(recipient);
  return yes;
}

/** The fingerprint of a key, in groups. */
export const fingerprintOf = (recipient: string): HTMLElement => h("p", { class: "fingerprint mono", translate: "no" }, ...groupsOf(recipient).map((group) => h("span", {}, group)));

const running = new Set<AbortController>();

/** Stops whatever is being given, because the page locks. */
export function stopAll(): void {
  for (const stop of running) stop.abort();
}

/** Gives the keys, with a bar in the place of an element. Returns what is to be said about it. */
export async function giveShown(instead: HTMLElement, giving: Giving, total: number): Promise<HTMLElement[]> {
  const stop = new AbortController();
  const bar = h("progress", { max: String(Math.max(1, total)), "aria-label": t("access.giving") });
  if (total > 0) bar.value = 0;
  const said = h("p", { role: "status", tabindex: "-1" });
  const cancel = button(t("access.stop"), "button second", () => stop.abort());
  const panel = h("div", { class: "giving" }, said, bar, h("div", { class: "tools" }, cancel));
  const given: Given = { granted: 0, skipped: [] };
  const tell = () => {
    if (total > 0) bar.value = given.granted + given.skipped.length;
    said.textContent = n("access.given", given.granted);
  };
  instead.hidden = true;
  instead.after(panel);
  said.textContent = t("access.giving");
  focusOn(said);
  running.add(stop);
  let failure: HTMLElement | undefined;
  try {
    const waiting = (why: string) => void (said.textContent = why === "offline" ? t("access.trouble.offline") : t("access.trouble.busy"));
    await give(giving, given, { signal: stop.signal, waiting }, tell);
  } catch (error) {
    failure = h("p", {}, whyNot(error));
  }
  running.delete(stop);
  panel.remove();
  instead.hidden = false;
  return [...(failure ? [failure] : []), h("p", {}, given.granted > 0 || failure || given.skipped.length > 0 ? n("access.given", given.granted) : t("access.nothing")), ...skippedOf(given)];
}

// The cases that were left out, by the beginnings of their ids.
function skippedOf({ skipped }: Given): HTMLElement[] {
  if (skipped.length === 0) return [];
  const named = skipped.slice(0, 10).map((id) => id.slice(0, 8));
  const rest = skipped.length > named.length ? ` … (${number(skipped.length)})` : "";
  return [h("p", {}, n("access.skipped", skipped.length), " ", h("span", { class: "mono" }, list(named) + rest))];
}

function whyNot(error: unknown): string {
  if (stopped(error)) return t("access.stopped");
  if (error instanceof Unanswered) return t("access.trouble.offline");
  if (!(error instanceof Refusal)) return t("access.trouble.broken");
  if (error.code === "signed-out") lock("ended");
  return error.code === "stale" || error.code === "not-found" ? t("access.trouble.stale") : t("access.trouble.broken");
}

/** Says what came of it, above the list. */
export function say(...lines: HTMLElement[]): void {
  const place = find("#given");
  place.replaceChildren(...lines);
  place.hidden = lines.length === 0;
  if (lines.length > 0) focusOn(place);
}
