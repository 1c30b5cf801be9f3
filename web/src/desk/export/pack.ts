// Packs an exported case: a page for people, the same for programs, and its files.
// The archive is a Blob of Blobs, so that large files fill no memory, and tells no
// times.
import { toBytes } from "../../crypto/bytes.ts";
import { toBinary } from "../../metadata/base/bytes.ts";
import { ZipWriter } from "../../metadata/base/zipwrite.ts";
import type { Classification } from "../../crypto/classification.ts";
import type { DeskCase } from "../case/case.ts";
import type { Dossier, DossierEntry, DossierFile } from "./dossier.ts";
import { pageOf, type Writing } from "./html.ts";

/** A file that goes along, opened. */
export interface Taken {
  readonly file: DossierFile;
  readonly content: Blob;
}

/** What programs read of a case: what the server knows of it, and what it is classified as. */
export interface CaseRecord {
  readonly data: DeskCase;
  readonly classification: Classification | undefined; // undefined: it is not, or does not open
}

/** Packs a case. record is for an export that is not masked. */
export async function pack(dossier: Dossier, taken: readonly Taken[], writing: Omit<Writing, "path">, record: CaseRecord | undefined): Promise<Blob> {
  const names = new Names();
  const paths = new Map(taken.map(({ file }) => [file, `files/${names.take(writing.words(file.name))}`]));
  const whole: Writing = { ...writing, path: (file) => paths.get(file) };
  const zip = new ZipWriter();
  zip.store("case.html", binary(pageOf(dossier, whole)));
  zip.store("case.json", binary(JSON.stringify(dataOf(dossier, whole, record), null, 2) + "\n"));
  for (const { file, content } of taken) await zip.storeFile(binary(paths.get(file)!), content);
  return zip.close("application/zip");
}

const binary = (text: string): string => toBinary(toBytes(text));

function dataOf({ id, facts, entries }: Dossier, writing: Writing, record: CaseRecord | undefined): object {
  const { words, masked, made } = writing;
  return {
    kind: masked ? "masked" : "opened",
    case: words(id),
    made,
    ...(record ? { record: recordOf(record) } : {}),
    facts: facts.map((fact) => ({ name: fact.label, value: words(fact) })),
    entries: entries.map((entry) => entryData(entry, writing)),
  };
}

function recordOf({ data: { case: c, dates }, classification }: CaseRecord): object {
  const { recipient: _, reporter_recipient: __, ...facts } = c;
  return { ...facts, dates, ...(classification ? { classification } : {}) };
}

function entryData({ kind, author, when, text, fault, answers, files }: DossierEntry, { words, path }: Writing): object {
  return {
    kind,
    ...(author ? { author: words(author) } : {}),
    ...(when ? { when: words(when) } : {}),
    ...(text ? { text: words(text), language: text.language } : {}),
    ...(fault ? { fault } : {}),
    ...(answers.length > 0 ? { answers: answers.map((answer) => ({ question: answer.label, answer: words(answer) })) } : {}),
    ...(files.length > 0 ? { files: files.map((file) => ({ name: words(file.name), path: path(file) ?? null })) } : {}),
  };
}

const longest = 200; // bytes; the strictest systems take 255
const forbidden = /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164/\\:*?"<>|]/gu; // control, invisible, and what is special in paths
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(\.|$)/i; // devices of Windows

/** Gives each file a name of its own, one that every computer takes: the names came from anybody. */
export class Names {
  private readonly used = new Set<string>();

  /** A safe name, near to the one that the file has. */
  take(name: string): string {
    const [stem, ending] = split(safe(name));
    for (let i = 1; ; i++) {
      const candidate = i === 1 ? stem + ending : `${stem} (${i})${ending}`;
      const same = candidate.normalize("NFKC").toLowerCase(); // what some file systems take for the same
      if (this.used.has(same)) continue;
      this.used.add(same);
      return candidate;
    }
  }
}

function safe(name: string): string {
  const clean = name.normalize("NFC").replace(forbidden, "_").replace(/^[\s.]+|[\s.]+$/g, "");
  const [stem, ending] = split(clean || "file");
  const characters = [...stem];
  while (toBytes(characters.join("") + ending).length > longest) characters.pop();
  const short = characters.join("").trimEnd() + ending;
  return reserved.test(short) ? `_${short}` : short;
}

// The ending is what makes a computer choose a program.
function split(name: string): [stem: string, ending: string] {
  const at = name.lastIndexOf(".");
  return at > 0 && name.length - at <= 12 ? [name.slice(0, at), name.slice(at)] : [name, ""];
}
