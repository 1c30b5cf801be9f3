// What a case is classified as, as values: proposed from the report, compared, and
// put together where two handlers changed it at once. Pure rules.
import { type Classification, limits, unclassified } from "../../crypto/classification.ts";
import type { CaseKind } from "../case/case.ts";
import type { DecryptedCase } from "../case/decrypted-case.ts";
import { kindOf, saysRetaliation } from "../case/triage.ts";

/** What a handler confirms: the classification, which is sealed, and the kind of the case. */
export interface Values extends Classification {
  readonly kind: CaseKind;
}

export type Field = keyof Values;

/** What follows from a code, by the lists of the page (store/casework/classification.go). */
export interface Rules {
  readonly severityOf: (area: string) => number;
  readonly flagsOf: (area: string, relationship: string) => readonly string[];
}

/** The answers of a report that a classification is made from, by its fields; "" where nothing was said, or it is sealed. */
export type Said = Readonly<Record<"kind" | "areas" | "subject" | "relationship" | "country" | "site" | "place" | "language" | "identity", string>>;

/** The flag that a yes of the reporter proposes. */
export const alleged = "retaliation-alleged";

const worst = 4; // where somebody is in danger

/** What the reporter said: of several messages with answers the last one counts. The server knows category and entity even where nothing opens. */
export function saidIn({ data, entries, identity, language = "" }: DecryptedCase): Said {
  const written = entries.filter(({ row }) => row.from === "report" || row.from === "reporter");
  const answer = (field: string) => written.map(({ message }) => message?.fields?.[field]).filter(Boolean).at(-1) ?? "";
  const category = answer("category") || data.case.category;
  return {
    kind: answer("kind"),
    areas: category === "unsure" ? "" : code(category),
    subject: code(answer("subject")),
    relationship: code(answer("relationship")),
    country: matching(answer("country"), /^[A-Z]{2}$/),
    site: code(answer("entity") === "main" ? "" : answer("entity") || data.case.entity),
    place: tidyText(answer("where"), limits.place),
    language: code(language),
    identity: code(answer("identity") || (identity && written[0]?.message ? "anonymous" : "")),
  };
}

/** What is filled in until a handler says otherwise. */
export function proposalOf(opened: DecryptedCase, rules: Rules): Values {
  const { areas: area, kind: _, ...said } = saidIn(opened);
  const severity = area === "" ? 0 : rules.severityOf(area);
  return {
    ...unclassified,
    ...said,
    kind: kindOf(opened),
    areas: area === "" ? [] : [area],
    severity: opened.data.case.danger === "" ? severity : worst,
    flags: [...new Set([...rules.flagsOf(area, said.relationship), ...(opened.entries.some(saysRetaliation) ? [alleged] : [])])],
  };
}

/** Reports whether it says what every classification must: a main area and a severity. */
export const complete = ({ areas, severity }: Values): boolean => areas.length > 0 && severity > 0;

/** Words on one line, without characters that nobody sees, cut to so many. */
export const tidyText = (text: string, most: number): string =>
  [...text.normalize("NFC").replace(/\p{Cs}/gu, "").replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim()].slice(0, most).join("").trim();

/** A whole number as somebody typed it, with or without separators of thousands; 0 where there is nothing, NaN where it is none. */
export function amountOf(typed: string): number {
  const figures = typed.normalize("NFKC").trim();
  if (figures === "") return 0;
  return /^(\d+|\d{1,3}([.,'’\s]\d{3})+)$/u.test(figures) ? Number(figures.replace(/\D/gu, "")) : NaN;
}

const code = (value: string): string => (value.length <= limits.code ? matching(value, /^[a-z0-9-]+$/) : "");
const matching = (value: string, shape: RegExp): string => (shape.test(value) ? value : "");

const fields = ["kind", ...Object.keys(unclassified)] as readonly Field[];
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The fields in which two differ. */
export const differences = (a: Values, b: Values): Field[] => fields.filter((field) => !same(a[field], b[field]));

/** Both changes of what somebody saw before, and the fields that both changed, each to something else: there mine stands. */
export interface Merged {
  readonly values: Values;
  readonly clashes: readonly Field[];
}

/** Puts my changes and a colleague's together. Flags are put together one by one. */
export function merge(seen: Values, mine: Values, theirs: Values): Merged {
  const values: Record<string, unknown> = { ...theirs };
  const clashes: Field[] = [];
  for (const field of differences(seen, mine)) {
    values[field] = field === "flags" ? flagsOfBoth(seen, mine, theirs) : mine[field];
    if (field !== "flags" && !same(seen[field], theirs[field]) && !same(mine[field], theirs[field])) clashes.push(field);
  }
  return { values: values as unknown as Values, clashes };
}

const flagsOfBoth = (seen: Values, mine: Values, theirs: Values): string[] => [
  ...theirs.flags.filter((flag) => mine.flags.includes(flag) || !seen.flags.includes(flag)),
  ...mine.flags.filter((flag) => !seen.flags.includes(flag) && !theirs.flags.includes(flag)),
];
