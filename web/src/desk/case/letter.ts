// A letter to a reporter: a template with what is known of the case.
import { queueOf } from "../../lib/branches.ts";
import { lettersAt } from "../letters/own.ts";
import type { DeskCase } from "./case.ts";
import type { DecryptedCase } from "./decrypted-case.ts";
import { speaker, type Speaker } from "./languages.ts";
import { kindOf } from "./triage.ts";

type Texts = Readonly<Record<string, string>>;

/** Returns a template in a language, for the kind of the case and with what is known of it filled in: the organisation's own, else the one that is built in. */
export async function template(key: string, language: string, opened: DecryptedCase): Promise<string> {
  const { entity, branch } = opened.data.case;
  const [spoken, letters] = await Promise.all([speaker(language), lettersAt(entity)]);
  const values = { ...letters.values[language], Queue: letters.queues[language]?.[queueOf(branch)] ?? "" };
  const acknowledges = key === "template.acknowledge" || letters.own.some(({ code, use }) => key === `template.${code}` && use === "acknowledge");
  return filledIn(spoken, key, kindOf(opened), opened.data, letters.texts[language], values, acknowledges && letters.tell_channels);
}

/** Fills a template in for a kind of case. The days are those that the organisation's profile gives. tellsChannels: it ends with the outside channels, unless it has them already. Throws where there is no text. */
export function filledIn({ say, has, date }: Speaker, key: string, kind: string, { on, dates }: Pick<DeskCase, "on" | "dates">, own: Texts = {}, names: Texts = {}, tellsChannels = false): string {
  const advice = `consultation.${key}`;
  const chosen = kind === "consultation" && has(advice) ? advice : key;
  const by = key === "template.extension" && dates.extension ? dates.extension : dates.promise;
  const answer = date(by);
  const promise = say(by < on ? "template.answer-late" : "template.answer-by", { Answer: answer });
  const values: Texts = { ...names, Received: date(dates.received), Answer: answer, Promise: promise };
  const text = own[chosen.replace("template.", "")];
  const ending = tellsChannels && values["Channels"] && !text?.includes("{{Channels}}") ? `\n\n${values["Channels"]}` : "";
  if (text !== undefined) return text.replace(/{{(\w+)}}/g, (all, field: string) => values[field] ?? all) + ending;
  if (!has(chosen)) throw new Error(`no text for ${chosen}`);
  return say(chosen, values) + ending;
}
