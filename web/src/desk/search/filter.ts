// The labels that a search can be narrowed to: a button each, pressed or not.
import { find, h } from "../../lib/dom.ts";
import { marked, number } from "../../lib/texts.ts";

const most = 60; // labels that are offered

export class LabelFilter {
  private readonly place = find("#of-labels");
  private readonly buttons = new Map<string, HTMLButtonElement>();
  private readonly pressed = new Set<string>();

  /** changed is called when a label was chosen or not any more. */
  constructor(private readonly changed: () => void) {}

  get chosen(): string[] {
    return [...this.pressed];
  }

  clear(): void {
    this.pressed.clear();
    this.buttons.clear();
    this.offer([]);
  }

  /** Offers labels with the number of their cases. A button stays the same while it is there, and keeps the focus. */
  offer(labels: readonly (readonly [label: string, cases: number])[]): void {
    const offered = labels.filter(([label], i) => i < most || this.pressed.has(label));
    const wanted = offered.map(([label, cases]) => {
      const b = this.buttons.get(label) ?? this.make(label);
      const count = number(cases);
      if (b.lastChild!.textContent !== count) b.lastChild!.textContent = count;
      return b;
    });
    this.place.closest<HTMLElement>("fieldset")!.hidden = wanted.length === 0;
    const now = [...this.place.children].map((item) => item.firstElementChild);
    if (now.length === wanted.length && wanted.every((b, i) => b === now[i])) return;
    const focused = this.place.contains(document.activeElement) ? (document.activeElement as HTMLElement) : undefined;
    this.place.replaceChildren(...wanted.map((b) => h("li", {}, b)));
    focused?.focus({ preventScroll: true });
  }

  private make(label: string): HTMLButtonElement {
    const b = h("button", { type: "button", class: "chip", "aria-pressed": "false", dir: "auto" }, marked(label), " ", h("span", { class: "count" }, ""));
    b.addEventListener("click", () => {
      if (!this.pressed.delete(label)) this.pressed.add(label);
      b.setAttribute("aria-pressed", String(this.pressed.has(label)));
      this.changed();
    });
    this.buttons.set(label, b);
    return b;
  }
}
