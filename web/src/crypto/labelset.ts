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

/** A label as it is kept: without blanks at its ends, nor what nobody sees. */
export const tidy = (label: string): string => label.normalize("NFC").replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();

const plain = (caseID: string, labels: readonly string[]): Uint8Array => toBytes(JSON.stringify({ v: version, case: caseID, labels }));

/** Names what keeps a label from being added to others. */
export function faultOf(label: string, others: readonly string[], caseID: string): Fault | undefined {
  if (label === "") return "empty";
  if ([...label].length > longestLabel) return "long";
  if (others.length >= mostLabels) return "many";
  return plain(caseID, [...others, label]).length > labelsSize ? "room" : undefined;
}

/** Seals labels. Throws TooMuch. */
export function sealLabels(caseID: string, labels: readonly string[], recipient: string): Promise<Uint8Array> {
  const json = plain(caseID, labels);
  if (json.length > labelsSize) throw new TooMuch();
  return seal(padTo(json, labelsSize), recipient);
}

/** Opens labels and checks that they are this case's. Throws OpenError or MisplacedError. */
export async function openLabels(sealed: Uint8Array, identity: string, caseID: string): Promise<string[]> {
  const text = toText(await open(sealed, identity));
  try {
    const { v, case: of, labels } = JSON.parse(text) as { v?: unknown; case?: unknown; labels?: unknown };
    if (v === version && of === caseID && Array.isArray(labels) && labels.every((label) => typeof label === "string")) return labels;
  } catch {
    // not JSON
  }
  throw new MisplacedError();
}
