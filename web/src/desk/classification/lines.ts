// A classification in words, a line for each thing that is stated. What the reporter
// chose stands beside it where it is something else.
import { h } from "../../lib/dom.ts";
import { marked, number, t } from "../../lib/texts.ts";
import type { Field, Said, Values } from "./values.ts";
import { labelOf, wordsOf } from "./vocabulary.ts";

/** The fields in the order of the page. */
const order: readonly Field[] = [
  ...(["kind", "areas", "severity", "flags", "subject", "relationship", "country", "site", "place", "language", "identity"] as const),
  ...(["cause", "remedy", "agreed", "discrimination", "dismissals", "contracts", "damage", "recovered"] as const),
];

/** A field of it in words, "" where nothing is stated. */
export function inWords(values: Values, field: Field): string {
  switch (field) {
    case "areas":
    case "flags":
      return values[field].map((code) => wordsOf(field, code)).join(" · ");
    case "damage":
    case "recovered":
      return values[field] === 0 ? "" : `${number(values[field])} ${values.currency}`;
    case "dismissals":
    case "contracts":
      return values[field] === 0 ? "" : number(values[field]);
    case "allegations":
      return values.allegations.map(({ text }) => text).join(" · ");
    case "place":
    case "currency":
      return values[field];
    default:
      return wordsOf(field, values[field]);
  }
}

/** What the reporter said to a field, where the classification says something else. */
function otherwise(values: Values, field: Field, said: Said): string {
  if (!(field in said)) return "";
  const theirs = said[field as keyof Said];
  const ours = field === "areas" ? (values.areas[0] ?? "") : values[field];
  return theirs === "" || ours === theirs ? "" : wordsOf(field, theirs);
}

/** Makes the lines. */
export function linesOf(values: Values, said: Said): HTMLElement[] {
  const lines: HTMLElement[] = [];
  for (const field of order) {
    const words = inWords(values, field);
    const other = otherwise(values, field, said);
    if (words === "" && other === "") continue;
    const now = h("dd", { "data-field": field, dir: "auto" }, marked(words || t("classification.unstated")));
    if (other) now.append(" ", h("span", { class: "said-otherwise reported" }, marked(t("classification.said", { Value: other }))));
    lines.push(h("div", {}, h("dt", {}, labelOf(field)), now));
  }
  values.allegations.forEach(({ text, area, outcome }, i) => {
    const about = [area && wordsOf("areas", area), outcome ? wordsOf("outcome", outcome) : t("classification.open")].filter((words) => words !== "").join(" · ");
    lines.push(h("div", {}, h("dt", {}, t("classification.allegation", { Number: number(i + 1) })), h("dd", { "data-field": "allegation", dir: "auto" }, marked(text), " ", h("span", { class: "said-otherwise" }, about))));
  });
  return lines;
}
