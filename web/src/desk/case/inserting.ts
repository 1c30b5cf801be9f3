// A text that is put where a handler writes, never over what they typed.
import { t } from "../../lib/texts.ts";
import { ask } from "../ui/ask.ts";

const inserted = new WeakMap<HTMLTextAreaElement, string>();

/** Puts a text in. Where something else was typed it asks, and adds the text below unless it may replace. */
export async function insert(text: string, into: HTMLTextAreaElement): Promise<void> {
  const typed = into.value;
  if (typed.trim() !== "" && typed !== inserted.get(into)) {
    if (!(await ask(t("case.insert.question"), t("case.insert.below"), t("case.insert.text")))) return;
    into.value = `${typed.trimEnd()}\n\n${text}`;
  } else {
    into.value = text;
    inserted.set(into, text);
  }
  into.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Reports whether nothing stands there that a person typed. */
export const untouched = (area: HTMLTextAreaElement): boolean => area.value.trim() === "" || area.value === inserted.get(area);
