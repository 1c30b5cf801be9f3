// The files that a person selected: what is hidden in each, and what goes out.
import type { Finding } from "../metadata/index.ts";
import { Unreadable } from "./api.ts";
import { find } from "./dom.ts";
import type { Outgoing } from "./upload.ts";

/** A selected file. What is hidden in it is looked for as soon as it is selected. */
export interface SelectedFile {
  readonly file: File;
  readonly most: number; // bytes of what may be sent
  keep: boolean; // as evidence, with what is hidden in it
  examined: Promise<Examined>;
  found?: Examined; // once it was examined
}

export interface Examined {
  readonly findings: readonly Finding[];
  readonly cleaned: Blob | null; // null: this kind of file cannot be cleaned
}

/** The filters did not load, so that nobody knows what is hidden in a file. */
export class Unchecked extends Unreadable {}

/** Takes a file, and begins to look into it. What is cleaned may have so many bytes. */
export function selectFile(file: File, most: number): SelectedFile {
  const one = { file, most, keep: false } as SelectedFile;
  void examineAgain(one);
  return one;
}

/** Looks into a file once more, after it could not be read or the filters had not loaded. */
export function examineAgain(one: SelectedFile): Promise<Examined> {
  one.examined = inTurn(async () => (one.found = await examine(one.file, one.most)));
  one.examined.catch(() => undefined); // whoever waits for it says so
  return one.examined;
}

/** Loads the filters beforehand, while the connection is good. */
export const loadFilters = (): Promise<unknown> => import("../metadata/index.ts").catch(() => undefined);

/** The files as they are to be sent. Throws Unreadable. */
export async function outgoing(selected: readonly SelectedFile[]): Promise<Outgoing[]> {
  const files: Outgoing[] = [];
  for (const one of selected) {
    const { file, keep } = one;
    const { findings, cleaned } = keep ? { findings: [], cleaned: null } : await one.examined.catch(() => examineAgain(one));
    const content = cleaned ?? file;
    try {
      await file.slice(0, 1).arrayBuffer();
    } catch {
      throw new Unreadable(file.name);
    }
    files.push({ name: cleanName(file.name), type: cleanType(file.type), content, cleaned: cleaned !== null, found: cleaned !== null && findings.length > 0 });
  }
  return files;
}

/**
 * Gives the files back to the field, for a form that is sent without sealing
 * here: cleaned already where they are to be. Where one was not examined yet the
 * server cleans them all.
 */
export function giveBack(form: HTMLFormElement, selected: readonly SelectedFile[]): void {
  const transfer = new DataTransfer();
  for (const { file, keep, found } of selected) {
    transfer.items.add(!keep && found?.cleaned ? new File([found.cleaned], file.name, { type: file.type }) : file);
  }
  find<HTMLInputElement>("#files", form).files = transfer.files;
  find<HTMLInputElement>("#keep_metadata", form).checked = selected.some((one) => one.keep) && selected.every((one) => one.keep || one.found);
}

let numbers = 0;
const numbered = new WeakMap<Blob, number>();

/** Tells one list of files from another, also where names and sizes are the same. */
export const identityOf = (files: readonly Outgoing[]): string =>
  files.map(({ content }) => numbered.get(content) ?? (numbered.set(content, ++numbers), numbers)).join();

let examining: Promise<unknown> = Promise.resolve();

// One file after the other: several at once would need the memory of all.
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = examining.then(work);
  examining = done.catch(() => undefined);
  return done;
}

// The filters are a part of their own, loaded apart.
async function examine(file: File, most: number): Promise<Examined> {
  const filters = await import("../metadata/index.ts").catch(() => undefined);
  if (!filters) throw new Unchecked(file.name);
  const { candidate, clean, headSize, inspect } = filters;
  let findings: readonly Finding[] = [];
  try {
    const head = new Uint8Array(await file.slice(0, headSize).arrayBuffer());
    findings = await inspect(file);
    const cleaned = candidate(head) ? (await clean(file)).cleaned : null;
    return { findings, cleaned: cleaned && cleaned.size <= most ? cleaned : null };
  } catch (error) {
    if (error instanceof DOMException) throw new Unreadable(file.name); // of the Blob
    return { findings, cleaned: null };
  }
}

// The rules for names and types are the server's.
function cleanName(name: string): string {
  const last = name.replace(/\\/g, "/").split("/").at(-1)!.replace(/[\u0000-\u001f\u007f]/g, "");
  if (last === "" || last === "." || last === "..") return "file";
  const bytes = (s: string) => new TextEncoder().encode(s).length;
  if (bytes(last) <= 255) return last;
  const dot = last.lastIndexOf(".");
  const ending = dot >= 0 && bytes(last.slice(dot)) <= 16 ? last.slice(dot) : "";
  const stem = [...last];
  while (bytes(stem.join("") + ending) > 255) stem.pop();
  return stem.join("") + ending;
}

const cleanType = (type: string): string => (/^[\w.+-]+\/[\w.+-]+$/.test(type) && type.length <= 100 ? type : "application/octet-stream");
