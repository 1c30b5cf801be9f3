// Opens what the server hands out for searching: everything of a case that is
// text. It runs in workers.
import { openBounded } from "../../crypto/bounded.ts";
import { fromBase64 } from "../../crypto/bytes.ts";
import { noLabels, openLabels } from "../../crypto/labelset.ts";
import { type Message, type Sender } from "../../crypto/message.ts";
import { openCaseKey } from "../../crypto/seal.ts";
import { type Facts, type Part, part } from "./search-index.ts";

/** A case as the server hands it out for searching: FOUND of docs/desk-api.md. */
export interface Found extends Facts {
  readonly key: string; // base64
  readonly labels: string; // base64, "" none
  readonly messages: readonly { readonly seq: number; readonly from: Sender; readonly sealed: string }[];
  readonly earlier: number; // the number to ask before for those before them, 0: there are none
}

/** A case as far as it opened. */
export interface Opened {
  readonly facts: Facts;
  readonly parts: readonly Part[];
  readonly answers: readonly (readonly [field: string, code: string])[]; // whose words stand in the page
  readonly labels: readonly string[];
  readonly area: string; // as the desk classified it, "" not
  readonly severity: number;
  readonly whole: boolean; // all of it opened
}

const written = new Set(["where", "when", "people", "reported_before", "name", "contact", "not_for"]); // answers in words of the reporter

/** Opens a case. What does not open is left out. */
export async function openFound(found: Found, handler: string): Promise<Opened> {
  const { case: id, branch, names, category, state, received, assignee } = found;
  const facts = { case: id, branch, ...(names ? { names } : {}), category, state, received, assignee };
  const parts: Part[] = [];
  const answers: [string, string][] = [];
  let set = noLabels;
  let whole = true;
  try {
    const identity = await openCaseKey(fromBase64(found.key), handler);
    for (const { seq, from, sealed } of found.messages) {
      try {
        add(await openBounded(fromBase64(sealed), identity, { case: id, seq, from }), parts, answers);
      } catch {
        whole = false;
      }
    }
    if (found.labels) set = await openLabels(fromBase64(found.labels), identity, id);
  } catch {
    whole = false;
  }
  for (const label of set.labels) parts.push(part("label", label));
  return { facts, parts, answers, ...set, whole };
}

function add({ from, text, language, fields = {}, files = [] }: Message, parts: Part[], answers: [string, string][]): void {
  if (text.trim() !== "") parts.push(part(from, text, language));
  for (const [field, value] of Object.entries(fields)) {
    if (field === "danger" || value === "") continue; // danger: a mere yes
    if (written.has(field)) parts.push(part("answer", value, language));
    else answers.push([field, value]);
  }
  for (const { name } of files) parts.push(part("file", name));
}
