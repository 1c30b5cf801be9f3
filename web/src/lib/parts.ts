// Lists that the server hands out in parts.

/** A part of a list. */
export interface Part<T> {
  readonly items: readonly T[];
  readonly next: string; // after which item the following part begins, "" this was the last
}

/**
 * Follows a list from its first part to its last, beginning after an item. It ends
 * as well where a part brings nothing new: a server that always answers the same is
 * asked twice, and not without end.
 */
export async function* inParts<T extends { readonly case: string }>(ask: (after: string) => Promise<Part<T>>, after = ""): AsyncGenerator<Part<T>, void> {
  const seen = new Set<string>();
  for (let next = after, last = false; !last; last = next === "") {
    const part = await ask(next);
    const items = part.items.filter((one) => !seen.has(one.case));
    if (items.length === 0) return;
    for (const one of items) seen.add(one.case);
    next = part.next;
    yield { items, next };
  }
}
