// What an office document gives away, by the names that programs give to its parts.
import { toBinary } from "../base/bytes.ts";
import type { Findings } from "../base/findings.ts";
import { maxPictures, maxTexts } from "../base/limits.ts";
import { findProperties, properties, type Properties } from "../base/properties.ts";
import { foundParts, foundTexts } from "../base/rules.ts";
import { Archive, type Entry } from "../base/zip.ts";
import { findInImage } from "../image/findimage.ts";
import { imageOf } from "./parts.ts";
import { readAll, readMedia } from "./unpack.ts";

/** Parts whose texts are looked for properties. */
const texts = foundTexts.map(([part, names]) => [part, properties(names)] as const);

/** Adds what a document says; throws where it cannot be read further. */
export async function findInOffice(file: Blob, found: Findings): Promise<void> {
  const a = await Archive.open(file);
  let pictures = 0;
  let read = 0;
  for (const e of a.entries) {
    const name = e.name.toLowerCase();
    foundParts.forEach(([pattern, finding]) => pattern.test(name) && found.add(finding));
    const list = texts.find(([pattern]) => pattern.test(name))?.[1];
    if (list && read++ < maxTexts) {
      await findInText(a, e, list, found);
    } else if (/\.(jpe?g|jfif|png|webp)$/.test(name) && pictures++ < maxPictures) {
      await findInPicture(a, e, found);
    }
  }
}

async function findInText(a: Archive, e: Entry, list: Properties, found: Findings): Promise<void> {
  try {
    findProperties(list, toBinary(await readAll(a, e)), found);
  } catch {
    // The next part may be sound.
  }
}

async function findInPicture(a: Archive, e: Entry, found: Findings): Promise<void> {
  try {
    const { head, content } = await readMedia(a, e, (b) => imageOf(b) !== null);
    const image = imageOf(head);
    if (image && content) {
      await findInImage(image, content, found);
    }
  } catch {
    // The next picture may be sound.
  }
}
