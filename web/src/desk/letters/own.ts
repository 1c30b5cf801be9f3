// The letters that the organisation wrote: in the place of those that are built in, and
// further ones. They come in every language and for every kind of case, so that nobody
// learns which of them is needed, and are kept until the page is loaded again.
import { postAtDesk } from "../../lib/api.ts";

/** LETTERS of docs/desk-api.md. */
export interface Letters {
  readonly texts: Readonly<Record<string, Readonly<Record<string, string>>>>; // by language and code
  readonly own: readonly OwnLetter[];
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>; // by language and field
  readonly queues: Readonly<Record<string, Readonly<Record<string, string>>>>; // by language and code
  readonly tell_channels: boolean; // the acknowledgement tells of the outside channels
}

/** A letter that is not built in. */
export interface OwnLetter {
  readonly code: string;
  readonly kind: "" | "report" | "consultation"; // of the cases that it is for, "" all
  readonly use: string;
  readonly names: Readonly<Record<string, string>>; // by language
}

const loading = new Map<string, Promise<Letters>>(); // by entity

/** The letters that hold for cases about an entity. */
export function lettersAt(entity: string): Promise<Letters> {
  const known = loading.get(entity);
  if (known) return known;
  const asked = postAtDesk<Letters>("letters", { entity });
  loading.set(entity, asked);
  asked.catch(() => loading.delete(entity)); // the next one tries again
  return asked;
}

/** Those of them that are not built in, for a use and a kind of case, and that there are in a language. */
export const further = ({ own, texts }: Letters, kind: string, written: string, uses: readonly string[]): OwnLetter[] =>
  own.filter((letter) => uses.includes(letter.use) && (letter.kind === "" || letter.kind === kind) && texts[written]?.[letter.code] !== undefined);
