import { odfBlanked, odfPersonalFields, odfPropertyFields, odfSettings } from "../base/rules.ts";
import { type Aliases, neutralTime } from "./alias.ts";
import type { Editor, Element, Rules } from "./edit.ts";
import { isNamespace } from "./officerules.ts";
import { joinPath } from "./path.ts";
import { isFileName, isLocalPath, isWebAddress } from "./paths.ts";
import { type Attr, findAttr, localName, type Token, valueOf } from "./xml.ts";

/** What the rules ask of the package. */
export interface Holder {
  aliases: Aliases;
  /** Whether a path leads to a file or a folder that is kept. */
  holds(name: string): boolean;
}

/** Edit content.xml, styles.xml and settings.xml. */
export class ODFRules implements Rules {
  readonly #p: Holder;
  /** Of the part, with its final slash; "" is the top. */
  readonly #folder: string;

  constructor(p: Holder, folder: string) {
    this.#p = p;
    this.#folder = folder;
  }

  open(e: Editor, t: Token): void {
    const local = localName(t.name);
    if (local === "config-item" && odfSettings.has(valueOf(t.attrs, "name"))) {
      e.drop();
      return;
    }
    for (const a of t.attrs) {
      this.#attribute(e, a);
    }
    if (odfPersonalFields.has(t.name) || t.name.startsWith("text:sender-")) {
      e.blank();
      // Which has no such attribute.
      if (t.name !== "text:template-name") {
        fix(e, t);
      }
    } else if (odfPropertyFields.has(t.name)) {
      fix(e, t);
    } else if (odfBlanked.has(local)) {
      e.blank();
    }
  }

  #attribute(e: Editor, a: Attr): void {
    const local = localName(a.name);
    if (isNamespace(a)) {
      return;
    }
    if (local === "rsid" || local === "paragraph-rsid") {
      e.dropAttr(a);
    } else if (local === "href") {
      if (!isWebAddress(a.value) && !this.#isInternal(a.value)) {
        e.setAttr(a, "");
      }
    } else if (a.name === "draw:name") {
      if (isFileName(a.value)) {
        e.setAttr(a, "");
      }
    } else if (a.value.includes("file:/")) {
      e.setAttr(a, this.#neutralFiles(a.value));
    } else if (isLocalPath(a.value)) {
      e.setAttr(a, "");
    }
  }

  /**
   * Whether a reference stays within the package. "../" leaves it: an embedded document refers to parts of its own
   * folder, or by their place from the top.
   */
  #isInternal(address: string): boolean {
    const ref = address.replace(/#.*$/s, "");
    const names = [ref, unescapePath(ref)];
    return ref === "" || names.some((n) => this.#p.holds(joinPath(this.#folder, n)) || this.#p.holds(joinPath(".", n)));
  }

  /**
   * Replaces every file: address within a value, such as a formula: ['file:///home/kim/a.ods'#$Sheet1.A1]. The same
   * address gets the same name everywhere, so that formulas still find their cached tables. An address ends at a quote
   * or at the name of a sheet.
   */
  #neutralFiles(value: string): string {
    return value.replace(/file:\/(?:[^'"#&]|&(?!apos;|quot;))*/g, (address) => this.#p.aliases.file(address));
  }

  close(e: Editor, el: Element): void {
    switch (localName(el.name)) {
      case "creator":
        if (isRemark(e.around())) {
          e.replace(el.from, el.to, this.#p.aliases.name(e.text(el)));
        }
        break;
      case "date":
        if (isRemark(e.around()) && el.from < el.to) {
          e.replace(el.from, el.to, neutralTime);
        }
        break;
      case "title":
      case "desc":
        if (el.name.startsWith("svg:") && isFileName(e.text(el))) {
          e.cut(el.from, el.to);
        }
        break;
      case "config-item":
        if (isLocalPath(e.text(el))) {
          e.cut(el.from, el.to);
        }
    }
  }
}

/** Sets text:fixed, so that the field keeps the text it has. */
function fix(e: Editor, t: Token): void {
  const a = findAttr(t.attrs, "fixed");
  if (a) {
    e.setAttr(a, "true");
    return;
  }
  const at = t.end - (t.empty ? 2 : 1);
  e.replace(at, at, ' text:fixed="true"');
}

/** Decodes %xx; a string with a broken one stays as it is. */
function unescapePath(s: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(s)) {
    return s;
  }
  return s.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Whether an element holds what somebody said or changed, and when. */
function isRemark(local: string): boolean {
  return local === "annotation" || local === "change-info";
}
