// Packs an exported case: a page for people, the same for programs, and its files.
// The archive is a Blob of Blobs, so that large files fill no memory, and tells no
// times.
import { toBinary } from "../../metadata/base/bytes.ts";
import { ZipWriter } from "../../metadata/base/zipwrite.ts";
import { toBytes } from "../../crypto/bytes.ts";
import type { DeskCase } from "../case/case.ts";
import type { Dossier, DossierEntry, DossierFile } from "./dossier.ts";
import { pageOf, type Writing } from "./html.ts";
import { Names } from "./names.ts";

/** A file that goes along, opened. */
export interface Taken {
  readonly file: DossierFile;
  readonly content: Blob;
}

/** Packs a case. record is what the server knows of it, for an export that is not masked. */
export async function pack(dossier: Dossier, taken: readonly Taken[], writing: Omit<Writing, "path">, record: DeskCase | undefined): Promise<Blob> {
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

function dataOf({ id, facts, entries }: Dossier, writing: Writing, record: DeskCase | undefined): object {
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

function recordOf({ case: c, dates }: DeskCase): object {
  const { recipient: _, reporter_recipient: __, ...facts } = c;
  return { ...facts, dates };
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
