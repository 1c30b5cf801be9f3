// Translation by the browser itself, where it has a translator on this device.
// Never by a service: a text of a report leaves no device.
import { button, h } from "../../lib/dom.ts";
import { unlessStopped } from "../../lib/progress.ts";
import { language, marked, number, t } from "../../lib/texts.ts";

interface Translator {
  translate(text: string, options?: Cancel): Promise<string>;
  destroy?(): void;
}

type Availability = "unavailable" | "downloadable" | "downloading" | "available";

interface Cancel {
  readonly signal: AbortSignal;
}

/** What a browser has that translates: https://webmachinelearning.github.io/translation-api/. */
export interface Translators {
  availability(pair: Pair): Promise<Availability>;
  create(options: Pair & Cancel & { monitor: (m: EventTarget) => void }): Promise<Translator>;
}

export interface Pair {
  readonly sourceLanguage: string;
  readonly targetLanguage: string;
}

/** How long to wait, in milliseconds. */
export interface Patience {
  readonly word: number; // until whoever waits is told that nothing has come yet
  readonly end: number; // without a sign of life, until it is given up
}

const patience: Patience = { word: 3000, end: 60_000 };

/** Says how it goes, by the key of a text. */
type Tell = (key: string, percent?: number) => void;

/** Returns what offers the translation of a text, undefined where this browser has none on the device. */
export async function translation(text: string, from: string): Promise<HTMLElement | undefined> {
  const pair: Pair = { sourceLanguage: from, targetLanguage: language() };
  const translators = "Translator" in self ? (self as unknown as { Translator: Translators }).Translator : undefined;
  if (!translators || from === pair.targetLanguage || !from || text.trim() === "") return undefined;
  try {
    if ((await translators.availability(pair)) === "unavailable") return undefined;
  } catch {
    return undefined; // a language that it does not know
  }
  const said = h("p", { class: "hint", role: "status" }, t("case.translate.text"));
  const tell: Tell = (key, percent) => (said.textContent = t(key, percent === undefined ? {} : { Percent: number(percent) }));
  const act = button(t("case.translate.button"), "plain", async () => {
    act.disabled = true;
    const result = await translate(translators, pair, text, tell);
    act.disabled = false;
    if (result === undefined) return;
    box.replaceChildren(h("p", { class: "hint" }, t("case.translate.done")), h("p", { class: "text", dir: "auto" }, marked(result)));
  });
  const box = h("div", { class: "translation" }, act, said);
  return box;
}

/**
 * Translates, and says at once what it waits for: the translator to be fetched, or
 * its answer. A browser that stays silent is given up. Returns undefined where
 * there is no translation: tell has said why.
 */
export async function translate(translators: Translators, pair: Pair, text: string, tell: Tell, wait = patience): Promise<string | undefined> {
  const given = new AbortController();
  const silence = watch(wait, () => tell("case.translate.slow"), () => given.abort());
  const monitor = (m: EventTarget) =>
    m.addEventListener("downloadprogress", (e) => {
      if (given.signal.aborted) return;
      silence.heard();
      tell("case.translate.loading", Math.floor((e as ProgressEvent).loaded * 100));
    });
  const work = async (): Promise<string> => {
    tell("case.translate.working");
    const has = await translators.availability(pair);
    if (has === "unavailable") throw new DOMException("", "NotSupportedError");
    if (has !== "available") tell("case.translate.fetching");
    const translator = await translators.create({ ...pair, signal: given.signal, monitor });
    try {
      silence.heard();
      tell("case.translate.working");
      return await translator.translate(text, { signal: given.signal });
    } finally {
      translator.destroy?.();
    }
  };
  try {
    return await unlessStopped(work(), given.signal) // not every browser heeds the signal that it is given;
  } catch (error) {
    tell(given.signal.aborted ? "case.translate.silent" : missing(error) ? "case.translate.missing" : "case.translate.failed");
    return undefined;
  } finally {
    silence.end();
  }
}

// Calls back when nothing was heard for a while, and when that has gone on too long.
function watch(wait: Patience, quiet: () => void, over: () => void): { heard: () => void; end: () => void } {
  let timers: ReturnType<typeof setTimeout>[] = [];
  const end = () => timers.forEach(clearTimeout);
  const heard = () => {
    end();
    timers = [setTimeout(quiet, wait.word), setTimeout(over, wait.end)];
  };
  heard();
  return { heard, end };
}

const missing = (error: unknown): boolean => error instanceof DOMException && (error.name === "NotSupportedError" || error.name === "NetworkError");
