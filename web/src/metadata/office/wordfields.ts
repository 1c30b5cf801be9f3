// Word's fields (ECMA-376 part 1, 17.16) print properties of the document or the names of people into the text. What
// they printed stands in the file, between a code and an end. Programs that print it anew would find the properties
// gone, so such a field is unlinked: its machinery goes, its text stays. Where the text is a person's name or the name
// of the file, it goes too.
import { foldASCII } from "../base/bytes.ts";
import { maxDepth, maxFieldCode } from "../base/limits.ts";
import { blankedFields, personalProperties, unlinkedFields } from "../base/rules.ts";
import type { Editor, Element } from "./edit.ts";
import { holdsLocalPath } from "./paths.ts";
import { type Token, valueOf } from "./xml.ts";

/** What becomes of a field; unlinked, its text stays as plain text, blanked, it goes too. */
type FieldUse = "stays" | "unlinked" | "blanked";

function useOf(code: string): FieldUse {
  const words = code.split(/[ "\t\n\r]+/).filter((w) => w !== "");
  const [first, second] = words;
  if (first === undefined) {
    return "stays";
  }
  const kind = first.replace(/[a-z]+/g, (c) => c.toUpperCase());
  const names = kind === "DOCPROPERTY" || kind === "INFO"; // a property, in the second word
  if (blankedFields.has(kind) || (names && second !== undefined && personalProperties.includes(foldASCII(second)))) {
    return "blanked";
  }
  return unlinkedFields.has(kind) || holdsLocalPath(code) ? "unlinked" : "stays";
}

/** A complex field: runs with fldChar begin, instrText, separate, the text, end. */
interface Field {
  code: string;
  /** The machinery, to be cut if the field is unlinked. */
  marks: { start: number; end: number }[];
  /** All of the machinery can be cut. */
  whole: boolean;
  /** The text has begun. */
  printed: boolean;
  use: FieldUse;
}

/** Follows fields and content controls through a part. */
export class WordState {
  readonly #fields: Field[] = [];
  /** Of the fldChar that is open. */
  #kind = "";
  /** Open fldSimple elements. */
  readonly #simple: FieldUse[] = [];
  /** Open content controls (sdt): bound to a personal property. */
  readonly #controls: boolean[] = [];
  /** Open fields and controls whose text goes. */
  #hiding = 0;

  open(e: Editor, t: Token, local: string): void {
    switch (local) {
      case "fldChar":
        this.#kind = valueOf(t.attrs, "fldCharType");
        break;
      case "fldSimple":
        this.#openSimple(e, t);
        break;
      case "fldData":
        if ((this.#simple.at(-1) ?? "stays") !== "stays" && e.parent() === "fldSimple") {
          e.drop();
        }
        break;
      case "sdt":
        this.#controls.push(false);
        break;
      case "t":
      case "delText":
        if (this.#hiding > 0) {
          e.blank();
        }
    }
  }

  close(e: Editor, el: Element, local: string): void {
    switch (local) {
      case "fldChar":
        this.#mark(e, el);
        break;
      case "instrText":
      case "delInstrText":
        this.#instruction(e, el);
        break;
      case "fldSimple":
        this.#closeSimple(e, el);
        break;
      case "sdt":
        this.#show(this.#controls.pop() ?? false);
    }
  }

  /** Notes what property the innermost content control shows. Its properties stand before its content. */
  bound(xpath: string): void {
    const innermost = this.#controls.length - 1;
    const path = foldASCII(xpath);
    if (this.#controls[innermost] === false && personalProperties.some((p) => path.includes(`:${p}`))) {
      this.#controls[innermost] = true;
      this.#hide(true);
    }
  }

  #openSimple(e: Editor, t: Token): void {
    const use = useOf(valueOf(t.attrs, "instr"));
    this.#simple.push(use);
    if (use !== "stays") {
      e.cut(t.start, t.end);
    }
    this.#hide(use === "blanked");
  }

  #closeSimple(e: Editor, el: Element): void {
    const use = this.#simple.pop() ?? "stays";
    if (use !== "stays") {
      e.cut(el.to, el.end);
    }
    this.#show(use === "blanked");
  }

  /** Adds a piece of the code of the innermost field. */
  #instruction(e: Editor, el: Element): void {
    const f = this.#fields.at(-1);
    if (!f) {
      return;
    }
    f.marks.push(el);
    if (!f.printed && f.code.length + el.to - el.from <= maxFieldCode) {
      f.code += e.text(el);
    }
  }

  /** Handles fldChar. A field can be unlinked if its marks hold nothing of their own. */
  #mark(e: Editor, el: Element): void {
    const whole = el.from === el.to;
    if (this.#kind === "begin") {
      if (this.#fields.length < maxDepth) {
        this.#fields.push({ code: "", marks: [el], whole, printed: false, use: "stays" });
      }
      return;
    }
    const f = this.#fields.at(-1);
    if (!f) {
      return;
    }
    f.marks.push(el);
    f.whole &&= whole;
    if (!f.printed) {
      f.printed = true;
      f.use = useOf(f.code);
      this.#hide(f.use === "blanked");
    }
    if (this.#kind === "end") {
      this.#fields.pop();
      this.#show(f.use === "blanked");
      if (f.use !== "stays" && f.whole) {
        f.marks.forEach((mark) => e.cut(mark.start, mark.end));
      }
    }
  }

  #hide(yes: boolean): void {
    this.#hiding += yes ? 1 : 0;
  }

  #show(yes: boolean): void {
    this.#hiding -= yes ? 1 : 0;
  }
}
