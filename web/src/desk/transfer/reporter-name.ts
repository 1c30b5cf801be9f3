// The reporter's name and how to reach them. They are sealed apart: who is
// designated in writing to know them gives a reason and proves themselves, and
// the audit log remembers it.
import { openBounded } from "../../crypto/bounded.ts";
import { fromBase64 } from "../../crypto/bytes.ts";
import { OpenError } from "../../crypto/seal.ts";
import { postAtDesk } from "../../lib/api.ts";
import { button, find, focusOn, h } from "../../lib/dom.ts";
import { marked, t } from "../../lib/texts.ts";
import { withStepUp } from "../session/step-up.ts";
import type { DeskCase } from "../case/case.ts";
import type { DecryptedCase } from "../case/decrypted-case.ts";
import { GivenUp } from "../case/send.ts";
import type { CasePage } from "../case/sending.ts";
import { reasonForm } from "./transfer-reason.ts";
import { withNote } from "../case/with-note.ts";

interface Opened {
  readonly name: string; // base64
  readonly case: DeskCase;
}

let form: HTMLFormElement | undefined;

/** Shows what is known of the name, and the way to open it where there is one. A name that is shown stays until it is hidden or the page locks. waits: nothing, until the page is unlocked. */
export function showName(page: CasePage, waits: boolean): void {
  const current = page.current();
  const { held, designated } = current.data.name;
  find("#reporter-name").hidden = !held || waits;
  if (!held || waits) return;
  form ??= makeForm(page);
  const means = meaning(current, designated);
  find("#name-means").textContent = means;
  form.hidden = means !== t("name.designated") || document.querySelector(".opened-name") !== null;
}

function meaning({ identity, entries }: DecryptedCase, designated: boolean): string {
  const report = entries.find(({ row }) => row.seq === 1)?.message;
  if (report && (report.fields?.["identity"] ?? "anonymous") === "anonymous") return t("name.anonymous"); // whoever chose nothing is anonymous
  if (!designated) return t("name.not-designated");
  return identity ? t("name.designated") : t("name.closed");
}

function makeForm(page: CasePage): HTMLFormElement {
  const made = reasonForm("open-name", page, t("name.open"), (why) => open(page, why, made));
  find("#name-open").append(made, h("div", { id: "opened-name" }));
  return made;
}

async function open(page: CasePage, why: string, form: HTMLFormElement): Promise<void> {
  let got: Opened | undefined;
  const proved = await withStepUp(async () => {
    got = await withNote(page, why, (note) => postAtDesk<Opened>(`cases/${page.id}/name`, note));
  });
  if (!proved || !got) throw new GivenUp();
  form.reset();
  const shown = await opened(page, got.name);
  await page.show(got.case);
  find("#opened-name").replaceChildren(shown);
  form.hidden = shown.matches(".opened-name");
  focusOn(shown);
}

// What does not open is said, and never shown as a name.
async function opened(page: CasePage, sealed: string): Promise<HTMLElement> {
  const { identity } = page.current();
  try {
    if (!identity) throw new OpenError();
    const { fields = {} } = await openBounded(fromBase64(sealed), identity, { case: page.id, seq: 1, from: "name" });
    const rows = [line(t("name.name"), fields["name"]), line(t("name.contact"), fields["contact"])];
    return h("div", { class: "opened-name", tabindex: "-1" }, h("dl", { class: "facts" }, ...rows), h("p", { class: "hint" }, t("name.careful")), hide());
  } catch {
    return h("p", { class: "error", tabindex: "-1" }, t("name.broken"));
  }
}

const line = (label: string, value = ""): HTMLElement => h("div", {}, h("dt", {}, label), h("dd", { dir: "auto" }, value ? marked(value) : t("name.none")));

const hide = (): HTMLElement =>
  button(t("name.hide"), "button second", () => {
    find("#opened-name").replaceChildren();
    if (form) form.hidden = false;
    focusOn(find("#reporter-name h2"));
  });
