// A copy for people outside, with names and passages blacked out. What the handler
// sees here is what stands in the file: texts are replaced, and the case itself
// stays as it is.
import { button, h } from "../../lib/dom.ts";
import { n, t, visible } from "../../lib/texts.ts";
import type { CasePage } from "../case/sending.ts";
import { ask } from "../ui/ask.ts";
import { once } from "../ui/form.ts";
import { type Dossier, type DossierEntry, type DossierFile, passagesOf, passagesOfEntry } from "./dossier.ts";
import { Areas } from "./mask-areas.ts";
import { Masking } from "./mask-text.ts";
import { exportFor, reasonField } from "./record.ts";

/** Opens the dialog; returns whether a copy was saved. */
export function openMasking(page: CasePage, dossier: Dossier): Promise<boolean> {
  return new Promise((resolve) => {
    const view = new View(page, dossier, resolve);
    view.open();
  });
}

class View {
  private readonly masking: Masking;
  private readonly areas: Areas;
  private readonly along = new Set<DossierFile>();
  private readonly said = h("p", { class: "said", role: "status" });
  private readonly words = h("ul", { class: "labels", "aria-label": t("mask.words") });
  private readonly undo: HTMLButtonElement;
  private readonly dialog = h("dialog", { class: "masking", "aria-labelledby": "masking-title" });
  private saved = false;

  constructor(
    private readonly page: CasePage,
    private readonly dossier: Dossier,
    private readonly done: (saved: boolean) => void,
  ) {
    this.masking = new Masking(passagesOf(dossier));
    this.areas = new Areas(this.masking, () => this.pieces());
    this.undo = button(t("mask.undo"), "button second", () => {
      this.masking.undo();
      this.changed();
    });
  }

  open(): void {
    const { dialog } = this;
    dialog.append(
      h("h2", { id: "masking-title", tabindex: "-1" }, t("mask.title")),
      h("p", {}, t("mask.text")),
      h("p", { class: "hint" }, t("mask.how")),
      ...this.tools(),
      h("section", { class: "passages" }, h("h3", {}, t("case.facts")), ...this.areas.rows([this.dossier.id, ...this.dossier.facts])),
      ...this.dossier.entries.map((entry) => this.entry(entry)),
      this.sending(),
    );
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      void this.leave();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      this.done(this.saved);
    });
    document.body.append(dialog);
    dialog.showModal();
    this.changed();
    dialog.querySelector<HTMLElement>("h2")!.focus();
    addEventListener("resize", this.areas.fit);
    dialog.addEventListener("close", () => removeEventListener("resize", this.areas.fit));
  }

  private tools(): HTMLElement[] {
    const word = h("input", { type: "text", id: "mask-word", autocomplete: "off", spellcheck: "false", writingsuggestions: "false", dir: "auto" });
    const form = h(
      "form",
      { class: "row", autocomplete: "off", novalidate: true },
      h("div", { class: "field" }, h("label", { for: "mask-word" }, t("mask.word")), word),
      h("button", { type: "submit", class: "button second" }, t("mask.everywhere")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const places = this.masking.word(word.value);
      if (places === 0) {
        this.say(t("mask.nowhere"));
        return;
      }
      word.value = "";
      this.changed();
    });
    const piece = button(t("mask.piece"), "button second", () => this.pieces());
    return [h("div", { class: "mask-words" }, form, this.words), h("div", { class: "mask-tools" }, h("div", { class: "tools" }, piece, this.undo), this.said)];
  }

  private entry(entry: DossierEntry): HTMLElement {
    const passages = passagesOfEntry(entry);
    const whole = button(t("mask.whole"), "plain", () => {
      this.masking.whole(passages.map(({ key }) => key));
      this.changed();
    });
    const fault = entry.fault ? [h("p", { class: "hint" }, entry.fault)] : [];
    return h("section", { class: `passages ${entry.kind}` }, h("div", { class: "tools" }, h("h3", {}, t(`mask.entry.${entry.kind}`)), whole), ...this.areas.rows(passages), ...fault, ...entry.files.map((file) => this.file(file)));
  }

  private file(file: DossierFile): HTMLElement {
    if (!file.held) return h("p", { class: "hint" }, t("case.file.missing"));
    const id = `mask-file-${file.name.key}`;
    const box = h("input", { type: "checkbox", id, "aria-describedby": `${id}-means` });
    box.addEventListener("change", () => (box.checked ? this.along.add(file) : this.along.delete(file)));
    return h("div", { class: "choice" }, box, h("label", { for: id }, t("mask.file", { Name: visible(file.name.text) })), h("p", { class: "hint", id: `${id}-means` }, t("mask.file-means")));
  }

  private sending(): HTMLElement {
    const reason = reasonField("mask-reason");
    const cancel = button(t("case.cancel"), "button second", () => this.leave());
    const form = h("form", { class: "sends", autocomplete: "off", novalidate: true }, h("p", { class: "warning" }, t("mask.warning")), reason.field, h("p", { class: "hint" }, t("export.recorded")), h("div", { class: "tools" }, h("button", { type: "submit", class: "button" }, t("mask.send")), cancel));
    once(form, async () => {
      if (!this.masking.any && !(await ask(t("mask.nothing-question"), t("mask.send"), t("mask.nothing-text")))) return;
      this.saved = await exportFor(this.page, form, reason, () => this.wanted());
      if (this.saved) this.dialog.close();
    });
    return form;
  }

  private wanted() {
    const { masking, dossier, page } = this;
    const short = page.id.slice(0, 8);
    const named = masking.shown(dossier.id).text.includes(short); // its number may be blacked out, too
    const words = (passage: Parameters<Masking["shown"]>[0]) => masking.shown(passage).text;
    return { kind: "masked" as const, dossier, files: [...this.along], words, name: named ? `case-${short}-masked.zip` : "case-masked.zip" };
  }

  private pieces(): void {
    if (this.areas.blackOut()) this.changed();
    else this.say(t("mask.select-first"));
  }

  // What a person sees follows the steps, and a count says that something happened.
  private changed(): void {
    this.areas.show();
    this.undo.disabled = !this.masking.any;
    this.words.replaceChildren(...this.masking.words().map(([word]) => h("li", {}, this.wordChip(word))));
    this.words.hidden = this.words.children.length === 0;
    this.say(this.masking.any ? n("mask.pieces", this.masking.pieces) : "");
  }

  private wordChip(word: string): HTMLElement {
    const chip = h("button", { type: "button", class: "chip" }, h("bdi", {}, visible(word)), h("span", { class: "hidden" }, ` ${t("mask.word-remove")}`), h("span", { "aria-hidden": "true" }, " ×"));
    chip.addEventListener("click", () => {
      this.masking.without(word);
      this.changed();
      this.dialog.querySelector<HTMLElement>("#mask-word")!.focus();
    });
    return chip;
  }

  private say(text: string): void {
    this.said.textContent = text;
  }

  private async leave(): Promise<void> {
    if (this.masking.any && !(await ask(t("mask.leave-question"), t("mask.leave"), t("mask.leave-text")))) return;
    this.dialog.close();
  }
}
