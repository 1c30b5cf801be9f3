// What the desk classified a case as: sealed to it, in one size, so that the server
// learns nothing of it. Statistics are summed from it in the browser.
import { toBytes, toText } from "./bytes.ts";
import { MisplacedError } from "./message.ts";
import { classificationSize, padTo } from "./padding.ts";
import { open, seal } from "./seal.ts";

/** What one can hold. Lengths are in characters. */
export const limits = { areas: 3, flags: 20, allegations: 10, code: 40, place: 80, claim: 120 } as const;

/** One thing that was alleged. */
export interface Allegation {
  readonly text: string;
  readonly area: string; // a category, ""
  readonly outcome: string; // "" while it is open
}

/** All but place and the texts of allegations are codes (store/casework/classification.go); "" and 0 are not stated. */
export interface Classification {
  readonly areas: readonly string[]; // categories, the main one first
  readonly subject: string;
  readonly relationship: string;
  readonly country: string; // ISO 3166-1
  readonly site: string; // code of an entity
  readonly place: string; // in words
  readonly language: string; // of the report
  readonly identity: string; // of the reporter, at receipt
  readonly severity: number; // 1 to 4
  readonly cause: string;
  readonly remedy: string;
  readonly agreed: string; // whether the person agreed with the remedy
  readonly flags: readonly string[];
  readonly discrimination: string; // status after GRI 406-1
  readonly dismissals: number;
  readonly contracts: number; // ended or not renewed
  readonly damage: number; // whole units of currency
  readonly recovered: number;
  readonly currency: string; // ISO 4217
  readonly allegations: readonly Allegation[];
}

/** Of a case of which nothing is known. */
export const unclassified: Classification = {
  ...{ areas: [], subject: "", relationship: "", country: "", site: "", place: "", language: "", identity: "", severity: 0, cause: "", remedy: "", agreed: "" },
  ...{ flags: [], discrimination: "", dismissals: 0, contracts: 0, damage: 0, recovered: 0, currency: "", allegations: [] },
};

/** It has something that no classification can have: a fault of the page. */
export class NotAClassification extends Error {}

const version = 1;

/** Seals what a case is classified as. Throws NotAClassification. */
export function sealClassification(caseID: string, c: Classification, recipient: string): Promise<Uint8Array> {
  const json = toBytes(JSON.stringify({ v: version, case: caseID, ...inOrder(c) }));
  if (!sound(c) || json.length > classificationSize) throw new NotAClassification();
  return seal(padTo(json, classificationSize), recipient);
}

/** Opens what a case was classified as, and checks it. Throws OpenError or MisplacedError. */
export async function openClassification(sealed: Uint8Array, identity: string, caseID: string): Promise<Classification> {
  const text = toText(await open(sealed, identity));
  try {
    const found = JSON.parse(text) as { readonly v?: unknown; readonly case?: unknown };
    if (found.v === version && found.case === caseID && sound(found)) return inOrder(found);
  } catch {
    // not JSON
  }
  throw new MisplacedError();
}

// With nothing but what is known, in the order of the format.
function inOrder(c: Classification): Classification {
  const known = { ...unclassified };
  for (const name of Object.keys(unclassified) as (keyof Classification)[]) Object.assign(known, { [name]: c[name] });
  return { ...known, allegations: c.allegations.map(({ text, area, outcome }) => ({ text, area, outcome })) };
}

const isCode = (value: unknown): value is string => typeof value === "string" && value.length <= limits.code && /^[a-z0-9-]*$/.test(value);
const isText = (value: unknown, most: number): boolean => typeof value === "string" && !/\p{Cs}/u.test(value) && [...value].length <= most;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isSet = (value: unknown, most: number): boolean =>
  Array.isArray(value) && value.length <= most && new Set(value).size === value.length && value.every((code) => isCode(code) && code !== "");

function isAllegation(value: unknown): boolean {
  const { text, area, outcome } = (value ?? {}) as Partial<Record<keyof Allegation, unknown>>;
  return isText(text, limits.claim) && text !== "" && isCode(area) && isCode(outcome);
}

// Somebody with the case's recipient can seal what they like to it.
function sound(value: unknown): value is Classification {
  const c = value as Partial<Record<keyof Classification, unknown>>;
  const codes = [c.subject, c.relationship, c.site, c.language, c.identity, c.cause, c.remedy, c.agreed, c.discrimination];
  const counts = [c.dismissals, c.contracts, c.damage, c.recovered];
  return (
    isSet(c.areas, limits.areas) &&
    isSet(c.flags, limits.flags) &&
    codes.every(isCode) &&
    counts.every(isCount) &&
    isText(c.place, limits.place) &&
    matches(c.country, /^([A-Z]{2})?$/) &&
    matches(c.currency, /^([A-Z]{3})?$/) &&
    isCount(c.severity) &&
    (c.severity as number) <= 4 &&
    Array.isArray(c.allegations) &&
    c.allegations.length <= limits.allegations &&
    c.allegations.every(isAllegation)
  );
}

const matches = (value: unknown, shape: RegExp): boolean => typeof value === "string" && shape.test(value);
