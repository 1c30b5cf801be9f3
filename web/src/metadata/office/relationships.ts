import { foldASCII } from "../base/bytes.ts";
import { droppedRelationships } from "../base/rules.ts";
import type { Archive, Entry } from "../base/zip.ts";
import type { Aliases } from "./alias.ts";
import type { Editor, Rules } from "./edit.ts";
import { cleanPath, joinPath } from "./path.ts";
import { isLocalPath, isWebAddress } from "./paths.ts";
import { findAttr, localName, type Token, valueOf } from "./xml.ts";

/** Edit a relationships part and collect the parts it leads to. */
export class RelationshipRules implements Rules {
  readonly found: Entry[] = [];
  /** A document of another format is embedded (altChunk), perhaps as XML. */
  foreign = false;
  readonly #aliases: Aliases;
  readonly #archive: Archive;
  readonly #root: boolean;
  readonly #folder: string;

  /** root tells the relationships of the package itself; folder is that of the part that they belong to, "." the top. */
  constructor(aliases: Aliases, archive: Archive, root: boolean, folder: string) {
    this.#aliases = aliases;
    this.#archive = archive;
    this.#root = root;
    this.#folder = folder;
  }

  open(e: Editor, t: Token): void {
    if (localName(t.name) !== "Relationship") {
      return;
    }
    const kind = relationshipKind(t);
    if ((this.#root && kind !== "officedocument") || droppedRelationships.has(kind)) {
      e.drop();
      return;
    }
    this.foreign ||= kind === "afchunk";
    const target = findAttr(t.attrs, "Target");
    if (!target) {
      return;
    }
    if (foldASCII(valueOf(t.attrs, "TargetMode")) === "external") {
      if (kind !== "hyperlink" || !isWebAddress(target.value)) {
        e.setAttr(target, this.#aliases.target());
      }
      return;
    }
    const part = this.#resolve(target.value);
    if (part) {
      this.found.push(part);
    } else if (isLocalPath(target.value)) {
      e.setAttr(target, "removed");
    }
  }

  /** Finds the part that a target means, relative to the folder of its source. */
  #resolve(target: string): Entry | undefined {
    const path = target.replace(/#.*$/s, "");
    if (path === "") {
      return undefined;
    }
    const full = path.startsWith("/") ? cleanPath(path) : joinPath(this.#folder, path);
    return this.#archive.find(full.replace(/^\//, ""));
  }
}

/** The last word of a relationship's type in lower case; transitional and strict types differ before it. */
export function relationshipKind(t: Token): string {
  const type = valueOf(t.attrs, "Type");
  return foldASCII(type.slice(type.lastIndexOf("/") + 1));
}

/** Edit [Content_Types].xml: parts that are not kept go. */
export class TypeRules implements Rules {
  readonly #keep: (part: string) => boolean;

  constructor(keep: (part: string) => boolean) {
    this.#keep = keep;
  }

  open(e: Editor, t: Token): void {
    if (localName(t.name) === "Override" && !this.#keep(partName(t))) {
      e.drop();
    }
  }
}

/** Read [Content_Types].xml. */
export class TypeReader implements Rules {
  /** By extension, or "/" and part name, both folded. */
  readonly types = new Map<string, string>();

  open(_: Editor, t: Token): void {
    const local = localName(t.name);
    if (local === "Override") {
      this.types.set(`/${foldASCII(partName(t))}`, valueOf(t.attrs, "ContentType"));
    } else if (local === "Default") {
      this.types.set(foldASCII(valueOf(t.attrs, "Extension")), valueOf(t.attrs, "ContentType"));
    }
  }
}

function partName(t: Token): string {
  return valueOf(t.attrs, "PartName").replace(/^\//, "");
}
