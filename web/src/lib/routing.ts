// Which desk reads a report. The rules are the server's; they are evaluated here,
// so that the answers they ask for need not leave the browser.

/** Stands in forms for the organisation itself, in the place of one of its entities. */
export const wholeOrganization = "main";

/** The answers, by field, that stand in the form when nobody chose any. */
export const unanswered: Readonly<Record<string, string>> = { kind: "report", entity: wholeOrganization, category: "unsure", identity: "anonymous" };

/** A queue, and by field the answers that it reads reports with: "" is none, and a field that is not named does not matter. */
export type Rule = { readonly queue: string } & Readonly<Record<string, string | readonly string[]>>;

/** The queue of the first rule that fits the answers; "" if none does. */
export function queueFor(rules: readonly Rule[], answers: Readonly<Record<string, string>>): string {
  const fits = ({ queue: _, ...conditions }: Rule) => Object.entries(conditions).every(([field, wanted]) => wanted.includes(answers[field] || (unanswered[field] ?? "")));
  return rules.find(fits)?.queue ?? "";
}
