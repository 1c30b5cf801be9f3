// What scripts say, in the language of the page. The texts are those of the
// catalogs (i18n/locales), under the same keys.
import { find, h } from "./dom.ts";
import { type Piece, piecesOf } from "./marks.ts";

type Texts = Readonly<Record<string, string>>;

let texts: Texts = {};

const failures = new Map<string, number>(); // by address

/** Loads the texts at an address: a module, so that a page can name it among its scripts. Throws where it cannot be loaded. */
export async function textsAt(url: string): Promise<Texts> {
  const failed = failures.get(url) ?? 0;
  try {
    // Some browsers remember that a module failed to load, by its whole address.
    return ((await import(failed > 0 ? `${url}#${failed}` : url)) as { default: Texts }).default;
  } catch (error) {
    failures.set(url, failed + 1);
    throw error;
  }
}

/** Loads the texts that a page names, and takes them if they are still wanted then. */
export async function loadTexts(page: Document = document, wanted: () => boolean = () => true): Promise<void> {
  const loaded = await textsAt(find("main", page).dataset["texts"] ?? "");
  if (wanted()) texts = loaded;
}

/** Returns the text of a key with its placeholders filled in. */
export const t = (key: string, values: Readonly<Record<string, string | number>> = {}): string =>
  (texts[key] ?? key).replace(/{{\.(\w+)}}/g, (all, name: string) => String(values[name] ?? all));

/** The key of a text for a kind of case: consultations have some of their own, as in server/view/kind.go. */
export const ofKind = (kind: string, key: string): string => (kind === "consultation" && `consultation.${key}` in texts ? `consultation.${key}` : key);

/** Returns the text of a key in the plural form that a count asks for; {{.Count}} becomes the count, or what values say. */
export function n(key: string, count: number, values: Readonly<Record<string, string | number>> = {}): string {
  const form = `${key}.${new Intl.PluralRules(document.documentElement.lang).select(count)}`;
  return t(form in texts ? form : key, { Count: number(count), ...values });
}

/** The language of the page as a code of ours: "pt" for pt-BR. */
export const language = (): string => document.documentElement.lang.slice(0, 2);

/**
 * Writes a number with the language's separators, and at most one decimal. Spain
 * and Mexico have each other's separators, so Spanish has those of the RAE, which
 * both read: see i18n/number.go.
 */
export function number(n: number): string {
  const tag = document.documentElement.lang;
  if (tag !== "es") return n.toLocaleString(tag, { maximumFractionDigits: 1 });
  return n.toLocaleString("en", { maximumFractionDigits: 1, useGrouping: n >= 10_000 }).replaceAll(",", "\u202f");
}

/** Writes a list of words as a sentence has it. */
export const list = (words: string[]): string => new Intl.ListFormat(document.documentElement.lang).format(words);

/** Writes an ISO day as people read it. say says a text of the language of code. */
export function date(day: string, say = t, code = language()): string {
  const [year = 0, month = 0, ofMonth = 0] = day.split("-").map(Number);
  return say("date.pattern", { Year: year, Month: say(`date.month.${month}`), Day: code === "pt" && ofMonth === 1 ? "1º" : ofMonth });
}

/** The ISO day and the time of unix seconds, in the time zone in which the organisation counts days: the pages of the desk name it. */
export function clock(at: number, timeZone = zone()): { day: string; time: string } {
  const figures: Record<string, string> = {};
  const two = "2-digit";
  const format = new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: two, day: two, hour: two, minute: two, hourCycle: "h23" });
  for (const { type, value } of format.formatToParts(at * 1000)) figures[type] = value;
  return { day: `${figures["year"]}-${figures["month"]}-${figures["day"]}`, time: `${figures["hour"]}:${figures["minute"]}` };
}

/** The name of that time zone. */
export const zone = (): string => find("main").dataset["zone"] ?? "UTC";

/** Writes when something was done at the desk. */
export function moment(at: number): string {
  const { day, time } = clock(at);
  return `${date(day)}${/^(ja|zh)$/.test(language()) ? " " : ", "}${time}`;
}

/** Writes how long ago something was, in the words of the language; figures as the catalogs write them. */
export function ago(seconds: number, tag = document.documentElement.lang): string {
  const words = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
  const minutes = Math.max(0, Math.round(seconds / 60));
  const text = minutes < 60 ? words.format(-minutes, "minute") : words.format(-Math.round(minutes / 60), "hour");
  return text.replace(/(\d) ?(?=\D)/g, tag === "ja" ? "$1" : "$1\u00a0");
}

/** Writes a number of bytes as people read it, rounded up: "1.5 MB". */
export function size(bytes: number): string {
  const units = ["KB", "MB", "GB"];
  let value = bytes / 1024;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  value = Math.ceil(value * 10) / 10;
  if (unit === 0 || value >= 10) value = Math.ceil(value);
  return `${number(value)}\u00a0${units[unit] ?? ""}`;
}

const mostMarked = 1000; // marks that are elements of their own
const longest = 60_000; // UTF-16 units of a text that are shown: twice what forms take

/** Someone else's text, with marks where something cannot be seen. What is much longer than forms take is cut, and says so. */
export function marked(text: string): HTMLElement {
  const pieces = piecesOf(text.slice(0, longest));
  const rest = written(pieces.splice(mostMarked));
  const shown = h("bdi", {}, ...pieces.map(({ text, mark }) => (mark ? h("mark", {}, text) : text)), rest);
  if (text.length > longest) shown.append(h("mark", {}, t("error.text-cut", { More: number(text.length - longest) })));
  return shown;
}

/** Somebody's name: what stands in brackets at its end is not parted where a line ends. */
export function named(name: string): HTMLElement {
  const [, first = "", brackets = ""] = /^(.+?[ ]*)((?<= )\([^()]*\)|（[^（）]*）)$/su.exec(name) ?? [];
  if (brackets === "") return marked(name);
  const whole = marked(name);
  whole.replaceChildren(...marked(first).childNodes, h("span", { class: "whole" }, ...marked(brackets).childNodes));
  return whole;
}

/** The same for a text that stands inside a sentence of ours. */
export const visible = (text: string): string => written(piecesOf(text));

const written = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join("");
