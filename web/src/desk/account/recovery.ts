// The recovery file: made here, saved, and opened once as a proof that file and
// passphrase were kept.
import { OpenError } from "../../crypto/seal.ts";
import { button, h, saveAs } from "../../lib/dom.ts";
import { fileBox, sayChosen } from "../../lib/file-field.ts";
import { t } from "../../lib/texts.ts";
import { errorMessage } from "../session/error-messages.ts";
import { NoWorker, unwrap, wrap } from "../session/stretch.ts";
import { forRecovery, newPassphrase, readPassphrase } from "../session/wrapping.ts";
import { withProgress } from "../ui/with-progress.ts";

const fileName = "backup.age"; // says nothing of what it is for
const largest = 64 * 1024; // bytes; ours has a few hundred

/** Makes the part of a page with passphrase, file and check; checked is called when the file opened. */
export function recoveryPanel(identity: string, checked: () => void): HTMLElement {
  const passphrase = newPassphrase();
  const save = h("div", { class: "part" });
  const said = h("p", { role: "status" });
  let file: Promise<Uint8Array> | undefined; // sealed once: what was saved first stays good
  save.append(
    h("p", {}, t("account.recovery.passphrase")),
    h("p", { class: "passphrase", translate: "no" }, ...passphrase.split(/(?<=-)/).map((group) => h("span", {}, group))),
    h(
      "div",
      { class: "tools" },
      button(t("account.recovery.save"), "button second", () =>
        withProgress(save, t("account.recovery.sealing"), async () => {
          try {
            file ??= wrap(identity, passphrase, forRecovery);
            saveAs(new Blob([(await file) as Uint8Array<ArrayBuffer>], { type: "application/octet-stream" }), fileName);
            said.textContent = t("account.recovery.saved", { Name: fileName });
          } catch {
            file = undefined;
            said.textContent = errorMessage(new NoWorker());
          }
        }),
      ),
    ),
    said,
  );
  const check = openingForm(t("account.recovery.check"), (opened, say) => {
    if (opened !== identity) {
      say(t("account.recovery.other"));
      return;
    }
    say("");
    check.replaceChildren(h("p", { class: "notice", role: "status", tabindex: "-1" }, t("account.recovery.good")));
    (check.firstElementChild as HTMLElement).focus();
    checked();
  });
  return h("div", { class: "recovery" }, save, h("h3", {}, t("account.recovery.check-title")), h("p", {}, t("account.recovery.check-text")), check);
}

let panels = 0;

/** A form that opens a recovery file; opened gets its identity and a way to say what is wrong. */
export function openingForm(send: string, opened: (identity: string, say: (text: string) => void) => unknown): HTMLElement {
  const id = `recovery-${++panels}`;
  const file = h("input", { type: "file", id: `${id}-file`, accept: ".age" });
  const typed = h("input", { id: `${id}-words`, class: "mono", autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const wrong = h("p", { class: "error", role: "alert" });
  const panel = h(
    "div",
    { class: "part" },
    h("div", { class: "field" }, h("label", { for: file.id }, t("account.recovery.file")), fileBox(file, t("file.choose"))),
    h("div", { class: "field" }, h("label", { for: typed.id }, t("account.recovery.typed")), typed),
    wrong,
  );
  sayChosen(file);
  const open = async (): Promise<string> => {
    const chosen = file.files?.[0];
    if (!chosen || chosen.size > largest) throw new OpenError();
    return unwrap(new Uint8Array(await chosen.arrayBuffer()), readPassphrase(typed.value));
  };
  const say = (text: string) => {
    wrong.textContent = text;
    (text ? file : undefined)?.focus();
  };
  const attempt = () =>
    withProgress(panel, t("account.recovery.opening"), async () => {
      say("");
      if (!file.files?.[0] || !typed.value.trim()) {
        say(t("account.recovery.missing"));
        return;
      }
      try {
        await opened(await open(), say);
      } catch {
        say(t("account.recovery.unopened"));
      }
    });
  typed.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // the form around it goes on by its own button
    void attempt();
  });
  panel.append(h("div", { class: "tools" }, button(send, "button second", attempt)));
  return panel;
}
