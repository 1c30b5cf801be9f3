// A form while it works: it cannot be sent twice, and says how far it is.
import { h } from "../../lib/dom.ts";

/** Told how far the work is, from 0 to 1. */
export type OnProgress = (done: number) => void;

const working = new WeakSet<HTMLElement>();

/** Does work for a form, with a line and a bar at its end. Nothing is done while it works already. */
export async function withProgress(form: HTMLElement, text: string, work: (progress: OnProgress) => Promise<void>): Promise<void> {
  if (working.has(form)) return;
  working.add(form);
  const bar = h("progress", { max: "1", "aria-label": text });
  const line = h("div", { class: "working" }, h("p", { role: "status" }), bar);
  form.append(line);
  line.firstElementChild!.textContent = text; // a status is spoken when it changes
  form.setAttribute("aria-busy", "true");
  try {
    await work((done) => (bar.value = done));
  } finally {
    line.remove();
    form.removeAttribute("aria-busy");
    working.delete(form);
  }
}
