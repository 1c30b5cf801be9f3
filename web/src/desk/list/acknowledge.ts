// Acknowledging several reports at once: each letter in the language of its report,
// sealed to its case and its reporter. It cannot be taken back, so it asks first.
import { find, h } from "../../lib/dom.ts";
import { n, number, t } from "../../lib/texts.ts";
import type { DecryptedCase } from "../case/decrypted-case.ts";
import { maySeal } from "../case/decrypted-case.ts";
import { spoken } from "../case/languages.ts";
import { template } from "../case/letter.ts";
import { HeldBack, Moved, NotGenuine, PendingMessage } from "../case/send.ts";
import { ask } from "../ui/ask.ts";
import { oneByOne, type Result, reason } from "./one-by-one.ts";

interface Letter {
  readonly id: string;
  readonly opened: DecryptedCase;
  readonly language: string;
  readonly text: string;
}

/** Acknowledges those of some cases that can be. Returns undefined where the handler did not want to. */
export async function acknowledge(ids: readonly string[], open: (id: string) => Promise<DecryptedCase>): Promise<Result[] | undefined> {
  const letters: Letter[] = [];
  const prepared = await oneByOne(ids, async (id) => {
    const opened = await open(id);
    const why = hindrance(opened);
    if (why) return { id, why };
    const language = spoken(opened.language);
    letters.push({ id, opened, language, text: await template("template.acknowledge", language, opened) });
    return { id };
  });
  const failed = prepared.filter(({ why }) => why);
  if (letters.length === 0) return failed;
  if (prepared.length < ids.length || !(await wanted(letters, failed.length))) return undefined;
  const sent = await oneByOne(
    letters.map(({ id }) => id),
    (id) => send(letters.find((letter) => letter.id === id)!, open),
  );
  return [...sent, ...failed];
}

// Why a case cannot be acknowledged; undefined where it can.
function hindrance(opened: DecryptedCase): string | undefined {
  if (opened.data.case.state !== "received") return "acknowledged";
  if (!opened.data.moves.some(({ to }) => to === "acknowledged")) return "conflict";
  if (!opened.identity) return "no-key";
  return maySeal(opened, "desk") ? undefined : "not-genuine";
}

async function wanted(letters: readonly Letter[], failed: number): Promise<boolean> {
  const counts = new Map<string, number>();
  for (const { language } of letters) counts.set(language, (counts.get(language) ?? 0) + 1);
  const name = (code: string) => find(`#reply-language option[value="${CSS.escape(code)}"]`).textContent;
  const lines = [...counts].map(([code, count]) => h("li", {}, `${name(code)} – ${number(count)}`));
  const example = letters[0]!;
  const letter = h("details", {}, h("summary", {}, t("list.acknowledge.letter")), h("p", { class: "letter", lang: example.language }, example.text));
  const rest = failed > 0 ? [n("list.acknowledge.without", failed)] : [];
  return ask(n("list.acknowledge.question", letters.length), t("list.acknowledge.send"), h("ul", {}, ...lines), letter, ...rest, t("list.acknowledge.final"));
}

async function send({ id, opened, language, text }: Letter, open: (id: string) => Promise<DecryptedCase>): Promise<Result> {
  const move = { from: opened.data.case.state, to: "acknowledged", outcome: "" };
  const prompts = { reload: () => open(id), goOn: () => Promise.resolve(false), unchecked: () => Promise.resolve(false) };
  const message = new PendingMessage({ from: "desk", kind: "", language, text, files: [], move }, opened, prompts);
  try {
    // Stopping ends after a letter, never in the middle of one.
    await message.send({ signal: new AbortController().signal, sent: () => undefined, step: () => undefined, waiting: () => undefined });
    return { id };
  } catch (error) {
    if (error instanceof Moved) return { id, why: "acknowledged" };
    if (error instanceof HeldBack) return { id, why: "news" };
    return { id, why: error instanceof NotGenuine ? "not-genuine" : reason(error) };
  }
}
