// Taking a case out of this system, opened. A warning stands before it: outside,
// nothing here protects it any more.
import { button, find, h } from "../../lib/dom.ts";
import { t, visible } from "../../lib/texts.ts";
import { type DecryptedCase, maySeal } from "../case/decrypted-case.ts";
import { labelsShown } from "../case/labels.ts";
import { fetchWith, whole } from "../case/paging.ts";
import type { CasePage } from "../case/sending.ts";
import { onLock } from "../session/session.ts";
import { stepUp } from "../session/step-up.ts";
import { once } from "../ui/form.ts";
import { dossierOf, passagesOf } from "./dossier.ts";
import { openMasking } from "./mask.ts";
import { tooLong } from "./mask-text.ts";
import { exportFor, exportTrouble, reasonField } from "./record.ts";

/** Installs the ways to export a case: opened, and sealed as it is stored. taken is called when it leaves sealed. */
export function installExport(page: CasePage, taken: () => void): void {
  const sealed = document.querySelector<HTMLFormElement>("form#sealed-export");
  sealed?.addEventListener("submit", (event) => {
    event.preventDefault();
    void takeSealed(page, sealed, taken);
  });
  find("#export-opened").addEventListener("click", () => showDialog(page));
  find("#export-masked").addEventListener("click", () => void masked(page));
  onLock(() => {
    for (const dialog of document.querySelectorAll("dialog.export, dialog.masking")) dialog.remove(); // whatever stands in them was opened
    find("#exports").hidden = true;
  });
}

/** Shows the ways where the case is open. */
export function showExport(opened: DecryptedCase): void {
  find("#exports").hidden = !opened.identity || !maySeal(opened, "note");
}

// The server asks for password or passkey; a dialog does so before, so that the page stays.
async function takeSealed(page: CasePage, form: HTMLFormElement, taken: () => void): Promise<void> {
  try {
    if (!(await stepUp())) return;
    form.submit();
    taken();
  } catch (error) {
    page.say(exportTrouble(error));
  }
}

async function masked(page: CasePage): Promise<void> {
  say("");
  if (!(await whole(page, find("#exports")))) return;
  const dossier = dossierOf(page.current(), labelsShown());
  if (tooLong(passagesOf(dossier))) say(t("mask.too-long"));
  else if (await openMasking(page, dossier)) say(t("export.done"));
}

const say = (text: string): void => void (find("#export-said").textContent = text);

function showDialog(page: CasePage): void {
  say("");
  const reason = reasonField("export-reason");
  const dialog = h("dialog", { class: "question export", "aria-labelledby": "export-title" });
  const close = () => dialog.close();
  const form = h(
    "form",
    { autocomplete: "off", novalidate: true },
    reason.field,
    h("div", { class: "tools" }, h("button", { type: "submit", class: "button" }, t("export.opened.send")), button(t("case.cancel"), "button second", close)),
  );
  dialog.append(
    h("h2", { id: "export-title" }, t("export.opened.title")),
    h("p", { class: "warning" }, t("export.warning")),
    h("p", {}, t("export.opened.text")),
    h("p", { class: "hint" }, t("export.recorded")),
    form,
  );
  once(form, async () => {
    const saved = await exportFor(page, form, reason, async (progress) => {
      await fetchWith(page, () => false, progress);
      const dossier = dossierOf(page.current(), labelsShown());
      const files = dossier.entries.flatMap(({ files }) => files).filter(({ held }) => held);
      return { kind: "opened", dossier, files, words: ({ text }) => visible(text), name: `case-${page.id.slice(0, 8)}.zip` };
    });
    if (!saved) return;
    close();
    say(t("export.done"));
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  reason.area.focus();
}
