// A case as it is exported: every text of it as a passage, in the words of the
// page. The reporter's name is kept apart, and is not part of it.
import type { SealedFile } from "../../crypto/message.ts";
import { allInWords } from "../../lib/asked-fields.ts";
import { copyOf } from "../../lib/dom.ts";
import { aboutFile } from "../../lib/files.ts";
import { date, moment, t, zone } from "../../lib/texts.ts";
import type { DeskCase } from "../case/case.ts";
import type { DecryptedCase, Entry as DecryptedEntry } from "../case/decrypted-case.ts";
import { saidIn } from "../case/task.ts";
import { taskInWords } from "../case/timeline.ts";
import type { Passage } from "./mask-text.ts";

export interface DossierFile {
  readonly file: SealedFile;
  readonly name: Passage;
  readonly held: boolean; // the server has it with this very message
  readonly about: string; // size, and whether hidden details were taken out
}

/** A message, a note, or what happened between them. */
export interface DossierEntry {
  readonly kind: "report" | "reporter" | "desk" | "note" | "event";
  readonly author: Passage | undefined; // a handler's name
  readonly when: Passage | undefined;
  readonly text: Passage | undefined;
  readonly fault: string; // why there is no text, ""
  readonly answers: readonly Passage[];
  readonly files: readonly DossierFile[];
}

export interface Dossier {
  readonly id: Passage;
  readonly facts: readonly Passage[];
  readonly entries: readonly DossierEntry[];
}

const apart = new Set(["name", "contact"]); // never part of an export, wherever a report has them

/** Every passage of a dossier. */
export const passagesOf = ({ id, facts, entries }: Dossier): Passage[] => [id, ...facts, ...entries.flatMap(passagesOfEntry)];

/** Every passage of an entry. */
export const passagesOfEntry = ({ author, when, text, answers, files }: DossierEntry): Passage[] =>
  [author, when, text, ...answers, ...files.map(({ name }) => name)].filter((passage) => passage !== undefined);

/** Makes the dossier of a case as the page shows it. */
export function dossierOf(opened: DecryptedCase, labels: readonly string[]): Dossier {
  const make = passages();
  const rows = [...document.querySelectorAll("#facts dl.facts > div")].filter((row) => !row.querySelector("time.due")); // "in 3 days" would not stay true
  const facts = rows.map((row) => make(words(row.querySelector("dt")), words(row.querySelector("dd"))));
  if (opened.data.classification !== "") {
    for (const row of document.querySelectorAll("#classification > dl > div:not(:has([data-field=place]))")) {
      const value = row.querySelector("dd")?.cloneNode(true) as HTMLElement; // place and answers of the report stand in its message, to be blacked out once
      value.querySelector(".reported")?.remove();
      facts.push(make(t("classification.exported", { Field: words(row.querySelector("dt")) }), words(value)));
    }
  }
  if (labels.length > 0) facts.push(make(t("label.title"), labels.join(" · ")));
  const answers = copyOf("answers");
  const waiting = [...opened.entries];
  const entries: DossierEntry[] = [];
  for (const line of document.querySelectorAll("#timeline li:is(.entry, .event)")) {
    const entry = line.matches(".event") ? undefined : waiting.shift();
    entries.push(entry ? message(entry, opened.data, answers, make) : event(words(line), make));
  }
  return { id: make(t("case.title"), opened.data.case.id), facts, entries };
}

type Make = (label: string, text: string, language?: string) => Passage;

function passages(): Make {
  let last = 0;
  return (label, text, language = "") => ({ key: String(++last), label, text, language });
}

// What the page says, without the characters that keep it on a line or let it break: what others wrote stands there written out.
const words = (element: Element | null): string => element?.textContent.replace(/[\u2060\u200b]/g, "").replace(/\s+/g, " ").trim() ?? "";

const event = (text: string, make: Make): DossierEntry => ({ kind: "event", author: undefined, when: undefined, text: make(t("export.event"), text), fault: "", answers: [], files: [] });

function message({ row, message, fault }: DecryptedEntry, data: DeskCase, answers: DocumentFragment, make: Make): DossierEntry {
  const { from, by, at, on, seq } = row;
  const written = from === "report" || from === "reporter";
  const author = written ? undefined : make(t("export.author"), data.handlers[by] ?? t("event.somebody"));
  const when = make(t("export.when"), at === 0 ? date(on) : `${moment(at)} (${zone()})`);
  const empty = { kind: from, author, when, text: undefined, answers: [], files: [] };
  if (!message) return { ...empty, fault: t(`case.fault.${fault ?? "broken"}`) };
  const said = saidIn({ row, message });
  const given = Object.fromEntries(Object.entries(message.fields ?? {}).filter(([field]) => !apart.has(field)));
  const held = new Set(data.files.filter((file) => file.seq === seq).map(({ id }) => id));
  return {
    ...empty,
    fault: "",
    text: make(t("export.words"), message.text, message.language),
    answers: (said ? taskInWords(said, data) : allInWords(answers, given)).map(({ question, answer }) => make(question, answer, message.language)),
    files: (message.files ?? []).map((file) => ({ file, name: make(t("export.file"), file.name), held: held.has(file.id), about: aboutFile(file.size, file, "case.file.kept") })),
  };
}
