// Selecting rows of the list: a box in each row, one for all of them, and with shift
// everything between two.
import { find } from "../../lib/dom.ts";
import { n } from "../../lib/texts.ts";
import { caseOf, rowsShown } from "./rows.ts";

const boxOf = (row: HTMLElement) => find<HTMLInputElement>("td.pick input", row);
const all = () => document.querySelector<HTMLInputElement>("#select-all");

let last: HTMLElement | undefined; // that was selected or unselected

/** The selected rows. */
export const selected = (): HTMLElement[] => rowsShown().filter((row) => boxOf(row).checked);

/** Selects a row, or does no longer. */
export function select(row: HTMLElement, on: boolean): void {
  boxOf(row).checked = on;
  row.classList.toggle("picked", on);
}

/** Selects all rows, or none. */
export function selectAll(on: boolean): void {
  for (const row of rowsShown()) select(row, on);
  showSelection();
}

/** Selects the rows of some cases, and no others. */
export function selectOnly(ids: readonly string[]): void {
  for (const row of rowsShown()) select(row, ids.includes(caseOf(row)));
  showSelection();
}

/** Selects the row that has the focus, or does no longer. */
export function toggleFocused(): boolean {
  const row = focusedRow();
  if (!row) return false;
  select(row, !boxOf(row).checked);
  last = row;
  showSelection();
  return true;
}

/** The row that has the focus, or in which something has. */
export const focusedRow = (): HTMLElement | undefined => rowsShown().find((row) => row.contains(document.activeElement));

/** Installs the boxes of the rows that the page shows now. */
export function installBoxes(): void {
  last = undefined;
  for (const row of rowsShown()) {
    const box = boxOf(row);
    box.hidden = false;
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) between(last, row).forEach((one) => select(one, box.checked));
      select(row, box.checked);
      last = row;
      showSelection();
    });
  }
  const every = all();
  if (every) {
    every.hidden = false;
    every.addEventListener("change", () => selectAll(every.checked));
  }
  showSelection();
}

function between(one: HTMLElement, other: HTMLElement): HTMLElement[] {
  const rows = rowsShown();
  const ends = [rows.indexOf(one), rows.indexOf(other)].sort((a, b) => a - b);
  return rows.slice(ends[0], ends[1]! + 1);
}

/** Shows how many are selected, and what can be done with them. */
export function showSelection(): void {
  const count = selected().length;
  const every = all();
  if (every) {
    every.checked = count > 0 && count === rowsShown().length;
    every.indeterminate = count > 0 && !every.checked;
  }
  find("#several").hidden = count === 0;
  const said = count > 0 ? n("list.selected", count) : "";
  if (find("#selected-count").textContent !== said) find("#selected-count").textContent = said;
}
