// The passages of a case, each in a field in which nothing can be written: there a
// piece can be selected with the mouse, with the fingers, and with the keyboard
// alone. A field that is readonly has no caret in some browsers, so that it is kept
// as it is in another way.
import { h } from "../../lib/dom.ts";
import type { Masking, Passage, Shown } from "./mask-text.ts";

const mostRows = 40; // lines of a field; a longer text is scrolled

export class Areas {
  private readonly areas = new Map<HTMLTextAreaElement, Passage>();
  private readonly now = new Map<HTMLTextAreaElement, Shown>();
  private last: HTMLTextAreaElement | undefined; // in which something was selected

  /** wanted is called where a key asks for blacking out. */
  constructor(
    private readonly masking: Masking,
    private readonly wanted: () => void,
  ) {}

  /** Fields for passages, each with its label. */
  rows(passages: readonly Passage[]): HTMLElement[] {
    return passages.map((passage) => {
      const id = `passage-${passage.key}`;
      const area = h("textarea", { id, "aria-readonly": "true", inputmode: "none", autocomplete: "off", spellcheck: "false", writingsuggestions: "false", rows: "1", dir: "auto", ...(passage.language ? { lang: passage.language } : {}) });
      area.addEventListener("select", () => (this.last = area));
      area.addEventListener("focus", () => (this.last = area));
      area.addEventListener("beforeinput", (event) => event.preventDefault());
      area.addEventListener("input", () => (area.value = this.now.get(area)?.text ?? "")); // some input cannot be prevented
      area.addEventListener("keydown", (event) => {
        if (event.key !== "Delete" && event.key !== "Backspace") return;
        event.preventDefault();
        this.wanted();
      });
      this.areas.set(area, passage);
      return h("div", { class: "passage" }, h("label", { for: id }, passage.label), area);
    });
  }

  /** Shows every passage as it is exported now. */
  show(): void {
    for (const [area, passage] of this.areas) {
      const fresh = this.masking.shown(passage);
      if (this.now.get(area)?.text === fresh.text && area.value === fresh.text) continue;
      this.now.set(area, fresh);
      area.value = fresh.text;
    }
    this.fit();
  }

  /** Blacks out what is selected; returns false where nothing is. */
  blackOut(): boolean {
    const area = this.last;
    const passage = area && this.areas.get(area);
    const shown = area && this.now.get(area);
    if (!area || !passage || !shown || area.selectionEnd <= area.selectionStart) return false;
    const start = area.selectionStart;
    const range = [shown.from[start]!, shown.to[area.selectionEnd - 1]!] as const;
    const changed = this.masking.piece(passage.key, range);
    queueMicrotask(() => area.setSelectionRange(start, start)); // after it is shown, where the handler was
    return changed;
  }

  /** Gives every field as many lines as its text has. */
  readonly fit = (): void => {
    const areas = [...this.areas.keys()];
    for (const area of areas) area.rows = 1;
    const heights = areas.map((area) => {
      const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(area);
      return Math.ceil((area.scrollHeight - parseFloat(paddingTop) - parseFloat(paddingBottom)) / parseFloat(lineHeight) - 0.1);
    });
    areas.forEach((area, i) => (area.rows = Math.min(mostRows, Math.max(1, heights[i] ?? 1))));
  };
}
