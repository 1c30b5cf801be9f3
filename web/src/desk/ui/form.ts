// What forms have in common.
import { showChosen } from "../../lib/chosen.ts";
import { h } from "../../lib/dom.ts";

/** Does something when a form is submitted, and nothing twice at a time. */
export function once(form: HTMLFormElement, act: () => Promise<void>): void {
  let busy = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    void act().finally(() => (busy = false));
  });
}

/** Shows what can be chosen now. What was chosen stays so where it can. */
export function offer(select: HTMLSelectElement, first: string, options: readonly { readonly value: string; readonly text: string }[]): void {
  const { value } = select;
  select.replaceChildren(h("option", { value: "" }, first), ...options.map((o) => h("option", { value: o.value }, o.text)));
  if (options.some((o) => o.value === value)) select.value = value;
  showChosen(select);
}
