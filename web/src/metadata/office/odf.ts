// OpenDocument packages, ODF 1.3 part 2: the first entry says what the document is, META-INF/manifest.xml lists the
// rest. Embedded charts and formulas are folders with a document of their own inside.
import { toBinary } from "../base/bytes.ts";
import { Malformed, Unsupported } from "../base/errors.ts";
import { cleanedLimit } from "../base/limits.ts";
import { odfDropped, odfKinds } from "../base/rules.ts";
import { type Archive, type Entry, methodStored } from "../base/zip.ts";
import { ZipWriter } from "../base/zipwrite.ts";
import { Aliases } from "./alias.ts";
import type { Editor, Rules } from "./edit.ts";
import { type Holder, ODFRules } from "./odfrules.ts";
import { writeMedia, writeXML } from "./parts.ts";
import { cleanPath, splitPath } from "./path.ts";
import { readAll } from "./unpack.ts";
import { findAttr, localName, type Token, valueOf } from "./xml.ts";

const mimetypeName = "mimetype";
const manifestName = "META-INF/manifest.xml";
const mimetypePrefix = "application/vnd.oasis.opendocument.";
/** Stands in for every meta.xml. */
const emptyMeta =
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2">' +
  "<office:meta/></office:document-meta>";

/** Whether an archive may be an OpenDocument package. */
export function isODF(a: Archive): boolean {
  return a.entries[0]?.name === mimetypeName;
}

export async function cleanODF(a: Archive, type: string): Promise<Blob> {
  await checkMimetype(a);
  const p = new ODFPackage(a);
  const content = a.find("content.xml");
  if (!p.keeps(a.find(manifestName)) || !p.keeps(content)) {
    throw new Malformed("OpenDocument package without a document");
  }
  const z = new ZipWriter(cleanedLimit(a.file.size));
  for (const e of a.entries) {
    if (p.keeps(e)) {
      await writePart(p, z, e);
    }
  }
  return z.close(type);
}

/** Refuses other packages that begin with an entry of that name, such as EPUB. */
async function checkMimetype(a: Archive): Promise<void> {
  const e = a.entries[0]!;
  if (e.method !== methodStored || e.size > 100) {
    throw new Unsupported("mimetype entry");
  }
  const s = toBinary(await readAll(a, e));
  if (!s.startsWith(mimetypePrefix) || !odfKinds.has(s.slice(mimetypePrefix.length))) {
    throw new Unsupported("package of another kind");
  }
}

/** A package on its way. */
class ODFPackage implements Holder {
  readonly a: Archive;
  readonly aliases = new Aliases();
  readonly #kept: Set<Entry>;
  /** Of what is kept, sorted. */
  readonly #names: string[];

  constructor(a: Archive) {
    this.a = a;
    this.#kept = new Set(a.entries.filter((e) => e.name === manifestName || !isDropped(e.name)));
    this.#names = Array.from(this.#kept, (e) => e.name).sort();
  }

  keeps(e: Entry | undefined): boolean {
    return e !== undefined && this.#kept.has(e);
  }

  /** Whether a path of the package leads to a file or a folder that is kept. */
  holds(path: string): boolean {
    const name = cleanPath(path);
    const folder = `${name}/`;
    return this.keeps(this.a.find(name)) || (this.#names[this.#search(folder)]?.startsWith(folder) ?? false);
  }

  /** The index of the first name that does not come before this one. */
  #search(name: string): number {
    let low = 0;
    let high = this.#names.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#names[middle]! < name) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

/** Whether an entry is left out. */
function isDropped(name: string): boolean {
  return odfDropped.some((d) => (d.endsWith("/") ? name.startsWith(d) : name === d));
}

/** Writes one kept entry. */
async function writePart(p: ODFPackage, z: ZipWriter, e: Entry): Promise<void> {
  if (e.name === mimetypeName) {
    z.raw(p.a, e);
    return;
  }
  if (e.name === manifestName) {
    return writeManifest(p, z, e);
  }
  const [folder, file] = splitPath(e.name);
  switch (file) {
    case "meta.xml":
      z.store(e.name, emptyMeta);
      return;
    case "content.xml":
    case "styles.xml":
    case "settings.xml":
      return writeXML(z, p.a, e, new ODFRules(p, folder));
  }
  return writeMedia(z, p.a, e);
}

/** Writes the manifest without the entries of what is not kept. */
async function writeManifest(p: ODFPackage, z: ZipWriter, entry: Entry): Promise<void> {
  const found = { encrypted: false };
  const rules: Rules = {
    open(e: Editor, t: Token): void {
      const local = localName(t.name);
      found.encrypted ||= local === "encryption-data";
      if (local !== "file-entry") {
        return;
      }
      const name = valueOf(t.attrs, "full-path");
      const size = findAttr(t.attrs, "size");
      if (name !== "/" && !p.holds(name)) {
        e.drop();
      } else if (size) {
        e.dropAttr(size); // it may no longer be so
      }
    },
  };
  await writeXML(z, p.a, entry, rules);
  if (found.encrypted) {
    throw new Unsupported("encrypted OpenDocument");
  }
}
