import { type Bytes, toBinary } from "../base/bytes.ts";
import { Malformed } from "../base/errors.ts";
import { maxDepth } from "../base/limits.ts";
import { type Attr, checkEncoding, localName, type Token, XMLScanner } from "./xml.ts";

/** Decide what is edited in one XML part. */
export interface Rules {
  /** Is called for every opening tag that stays. It may call the editor's drop, blank, replace and cut. */
  open(e: Editor, t: Token): void;
  /** Is called when an element ends that stays, with the range of its content. */
  close?(e: Editor, el: Element): void;
}

/** What becomes of an element whose inside is not looked at: it goes, or its content goes. */
type Treatment = "dropped" | "blanked" | null;

/** An element of a part. */
export interface Element {
  /** With its prefix. */
  name: string;
  /** Of the opening tag. */
  start: number;
  /** Content. */
  from: number;
  to: number;
  /** Behind the closing tag. */
  end: number;
  /** There is no element inside. */
  leaf: boolean;
  treatment: Treatment;
}

/** Replaces src from start to end by text. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** After how many tokens others get their turn. */
const patience = 1 << 15;

/**
 * Applies rules to a part. Comments go as well. The result is a binary string; null where nothing changes. unnested is
 * for VML, in which Excel leaves HTML's <br> open: tags are read, but what they enclose is not.
 */
export async function editXML(b: Bytes, rules: Rules, unnested = false): Promise<string | null> {
  const src = toBinary(b);
  checkEncoding(b, src);
  const e = new Editor(src, rules, unnested);
  const s = new XMLScanner(src);
  let count = 0;
  for (let t = s.next(); t; t = s.next()) {
    e.token(t);
    if (++count % patience === 0) {
      await new Promise((done) => setTimeout(done));
    }
  }
  return e.finish();
}

/** Walks one XML part and collects edits. */
export class Editor {
  readonly #src: string;
  readonly #rules: Rules;
  readonly #unnested: boolean;
  readonly #stack: Element[] = [];
  readonly #edits: Edit[] = [];
  /** Open elements that are dropped or blanked, or inside one. */
  #hidden = 0;

  constructor(src: string, rules: Rules, unnested: boolean) {
    this.#src = src;
    this.#rules = rules;
    this.#unnested = unnested;
  }

  token(t: Token): void {
    if (t.kind === "comment" && this.#hidden === 0) {
      this.cut(t.start, t.end);
    } else if (t.kind === "open") {
      this.#open(t);
    } else if (t.kind === "close" && !this.#unnested) {
      if (this.#stack.at(-1)?.name !== t.name) {
        throw new Malformed(`XML closing tag at byte ${t.start}`);
      }
      this.#pop(t.start, t.end);
    }
  }

  #open(t: Token): void {
    if (this.#stack.length === maxDepth) {
      throw new Malformed("XML nested too deep");
    }
    const around = this.#stack.at(-1);
    if (around) {
      around.leaf = false;
    }
    const el: Element = { name: t.name, start: t.start, from: t.end, to: 0, end: 0, leaf: true, treatment: null };
    this.#stack.push(el);
    if (this.#hidden > 0) {
      this.#hidden++;
    } else {
      this.#rules.open(this, t);
      if (el.treatment) {
        this.#hidden++;
      }
    }
    if (t.empty || this.#unnested) {
      this.#pop(t.end, t.end);
    }
  }

  /** Ends the innermost element. */
  #pop(to: number, end: number): void {
    const el = this.#stack.pop()!;
    el.to = to;
    el.end = end;
    if (this.#hidden > 0) {
      this.#hidden--;
    }
    if (this.#hidden > 0) {
      return;
    }
    if (el.treatment === "dropped") {
      this.cut(el.start, el.end);
      return;
    }
    if (el.treatment === "blanked") {
      this.cut(el.from, el.to);
    }
    this.#rules.close?.(this, el);
  }

  /** The local name of the element around the one whose tag was read last. */
  parent(): string {
    return localName(this.#stack.at(-2)?.name ?? "");
  }

  /** The local name of the element around one that has just been closed. */
  around(): string {
    return localName(this.#stack.at(-1)?.name ?? "");
  }

  /** Takes the element out whose tag was read last. Does not hold for VML. */
  drop(): void {
    this.#treat("dropped");
  }

  /** Takes its content out. Does not hold for VML. */
  blank(): void {
    this.#treat("blanked");
  }

  #treat(t: Treatment): void {
    if (!this.#unnested) {
      this.#stack.at(-1)!.treatment = t;
    }
  }

  cut(start: number, end: number): void {
    this.replace(start, end, "");
  }

  replace(start: number, end: number, text: string): void {
    if (this.#src.slice(start, end) !== text) {
      this.#edits.push({ start, end, text });
    }
  }

  dropAttr(a: Attr): void {
    this.cut(a.start, a.end);
  }

  setAttr(a: Attr, text: string): void {
    this.replace(a.from, a.from + a.value.length, text);
  }

  /** The content of a leaf, "" of any other element. Only leaves are looked into, so that the work stays linear. */
  text(el: Element): string {
    return el.leaf ? this.#src.slice(el.from, el.to) : "";
  }

  /** Makes the edits, which may have come in any order. One that begins inside an earlier one is void. */
  finish(): string | null {
    if (this.#stack.length > 0) {
      throw new Malformed("XML element left open");
    }
    if (this.#edits.length === 0) {
      return null;
    }
    this.#edits.sort((a, b) => a.start - b.start || b.end - a.end);
    const out: string[] = [];
    let pos = 0;
    for (const d of this.#edits) {
      if (d.start >= pos) {
        out.push(this.#src.slice(pos, d.start), d.text);
        pos = d.end;
      }
    }
    out.push(this.#src.slice(pos));
    return out.join("");
  }
}
