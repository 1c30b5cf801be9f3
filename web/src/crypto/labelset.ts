// The labels of a case: sealed to it, so that the server does not know what they
// say, in a size that does not tell how many there are.
import { toBytes, toText } from "./bytes.ts";
import { MisplacedError } from "./message.ts";
import { padTo, labelsSize } from "./padding.ts";
import { open, seal } from "./seal.ts";

/** How many labels a case can have, and how long one may be, in characters. */
export const mostLabels = 10;
export const longestLabel = 40;

/** Why a label was not added. */
export type Fault = "empty" | "long" | "many" | "room";

/** They do not fit into the size that all labels have. */
export class TooMuch extends Error {}

const version = 1;

/** What is sealed as the labels of a case. Area (the code of a category) and severity (1 to 4) repeat what the case was classified as, for lists: "" and 0 where it is not. */
export interface LabelSet {
  readonly labels: readonly string[];
  readonly area: string;
  readonly severity: number;
}

/** Of a case that has none. */
export const noLabels: LabelSet = { labels: [], area: "", severity: 0 };

/** A label as it is kept: without blanks at its ends, nor what nobody sees. */
export const tidy = (label: string): string => label.normalize("NFC").replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();

const roomForArea = "x".repeat(40); // what an area may take, so that a case with many labels can still be classified

const plain = (caseID: string, { labels, area, severity }: LabelSet): Uint8Array => toBytes(JSON.stringify({ v: version, case: caseID, labels, area, severity }));

/** Names what keeps a label from being added to others. */
export function faultOf(label: string, others: readonly string[], caseID: string): Fault | undefined {
  if (label === "") return "empty";
  if ([...label].length > longestLabel) return "long";
  if (others.length >= mostLabels) return "many";
  return plain(caseID, { labels: [...others, label], area: roomForArea, severity: 0 }).length > labelsSize ? "room" : undefined;
}

/** Seals labels. Throws TooMuch. */
export function sealLabels(caseID: string, set: LabelSet, recipient: string): Promise<Uint8Array> {
  const json = plain(caseID, set);
  if (json.length > labelsSize) throw new TooMuch();
  return seal(padTo(json, labelsSize), recipient);
}

/** Opens labels and checks that they are this case's. Throws OpenError or MisplacedError. */
export async function openLabels(sealed: Uint8Array, identity: string, caseID: string): Promise<LabelSet> {
  const text = toText(await open(sealed, identity));
  try {
    const { v, case: of, labels, area, severity } = JSON.parse(text) as Partial<Record<"v" | "case" | "labels" | "area" | "severity", unknown>>;
    const listed = Array.isArray(labels) && labels.every((label) => typeof label === "string");
    const graded = typeof severity === "number" && [0, 1, 2, 3, 4].includes(severity);
    if (v === version && of === caseID && listed && typeof area === "string" && graded) return { labels, area, severity };
  } catch {
    // not JSON
  }
  throw new MisplacedError();
}
