// What an office document gives away, by the names that programs give to its parts.
import { toBinary } from "../base/bytes.ts";
import type { Finding, Findings } from "../base/findings.ts";
import { findProperties, properties, type Properties } from "../base/properties.ts";
import { Archive, type Entry } from "../base/zip.ts";
import { findInImage } from "../image/findimage.ts";
import { imageOf } from "./parts.ts";
import { readAll, readMedia } from "./unpack.ts";

/** How many pictures, and how many parts with text, are looked into. */
const maxPictures = 50;
const maxTexts = 100;

/** People in the text: who changed, who said something, and when. */
const remarks = properties({
  author: "author|userName|displayName|cmAuthor [^<>]{0,200} name",
  time: "w:date|dT|w16du:dateUtc",
});

/** Parts whose texts are looked for properties. The first that fits counts. */
const texts: [RegExp, Properties][] = [
  [
    /core\.xml$|\.psmdcp$/,
    properties({
      author: "creator|lastModifiedBy",
      time: "created|modified|lastPrinted",
      comment: "title|subject|description|keywords|category",
    }),
  ],
  [/^docprops\/app\.xml$/, properties({ author: "Manager", software: "Application", organisation: "Company" })],
  [
    /(^|\/)meta\.xml$/,
    properties({
      author: "creator|initial-creator|printed-by",
      time: "creation-date|date|print-date",
      software: "generator",
      comment: "title|subject|description|keyword",
      other: "user-defined",
    }),
  ],
  [/(^|\/)(comment|author|people|person|threadedcomment|document|footnotes|endnotes|revision)[^/]*\.xml$/, remarks],
  [/(^|\/)(content|styles)\.xml$/, properties({ author: "dc:creator", time: "dc:date" })],
  [/(^|\/)settings\.xml$/, properties({ other: "config:name=.PrinterName." })],
];

/** Parts that are a finding by being there. */
const names: [RegExp, Finding][] = [
  [/^docprops\/thumbnail|^thumbnails\//, "thumbnail"],
  [/^docmetadata\//, "organisation"],
  [/^docprops\/custom\.xml$|\/printersettings\/|^customxml\/item/, "other"],
];

/** Adds what a document says; throws where it cannot be read further. */
export async function findInOffice(file: Blob, found: Findings): Promise<void> {
  const a = await Archive.open(file);
  let pictures = 0;
  let read = 0;
  for (const e of a.entries) {
    const name = e.name.toLowerCase();
    names.forEach(([pattern, finding]) => pattern.test(name) && found.add(finding));
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
