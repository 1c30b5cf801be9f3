// How long a case is kept: holds, and its deletion before the date, which two
// handlers decide. The days stand in the page.
import { persistently, postAtDesk } from "../../lib/api.ts";
import { button, find, h } from "../../lib/dom.ts";
import { t, visible } from "../../lib/texts.ts";
import type { DeskCase } from "../case/case.ts";
import { maySeal } from "../case/decrypted-case.ts";
import { GivenUp } from "../case/send.ts";
import { type CasePage, tell } from "../case/sending.ts";
import { withNote } from "../case/with-note.ts";
import { withStepUp } from "../session/step-up.ts";
import { type Choice, reasonForm } from "../transfer/transfer-reason.ts";
import { ask } from "../ui/ask.ts";

/** What is said with a note: hold until "" lifts it. */
type Said = { readonly hold: { readonly owner: string; readonly until: string } } | { readonly deletion: "ask" | "withdraw" };

let shownFor = ""; // the forms stay, with what was typed, while what can be done stays the same

/** Shows what can be done about the deletion of a case. waits: nothing, until the page is unlocked. */
export function showRetention(page: CasePage, waits: boolean): void {
  const { data } = page.current();
  const possible = !waits && maySeal(page.current(), "note");
  const now = possible ? JSON.stringify([data.retention, data.colleagues]) : "";
  if (now === shownFor) return;
  shownFor = now;
  find("#retention-forms").replaceChildren(...(possible ? [holdForm(page), liftForm(page), ...early(page)].filter((part) => part !== undefined) : []));
}

function fold(title: string, ...inside: HTMLElement[]): HTMLElement {
  return h("details", {}, h("summary", {}, title), ...inside);
}

async function sayWithNote(page: CasePage, why: string, said: Said, done: string): Promise<void> {
  const data = await withNote(page, why, (note, { data: { form: token } }) => {
    const form = { token };
    return persistently(form, () => postAtDesk<DeskCase>(`cases/${page.id}/messages`, { form: form.token, from: "note", kind: "", ...note, files: [], move: null, ...said }), new AbortController().signal, () => undefined);
  });
  await page.show(data);
  page.say(done);
}

function holdForm(page: CasePage): HTMLElement {
  const { data } = page.current();
  const { hold } = data.retention;
  const owner = h("select", { id: "hold-owner" }, ...data.colleagues.map((id) => h("option", { value: id }, visible(data.handlers[id] ?? ""))));
  owner.value = hold?.reads ? hold.owner : page.me;
  const until = h("input", { id: "hold-until", type: "date" });
  until.value = hold?.until ?? "";
  const choices: Choice[] = [
    { select: owner, label: t("retention.hold.owner") },
    { select: until, label: t("retention.hold.until"), hint: t("retention.hold.until-hint"), wrong: () => (until.value > page.current().data.on ? "" : t("retention.hold.until-wrong")) },
  ];
  const title = t(hold ? "retention.hold.renew" : "retention.hold.title");
  const set = (why: string) => sayWithNote(page, why, { hold: { owner: owner.value, until: until.value } }, t("retention.hold.done"));
  return fold(title, reasonForm("set-hold", page, title, set, ...choices));
}

function liftForm(page: CasePage): HTMLElement | undefined {
  if (!page.current().data.retention.hold) return undefined;
  const lift = (why: string) => sayWithNote(page, why, { hold: { owner: "", until: "" } }, t("retention.hold.lifted"));
  return fold(t("retention.hold.lift"), reasonForm("lift-hold", page, t("retention.hold.lift"), lift));
}

function early(page: CasePage): HTMLElement[] {
  const { deletion, may_ask: mayAsk } = page.current().data.retention;
  if (!deletion) {
    const want = (why: string) => sayWithNote(page, why, { deletion: "ask" }, t("retention.early.asked"));
    return mayAsk ? [fold(t("retention.early.title"), h("p", {}, t("retention.early.text")), reasonForm("ask-deletion", page, t("retention.early.ask"), want))] : [];
  }
  const withdraw = (why: string) => sayWithNote(page, why, { deletion: "withdraw" }, t("retention.early.withdrawn"));
  const first = deletion.by === page.me ? h("p", { class: "hint" }, t("retention.early.own")) : confirmation(page);
  return [first, fold(t("retention.early.withdraw"), reasonForm("withdraw-deletion", page, t("retention.early.withdraw"), withdraw))];
}

function confirmation(page: CasePage): HTMLElement {
  const go = button(t("retention.early.confirm"), "button second", () => void remove(page, go));
  go.id = "confirm-deletion";
  return h("div", { class: "tools" }, go);
}

async function remove(page: CasePage, go: HTMLButtonElement): Promise<void> {
  if (!(await ask(t("retention.early.question"), t("retention.early.yes"), t("retention.early.means")))) return;
  go.disabled = true;
  try {
    if (!(await withStepUp(() => postAtDesk(`cases/${page.id}/deletion`, {}).then(() => undefined)))) throw new GivenUp();
    location.replace("../cases?tab=going&deleted=yes");
  } catch (error) {
    go.disabled = false;
    await page.reload().catch(() => undefined);
    tell(find("#retention"), page, error);
  }
}
