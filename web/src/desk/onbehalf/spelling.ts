// A receipt as it is read aloud: group by group, each letter with a word that
// begins with it.
import { h } from "../../lib/dom.ts";
import { t } from "../../lib/texts.ts";

// "A Alfa, B Bravo, …" as a text of the catalogs has it.
function words(): Map<string, string> {
  const pairs = t("behalf.aloud.words").split(/[,、，]\s*/).map((pair) => pair.trim());
  return new Map(pairs.map((pair) => [pair[0] ?? "", pair.slice(1).trim()]));
}

/** One item for each group of a receipt. */
export function spelled(code: string): HTMLElement[] {
  const word = words();
  const sound = (c: string) => (word.has(c) ? t("behalf.aloud.letter", { Letter: c, Word: word.get(c)! }) : t("behalf.aloud.digit", { Digit: c }));
  return code.split("-").map((group) => {
    const characters = [...group].map((c) => h("li", {}, h("span", { class: "mono", "aria-hidden": "true" }, c), h("span", {}, sound(c))));
    return h("li", {}, h("span", { class: "mono group", translate: "no" }, group), h("ul", { class: "spelled" }, ...characters));
  });
}
