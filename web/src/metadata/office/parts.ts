// How single parts of an office document are written.
import { foldASCII } from "../base/bytes.ts";
import { Unsupported } from "../base/errors.ts";
import { containerMagic, fontExtensions } from "../base/rules.ts";
import type { Archive, Entry } from "../base/zip.ts";
import type { ZipWriter } from "../base/zipwrite.ts";
import { type Image, planImage, sniff } from "../image/container.ts";
import { editXML, type Rules } from "./edit.ts";
import { extensionOf } from "./path.ts";
import { readAll, readMedia } from "./unpack.ts";

/** Writes an XML part: edited and stored, or, if nothing was to be edited, as it was packed. */
export async function writeXML(z: ZipWriter, a: Archive, e: Entry, rules: Rules, unnested = false): Promise<void> {
  const edited = await editXML(await readAll(a, e), rules, unnested);
  if (edited === null) {
    z.raw(a, e);
  } else {
    z.store(e.name, edited);
  }
}

/** Tells a picture from its first bytes. */
export function imageOf(head: Uint8Array): Image | null {
  const container = sniff(head);
  return container === "zip" ? null : container;
}

/**
 * Writes a part that is not XML: pictures cleaned, fonts as they are. Everything else is refused, because it may carry
 * metadata of its own.
 */
export async function writeMedia(z: ZipWriter, a: Archive, e: Entry): Promise<void> {
  const { head, content } = await readMedia(a, e, (b) => imageOf(b) !== null);
  const image = imageOf(head);
  if (image && content) {
    return z.storeFile(e.name, await (await planImage(image, content)).blob(content));
  }
  const hex = Array.from(head, (x) => x.toString(16).padStart(2, "0")).join("");
  if (containerMagic.some((magic) => hex.startsWith(magic))) {
    throw new Unsupported("nested container");
  }
  if (e.size !== 0 && !fontExtensions.has(extensionOf(foldASCII(e.name)))) {
    throw new Unsupported("embedded file of unknown kind");
  }
  z.raw(a, e);
}
