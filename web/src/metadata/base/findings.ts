const order = [
  "place", "camera", "author", "time", "software", "organisation", "thumbnail", "comment", "other",
] as const;

/** What a file says of who made it, where, when and with what. */
export type Finding = (typeof order)[number];

export type Findings = Set<Finding>;

/** Findings in their order. */
export function sorted(found: Findings): Finding[] {
  return order.filter((f) => found.has(f));
}

/** Whether a binary string has more than spaces and NULs. */
export function hasText(s: string): boolean {
  return /[^\0\s]/.test(s);
}
