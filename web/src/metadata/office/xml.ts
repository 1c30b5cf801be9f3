// A small reader for XML 1.0 that keeps to bytes (as binary strings): it finds tags, so that edits can leave everything
// else as it stands. It is strict about what it reads (tags match, attributes are quoted) and refuses what it does not
// need: a document type, another encoding than UTF-8.
import { type Bytes, foldASCII, isUTF8 } from "../base/bytes.ts";
import { Malformed, TooLarge, Unsupported } from "../base/errors.ts";
import { maxAttrs } from "../base/limits.ts";

/** "text" is character data, and CDATA sections; "other" is <? ?>. */
export type TokenKind = "text" | "open" | "close" | "comment" | "other";

/** One piece of markup or text: src from start to end. */
export interface Token {
  kind: TokenKind;
  start: number;
  end: number;
  /** With its prefix. */
  name: string;
  attrs: Attr[];
  /** <a/> */
  empty: boolean;
}

/** An attribute of a tag. From start to end it is whole, with the white space before it. */
export interface Attr {
  start: number;
  end: number;
  /** With its prefix. */
  name: string;
  /** Between the quotes, as it stands. */
  value: string;
  /** Offset of value. */
  from: number;
}

/** Cuts the prefix off a name. */
export function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** The attribute of that name, or, where no prefix is given, the first with that local name. */
export function findAttr(attrs: Attr[], name: string): Attr | undefined {
  return attrs.find((a) => a.name === name) ?? attrs.find((a) => localName(a.name) === name);
}

/** The value of the attribute that findAttr finds, "" without one. */
export function valueOf(attrs: Attr[], name: string): string {
  return findAttr(attrs, name)?.value ?? "";
}

const utf8BOM = "\xef\xbb\xbf";

/** Whether a declaration stands at an offset; it may stand first or nowhere. */
function isDeclaration(src: string, at: number): boolean {
  return src.startsWith("<?xml", at) && isSpace(src.charCodeAt(at + 5));
}

function isSpace(c: number): boolean {
  return c === 0x20 || c === 0x09 || c === 0x0d || c === 0x0a;
}

/** Characters that cannot stand in a name: white space and / > = < " ' & */
const endsName = Array.from({ length: 256 }, (_, c) => isSpace(c) || "/>=<\"'&".includes(String.fromCharCode(c)));

/** Refuses anything but UTF-8, by its first bytes, by its declaration and by every byte. */
export function checkEncoding(b: Bytes, src: string): void {
  if (src.startsWith("\xfe\xff") || src.startsWith("\xff\xfe") || src.includes("\0")) {
    throw new Unsupported("XML in UTF-16");
  }
  const start = src.startsWith(utf8BOM) ? utf8BOM.length : 0;
  const end = src.indexOf("?>", start);
  if (end >= 0 && isDeclaration(src, start)) {
    const attrs = new XMLScanner(src.slice(start, end), "<?xml".length).attributes();
    if (!["", "utf-8", "utf8", "us-ascii"].includes(foldASCII(valueOf(attrs, "encoding")))) {
      throw new Unsupported("XML encoding");
    }
  }
  if (!isUTF8(b)) {
    throw new Malformed("XML that is not UTF-8");
  }
}

/** Splits src into tokens. */
export class XMLScanner {
  readonly src: string;
  pos: number;

  constructor(src: string, pos = 0) {
    this.src = src;
    this.pos = pos;
  }

  /** The next token; null at the end. */
  next(): Token | null {
    const { src, pos: start } = this;
    if (start === src.length) {
      return null;
    }
    const t: Token = { kind: "text", start, end: src.length, name: "", attrs: [], empty: false };
    if (src[start] !== "<") {
      const n = src.indexOf("<", start);
      t.end = n < 0 ? src.length : n;
    } else if (src.startsWith("<!--", start)) {
      t.kind = "comment";
      t.end = this.#until(4, "-->");
    } else if (src.startsWith("<![CDATA[", start)) {
      t.end = this.#until(9, "]]>");
    } else if (src.startsWith("<!", start)) {
      throw new Unsupported(`XML declaration at byte ${start}`);
    } else if (src.startsWith("<?", start)) {
      if (isDeclaration(src, start) && start !== 0 && src.slice(0, start) !== utf8BOM) {
        throw this.#malformed();
      }
      t.kind = "other";
      t.end = this.#until(2, "?>");
    } else {
      this.#tag(t);
    }
    this.pos = t.end;
    return t;
  }

  /** The offset behind the terminator, which is looked for from skip bytes on. */
  #until(skip: number, terminator: string): number {
    const n = this.src.indexOf(terminator, this.pos + skip);
    if (n < 0) {
      throw this.#malformed();
    }
    return n + terminator.length;
  }

  /** Reads an opening or closing tag. */
  #tag(t: Token): void {
    t.kind = "open";
    this.pos++;
    if (this.#at("/")) {
      t.kind = "close";
      this.pos++;
    }
    t.name = this.#name();
    if (!t.name) {
      throw this.#malformed();
    }
    if (t.kind === "open") {
      t.attrs = this.attributes();
      if (this.#at("/")) {
        t.empty = true;
        this.pos++;
      }
    } else {
      this.#space();
    }
    if (!this.#at(">")) {
      throw this.#malformed();
    }
    t.end = this.pos + 1;
  }

  /** Reads attributes up to anything that is no name. */
  attributes(): Attr[] {
    const attrs: Attr[] = [];
    for (;;) {
      const start = this.pos;
      const spaced = this.#space();
      const name = this.#name();
      if (!name) {
        return attrs;
      }
      this.#space();
      if (!spaced || !this.#at("=")) {
        throw this.#malformed();
      }
      this.pos++;
      this.#space();
      if (!this.#at('"') && !this.#at("'")) {
        throw this.#malformed();
      }
      const from = this.pos + 1;
      const end = this.src.indexOf(this.src[this.pos]!, from);
      const value = this.src.slice(from, Math.max(end, from));
      if (end < 0 || value.includes("<") || attrs.some((a) => a.name === name)) {
        throw this.#malformed();
      }
      if (attrs.length === maxAttrs) {
        throw new TooLarge(`more than ${maxAttrs} XML attributes`);
      }
      this.pos = end + 1;
      attrs.push({ start, end: this.pos, name, value, from });
    }
  }

  /** Reads everything up to a character that cannot stand in a name. */
  #name(): string {
    const start = this.pos;
    while (this.pos < this.src.length && !endsName[this.src.charCodeAt(this.pos)]) {
      this.pos++;
    }
    return this.src.slice(start, this.pos);
  }

  /** Moves past white space and reports whether there was any. */
  #space(): boolean {
    const start = this.pos;
    while (isSpace(this.src.charCodeAt(this.pos))) {
      this.pos++;
    }
    return this.pos > start;
  }

  #at(c: string): boolean {
    return this.src[this.pos] === c;
  }

  #malformed(): Malformed {
    return new Malformed(`XML at byte ${this.pos}`);
  }
}
