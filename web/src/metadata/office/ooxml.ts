// OOXML packages, ECMA-376 part 2 (Open Packaging Conventions): parts in a ZIP container, joined by relationships that
// stand in parts of their own. A cleaned package holds what can be reached from the document through relationships that
// are kept; that alone takes away properties, thumbnails, signatures, printer settings, and leftovers.
import { foldASCII } from "../base/bytes.ts";
import { Unsupported } from "../base/errors.ts";
import { cleanedLimit } from "../base/limits.ts";
import { documentKinds } from "../base/rules.ts";
import type { Archive, Entry } from "../base/zip.ts";
import { ZipWriter } from "../base/zipwrite.ts";
import { Aliases } from "./alias.ts";
import { editXML } from "./edit.ts";
import { OfficeRules } from "./officerules.ts";
import { writeMedia, writeXML } from "./parts.ts";
import { extensionOf, folderOf, splitPath } from "./path.ts";
import { RelationshipRules, TypeReader, TypeRules } from "./relationships.ts";
import { readAll } from "./unpack.ts";

const contentTypesName = "[Content_Types].xml";
const rootRels = "_rels/.rels";

/** A package on its way. */
interface Package {
  a: Archive;
  types: Entry;
  kept: Set<Entry>;
  aliases: Aliases;
}

/** Whether an archive is an OOXML package. */
export function isOOXML(a: Archive): boolean {
  return a.find(contentTypesName) !== undefined;
}

export async function cleanOOXML(a: Archive, type: string): Promise<Blob> {
  const types = a.find(contentTypesName)!;
  const p: Package = { a, types, kept: new Set(), aliases: new Aliases() };
  await reach(p);
  const z = new ZipWriter(cleanedLimit(a.file.size));
  for (const e of a.entries) {
    if (p.kept.has(e)) {
      await writePart(p, z, e);
    }
  }
  return z.close(type);
}

/** Marks what is kept: the parts that lead from the document, their relationships, the content types. */
async function reach(p: Package): Promise<void> {
  p.kept.add(p.types);
  const queue = await targets(p, "");
  await checkKind(p, queue);
  for (const e of queue) {
    if (!p.kept.has(e)) {
      p.kept.add(e);
      queue.push(...(await targets(p, e.name)));
    }
  }
}

/** The parts that the part of that name leads to ("" is the package), whose relationships are marked as kept. */
async function targets(p: Package, name: string): Promise<Entry[]> {
  const rels = p.a.find(relsName(name));
  if (!rels) {
    return [];
  }
  p.kept.add(rels);
  const rules = new RelationshipRules(new Aliases(), p.a, name === "", folderOf(name));
  await editXML(await readAll(p.a, rels), rules);
  if (rules.foreign) {
    throw new Unsupported("embedded document");
  }
  return rules.found;
}

/** Where the relationships of a part stand: a/b.xml → a/_rels/b.xml.rels. */
function relsName(name: string): string {
  const [folder, file] = splitPath(name);
  return name === "" ? rootRels : `${folder}_rels/${file}.rels`;
}

/** Refuses packages of other programs, by the content types of their documents. */
async function checkKind(p: Package, documents: Entry[]): Promise<void> {
  const reader = new TypeReader();
  await editXML(await readAll(p.a, p.types), reader);
  if (documents.length === 0) {
    throw new Unsupported("package without a document");
  }
  for (const e of documents) {
    const name = foldASCII(e.name);
    const kind = reader.types.get(`/${name}`) || reader.types.get(extensionOf(name).slice(1)) || "";
    if (!documentKinds.some((s) => kind.includes(s))) {
      throw new Unsupported("package with a document of another kind");
    }
  }
}

/** Writes one kept part. */
async function writePart(p: Package, z: ZipWriter, e: Entry): Promise<void> {
  if (e === p.types) {
    const keep = (part: string): boolean => {
      const entry = p.a.find(part);
      return entry !== undefined && p.kept.has(entry);
    };
    return writeXML(z, p.a, e, new TypeRules(keep));
  }
  switch (extensionOf(foldASCII(e.name))) {
    case ".rels": {
      const folder = folderOf(folderOf(e.name)); // of the part that the relationships belong to
      const root = e === p.a.find(rootRels);
      return writeXML(z, p.a, e, new RelationshipRules(p.aliases, p.a, root, folder));
    }
    case ".xml":
      return writeXML(z, p.a, e, new OfficeRules(p.aliases));
    case ".vml":
      return writeXML(z, p.a, e, new OfficeRules(p.aliases), true);
  }
  return writeMedia(z, p.a, e);
}
