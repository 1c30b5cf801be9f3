// Properties in XML that may be written in several ways are looked for in its text.
import type { Finding, Findings } from "./findings.ts";

/** A pattern for each finding. */
export type Properties = [Finding, RegExp][];

/** What the filters put in place of people and times, and ids of Excel's threads. */
const neutral = "(?!Author \\d|1970-01-01T00:00:00|tc=\\{)";

/** A value of some text: of an attribute, or of an element, whose first text may stand in further elements. */
const value =
  `(?:\\s*=\\s*["']\\s*${neutral}[^"'\\s]|` +
  `(?:\\s[^<>]{0,500})?>\\s*(?:<[a-zA-Z][^<>]{0,500}>\\s*){0,9}${neutral}[^<\\s])`;

/** Makes patterns of names between spaces; one without a prefix stands for any prefix. */
export function properties(names: Partial<Record<Finding, string>>): Properties {
  return Object.entries(names).map(([finding, n]) => [finding as Finding, new RegExp(`[\\s<:](?:${n.replaceAll(" ", "|")})${value}`)]);
}

/** Adds the findings whose pattern fits somewhere. */
export function findProperties(list: Properties, text: string, found: Findings): void {
  for (const [finding, pattern] of list) {
    if (!found.has(finding) && pattern.test(text)) {
      found.add(finding);
    }
  }
}
