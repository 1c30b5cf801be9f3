// The tables of rules.json, which the filters in Go read as well.
import json from "../../../../crypto/metadata/rules.json";
import type { Finding } from "./findings.ts";

interface Words {
  names: string;
}

function list(words: Words): string[] {
  return words.names.split(" ");
}

function set(...groups: Words[]): ReadonlySet<string> {
  return new Set(groups.flatMap(list));
}

/** Chunks of a PNG file that are copied, with the longest data they may have; -1 is any length. */
export const pngKept: ReadonlyMap<string, number> = new Map(Object.entries(json.png.longest));

/** Chunks of a PNG file that are not copied as they are, and that say nothing of anybody. */
export const pngSilent = set(json.png.silent);

/** Tags of an ICC profile that a colour transform reads; all of them hold numbers only. */
export const profileTags = set(...json.profileTags);

/** What paths of files on somebody's machine begin with. */
export const localRoots = list(json.paths.roots);

/** What names of picture files end with. */
export const pictureExtensions = list(json.paths.pictures);

/** What links begin with that the author wrote, and that are no trace of their machine. */
export const webSchemes = list(json.paths.schemes);

/** What names of fonts end with. */
export const fontExtensions = set(json.paths.fonts);

/** The first bytes, in hex, of files that hold other files. */
export const containerMagic = list(json.containers);

/** Parts of the content types of main documents. */
export const documentKinds = list(json.office.documents);

/** The last word, in lower case, of the types of relationships that a document does without. */
export const droppedRelationships = set(...json.office.droppedRelationships);

/** Elements of OOXML that go with all they hold, by their local names. */
export const droppedElements = set(...json.office.droppedElements);

/**
 * Applies to one attribute of the elements named, or of all. It is dropped (for optional ones), set to a fixed text or
 * to a neutral time (for those that must be there), or replaced where it is the name of a person, the id of a person,
 * or the name of a file.
 */
export interface AttrRule {
  do: string;
  /** Local names of elements between spaces; none is any. */
  of?: string;
  text?: string;
  /** Only with a namespace prefix, as all of Word's attributes have one. */
  prefixed?: boolean;
}

/** Rules by the attribute's local name. The first that fits is applied. */
export const attrRules: ReadonlyMap<string, AttrRule[]> = readAttrRules();

function readAttrRules(): Map<string, AttrRule[]> {
  const all = new Map<string, AttrRule[]>();
  for (const group of json.office.attributes) {
    for (const rule of group.rules) {
      all.set(rule.attribute, [...(all.get(rule.attribute) ?? []), rule]);
    }
  }
  return all;
}

/** Word's fields, by the first word of their code, whose text goes. */
export const blankedFields = set(json.wordFields.blanked);

/** Word's fields, by the first word of their code, whose text becomes plain text. */
export const unlinkedFields = set(json.wordFields.unlinked);

/** Properties, in lower case, that are people and organisations. */
export const personalProperties = list(json.wordFields.personal);

/** Kinds of OpenDocument files that are cleaned. */
export const odfKinds = set(json.odf.kinds);

/** Folders (with a final slash) and files that an OpenDocument file does without. */
export const odfDropped = list(json.odf.droppedParts);

/** Elements of OpenDocument whose content goes, by their local names. */
export const odfBlanked = set(json.odf.blanked);

/** Fields that print a person or the name of a file: what they printed goes. */
export const odfPersonalFields = set(json.odf.personalFields);

/** Fields that print a property of the document: what they printed stays, and is fixed. */
export const odfPropertyFields = set(json.odf.propertyFields);

/** Settings of OpenDocument files that go. */
export const odfSettings = set(...json.odf.settings);

/** Names between spaces by what they give away. */
type Names = Partial<Record<Finding, string>>;

function byNumber(names: Names, radix: number): ReadonlyMap<number, Finding> {
  const all = Object.entries(names) as [Finding, string][];
  return new Map(all.flatMap(([finding, s]) => s.split(" ").map((n) => [Number.parseInt(n, radix), finding])));
}

const { exif, iptc, xmp, office } = json.findings;

/** Tags by directory. The thumbnail is the second one. */
export const exifTags = {
  image: byNumber(exif.image, 16), gps: byNumber(exif.gps, 16), thumbnail: byNumber(exif.thumbnail, 16),
} as const;

/** Data sets of the second record of IPTC-IIM. */
export const iptcSets = byNumber(iptc.sets, 10);

/** Names of XMP properties. */
export const xmpNames: Names = xmp;

/** Parts of documents, by their names in lower case, that are a finding by being there. */
export const foundParts = office.parts.map(({ part, finding }) => [new RegExp(part), finding as Finding] as const);

/** Parts of documents whose texts are looked for properties. The first that fits counts. */
export const foundTexts = office.texts.map(({ part, says }) => [new RegExp(part), says as Names] as const);
