// A letter to a reporter: a template with what is known of the case.
import type { DeskCase } from "./case.ts";
import type { DecryptedCase } from "./decrypted-case.ts";
import { speaker, type Speaker } from "./languages.ts";
import { kindOf } from "./triage.ts";

/** Returns a template in a language, for the kind of the case and with what is known of it filled in. */
export const template = async (key: string, language: string, opened: DecryptedCase): Promise<string> =>
  filledIn(await speaker(language), key, kindOf(opened), opened.data);

/** Fills a template in for a kind of case. The days are those that the organisation's profile gives. */
export function filledIn({ say, has, date }: Speaker, key: string, kind: string, { on, dates }: Pick<DeskCase, "on" | "dates">): string {
  const own = `consultation.${key}`;
  const promise = dates.promise < on ? "template.answer-late" : "template.answer-by";
  return say(kind === "consultation" && has(own) ? own : key, {
    Received: date(dates.received),
    Promise: say(promise, { Answer: date(dates.promise) }),
  });
}
