// The organisation's own letters in a list of templates.
import { showChosen } from "../../lib/chosen.ts";
import { h } from "../../lib/dom.ts";
import { language, t, visible } from "../../lib/texts.ts";
import type { OwnLetter } from "./own.ts";

/** Offers these below what is built in. What was chosen stays so where it can. */
export function showOwn(select: HTMLSelectElement, letters: readonly OwnLetter[]): void {
  const chosen = select.value;
  select.querySelector("optgroup")?.remove();
  const options = letters.map(({ code, use, names }) => h("option", { value: code, "data-use": use }, visible(names[language()] ?? "")));
  if (options.length > 0) select.append(h("optgroup", { label: t("letter.own") }, ...options));
  select.value = chosen;
  if (select.selectedIndex < 0) select.selectedIndex = 0;
  showChosen(select);
}
