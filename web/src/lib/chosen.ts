// The chosen answer of a list in full. Where a browser lets a closed list have
// several lines the stylesheet does that; elsewhere a long answer stands below it.
import { h } from "./dom.ts";

const wraps = CSS.supports("appearance", "base-select");
const shown = new WeakMap<HTMLSelectElement, () => void>();

/** Shows below a list what is chosen in it, whenever the list has no room for that. */
export function showChosen(select: HTMLSelectElement): void {
  if (wraps) return;
  if (!shown.has(select)) install(select);
  shown.get(select)!();
}

/** The same for all lists below an element. */
export const showAllChosen = (root: ParentNode): void => root.querySelectorAll("select").forEach(showChosen);

function install(select: HTMLSelectElement): void {
  const full = h("p", { class: "hint", "aria-hidden": "true" }); // the list itself is read aloud in full
  const line = h("span", { class: "hidden", "aria-hidden": "true" }); // as wide as the text is on one line
  select.parentElement?.querySelector(".full")?.remove(); // what does the same without scripts
  select.after(full, line);
  const show = () => {
    full.textContent = line.textContent = select.selectedOptions[0]?.text.trim() ?? "";
    const { paddingInlineStart, paddingInlineEnd, fontSize } = getComputedStyle(select);
    const arrow = 1.5 * parseFloat(fontSize);
    full.hidden = line.scrollWidth <= select.clientWidth - parseFloat(paddingInlineStart) - parseFloat(paddingInlineEnd) - arrow;
  };
  shown.set(select, show);
  select.addEventListener("change", show);
  new ResizeObserver(show).observe(select); // also when the part of the form is opened
}
