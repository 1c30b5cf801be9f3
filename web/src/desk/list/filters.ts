// What a list is narrowed down by in the browser alone, and the filters that a handler
// saved: both are sealed to that handler, because they hold words of labels.
import { fromBase64, toBase64, toBytes, toText } from "../../crypto/bytes.ts";
import type { LabelSet } from "../../crypto/labelset.ts";
import type { Summary } from "../../crypto/message.ts";
import { filtersSize, padTo } from "../../crypto/padding.ts";
import { open, seal } from "../../crypto/seal.ts";
import { fold } from "../../lib/fold.ts";

/** What only a browser can compare; "" and 0 are anything. */
export interface SealedFilter {
  readonly label: string; // or a part of it
  readonly language: string;
  readonly severity: number;
}

export const anything: SealedFilter = { label: "", language: "", severity: 0 };

/** Reports whether it narrows nothing down. */
export const isAnything = ({ label, language, severity }: SealedFilter): boolean => label.trim() === "" && language === "" && severity === 0;

/** Reports whether a case fits. */
export const fits = (filter: SealedFilter, { language }: Summary, { labels, severity }: LabelSet): boolean =>
  (filter.language === "" || filter.language === language) &&
  (filter.severity === 0 || filter.severity === severity) &&
  (filter.label.trim() === "" || labels.some((label) => fold(label).includes(fold(filter.label.trim()))));

/** Filters under a name. */
export interface SavedFilter {
  readonly name: string;
  readonly query: string; // of the list, what the server filters by
  readonly sealed: SealedFilter;
}

/** How many a handler can save. */
export const mostSaved = 20;

/** They do not fit into the size that all saved filters have. */
export class TooMuch extends Error {}

const version = 1;

/** Seals saved filters to their handler. Throws TooMuch. */
export async function sealFilters(filters: readonly SavedFilter[], handlerID: string, recipient: string): Promise<string> {
  const json = toBytes(JSON.stringify({ v: version, handler: handlerID, filters }));
  if (json.length > filtersSize) throw new TooMuch();
  return toBase64(await seal(padTo(json, filtersSize), recipient));
}

/** Opens saved filters. Throws where they do not open, or are not this handler's. */
export async function openFilters(sealed: string, handlerID: string, identity: string): Promise<SavedFilter[]> {
  const { v, handler, filters } = JSON.parse(toText(await open(fromBase64(sealed), identity))) as { v: unknown; handler: unknown; filters: SavedFilter[] };
  if (v !== version || handler !== handlerID || !Array.isArray(filters) || !filters.every(sound)) throw new TypeError("no saved filters of this handler");
  return filters;
}

const sound = ({ name, query, sealed }: SavedFilter): boolean =>
  typeof name === "string" && typeof query === "string" && typeof sealed === "object" && typeof sealed.label === "string" && typeof sealed.language === "string" && typeof sealed.severity === "number";
