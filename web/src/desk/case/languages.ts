// Texts in the language of a report, which may be another one than the page's.
import { find } from "../../lib/dom.ts";
import { date, textsAt } from "../../lib/texts.ts";

/** Says a text of one language by its key. */
export interface Speaker {
  readonly say: (key: string, values?: Readonly<Record<string, string | number>>) => string;
  readonly date: (day: string) => string;
  readonly has: (key: string) => boolean;
}

const loading = new Map<string, Promise<Speaker>>();

/** The texts of a language. The page names where they are. */
export function speaker(language: string): Promise<Speaker> {
  const known = loading.get(language);
  if (known) return known;
  const made = load(language);
  loading.set(language, made);
  made.catch(() => loading.delete(language)); // the next one tries again
  return made;
}

/** A language of ours; the page's own for any other. */
export const spoken = (language: string | undefined): string =>
  language && document.querySelector(`#reply-language option[value="${CSS.escape(language)}"]`) ? language : document.documentElement.lang.slice(0, 2);

async function load(language: string): Promise<Speaker> {
  const texts = await textsAt(find(`#reply-language option[value="${CSS.escape(language)}"]`).dataset["texts"] ?? "");
  const say: Speaker["say"] = (key, values = {}) => (texts[key] ?? key).replace(/{{\.(\w+)}}/g, (all, name: string) => String(values[name] ?? all));
  return { say, date: (day) => date(day, say, language), has: (key) => key in texts };
}
