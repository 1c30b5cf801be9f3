import { type AttrRule, attrRules, droppedElements } from "../base/rules.ts";
import { type Aliases, neutralTime } from "./alias.ts";
import type { Editor, Element, Rules } from "./edit.ts";
import { isFileName, isLocalPath } from "./paths.ts";
import { WordState } from "./wordfields.ts";
import { type Attr, localName, type Token, valueOf } from "./xml.ts";

/** Edit one XML part of an OOXML package. */
export class OfficeRules implements Rules {
  readonly #aliases: Aliases;
  readonly #word = new WordState();
  /** Of an Excel comments part, as they stand. */
  readonly #authors: string[] = [];
  /** The author whose comment was opened, until its first text. */
  #speaker: string | undefined;

  constructor(aliases: Aliases) {
    this.#aliases = aliases;
  }

  open(e: Editor, t: Token): void {
    const local = localName(t.name);
    if (droppedElements.has(local)) {
      if (local === "dataBinding") {
        this.#word.bound(valueOf(t.attrs, "xpath"));
      }
      e.drop();
      return;
    }
    for (const a of t.attrs) {
      this.#attribute(e, local, a);
    }
    if (local === "comment") {
      const index = valueOf(t.attrs, "authorId");
      this.#speaker = /^[+-]?\d+$/.test(index) ? this.#authors[Number(index)] : undefined;
    }
    this.#word.open(e, t, local);
  }

  #attribute(e: Editor, element: string, a: Attr): void {
    const local = localName(a.name);
    if (isNamespace(a)) {
      return;
    }
    if (local.startsWith("rsid")) {
      e.dropAttr(a);
      return;
    }
    const rule = attrRules.get(local)?.find((r) => applies(r, element, local.length < a.name.length));
    if (rule) {
      this.#apply(e, rule, a);
    } else if (local !== "formatCode" && isLocalPath(a.value)) {
      e.setAttr(a, "");
    }
  }

  #apply(e: Editor, rule: AttrRule, a: Attr): void {
    switch (rule.do) {
      case "drop":
        return e.dropAttr(a);
      case "set":
        return e.setAttr(a, rule.text ?? "");
      case "time":
        return e.setAttr(a, neutralTime);
      case "name":
        return e.setAttr(a, this.#aliases.name(a.value));
      case "id":
        return e.setAttr(a, this.#aliases.id(a.value));
      case "file":
        if (isFileName(a.value)) {
          e.setAttr(a, "");
        }
    }
  }

  close(e: Editor, el: Element): void {
    const local = localName(el.name);
    if (local === "author") {
      if (e.around() === "authors") {
        this.#author(e, el);
      }
    } else if (local === "t") {
      // Excel begins a note with the name of its author, as text.
      if (this.#speaker !== undefined && e.text(el) === `${this.#speaker}:`) {
        e.replace(el.from, el.to, `${this.#aliases.name(this.#speaker)}:`);
      }
      this.#speaker = undefined;
    } else {
      this.#word.close(e, el, local);
    }
  }

  /** Handles an author of Excel's notes. They are counted from 0. */
  #author(e: Editor, el: Element): void {
    const name = e.text(el);
    this.#authors.push(name);
    // Others are ids of threaded comments.
    if (!name.startsWith("tc=")) {
      e.replace(el.from, el.to, this.#aliases.name(name));
    }
  }
}

/** Whether an attribute declares a namespace. */
export function isNamespace(a: Attr): boolean {
  return a.name === "xmlns" || a.name.startsWith("xmlns:");
}

function applies(rule: AttrRule, element: string, prefixed: boolean): boolean {
  return (prefixed || !rule.prefixed) && (rule.of === undefined || rule.of.split(" ").includes(element));
}
