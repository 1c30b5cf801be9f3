// Translation by the browser itself, where it has a translator on this device.
// Never by a service: a text of a report leaves no device.
import { button, h } from "../../lib/dom.ts";
import { language, marked, number, t } from "../../lib/texts.ts";

interface Translator {
  translate(text: string): Promise<string>;
  destroy?(): void;
}

interface Translators {
  availability(pair: Pair): Promise<"unavailable" | "downloadable" | "downloading" | "available">;
  create(pair: Pair & { monitor: (m: EventTarget) => void }): Promise<Translator>;
}

interface Pair {
  readonly sourceLanguage: string;
  readonly targetLanguage: string;
}

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
  const act = button(t("case.translate.button"), "plain", async () => {
    act.disabled = true;
    try {
      const result = await translate(translators, pair, text, (part) => (said.textContent = t("case.translate.loading", { Percent: number(part) })));
      box.replaceChildren(h("p", { class: "hint" }, t("case.translate.done")), h("p", { class: "text", dir: "auto" }, marked(result)));
    } catch {
      said.textContent = t("case.translate.failed");
      act.disabled = false;
    }
  });
  const box = h("div", { class: "translation" }, act, said);
  return box;
}

async function translate(translators: Translators, pair: Pair, text: string, progress: (percent: number) => void): Promise<string> {
  const monitor = (m: EventTarget) => m.addEventListener("downloadprogress", (e) => progress(Math.floor((e as ProgressEvent).loaded * 100)));
  const translator = await translators.create({ ...pair, monitor });
  try {
    return await translator.translate(text);
  } finally {
    translator.destroy?.();
  }
}
