// The two forms of the case page: a message to the reporter, and a note that
// only handlers can open. They look different and are sealed to different people.
import { holdsReceipt } from "../../crypto/receipt.ts";
import type { FieldError } from "../../lib/answers.ts";
import { find } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { installFiles } from "../../lib/files.ts";
import { identityOf, loadFilters, outgoing, type SelectedFile } from "../../lib/selected-files.ts";
import { language, number, t } from "../../lib/texts.ts";
import { showOwn } from "../letters/choose.ts";
import { further, lettersAt } from "../letters/own.ts";
import { once } from "../ui/form.ts";
import { askBeforeSigningOut } from "../ui/signing-out.ts";
import type { Kind } from "./case.ts";
import type { Draft } from "./draft.ts";
import { insert } from "./inserting.ts";
import { template } from "./letter.ts";
import { type CasePage, gap, send, tell } from "./sending.ts";
import { kindOf as kindOfCase } from "./triage.ts";

const replyForm = () => find<HTMLFormElement>("form#reply");
const noteForm = () => find<HTMLFormElement>("form#note");
const replyText = () => find<HTMLTextAreaElement>("#reply-text");
const noteText = () => find<HTMLTextAreaElement>("#note-text");
const templateChoice = () => find<HTMLSelectElement>("#reply-template");
const languageChoice = () => find<HTMLSelectElement>("#reply-language");

const selected: SelectedFile[] = [];

/** What stands in the forms. */
export const written = (): Omit<Draft, "closing" | "longer" | "investigating" | "reason" | "classification"> => ({ reply: replyText().value, kind: kindOf(), language: languageChoice().value, note: noteText().value });

/** Reports whether something would be lost with the page. */
export const unsent = (): boolean => replyText().value.trim() + noteText().value.trim() !== "" || selected.length > 0;

/** Puts a draft back, unless something was typed already. */
export function restore(draft: Draft): void {
  if (replyText().value.trim() + noteText().value.trim() !== "") return;
  replyText().value = draft.reply;
  noteText().value = draft.note;
  writeIn(draft.language);
  const kind = replyForm().querySelector<HTMLInputElement>(`[name="kind"][value="${CSS.escape(draft.kind)}"]`);
  if (kind) kind.checked = true;
}

/** Sets the language that messages are written in; the handler can choose another. */
export function writeIn(code: string): void {
  languageChoice().value = code;
  languageChoice().dispatchEvent(new Event("change"));
}

/** Takes every text away. */
export function emptyForms(): void {
  replyText().value = noteText().value = "";
  selected.length = 0;
}

/** Installs both forms. changed is told of every key; loses, whether signing out would lose something that forget then drops. */
export function installForms(page: CasePage, changed: () => void, loses: () => boolean, forget: () => void): void {
  const limit = Number(replyForm().dataset["text"]);
  installFiles(replyForm(), selected, (errors) => showErrors(replyForm(), errors));
  void loadFilters();
  for (const form of [replyForm(), noteForm()]) form.addEventListener("input", changed);
  languageChoice().addEventListener("change", () => void showTemplates(page));
  find("#insert").addEventListener("click", () => void insertTemplate(page));
  once(replyForm(), async () => {
    const errors = faultsOf(replyText(), limit, selected.length === 0);
    showErrors(replyForm(), errors);
    if (errors.length === 0) await reply(page, changed);
  });
  once(noteForm(), async () => {
    const errors = faultsOf(noteText(), limit, true);
    showErrors(noteForm(), errors);
    if (errors.length === 0) await note(page, changed);
  });
  askBeforeSigningOut(loses, forget, () => [t("case.leaving.question"), t("case.leaving.text")]); // which empties the tab, and with it the draft
}

/** Names what is wrong with a text that is to be sent. */
export function faultsOf(area: HTMLTextAreaElement, limit: number, required: boolean): FieldError[] {
  const { id: field, value } = area;
  if (required && value.trim() === "") return [{ field, text: t("error.text-missing") }];
  if ([...value].length > limit) return [{ field, text: t("error.text-too-long", { Limit: number(limit) }) }];
  if (value.includes(gap)) return [{ field, text: t("case.gap") }];
  if (holdsReceipt(value)) return [{ field, text: t("case.receipt-inside") }];
  return [];
}

const kindOf = (): Kind => (replyForm().querySelector<HTMLInputElement>('[name="kind"]:checked')?.value ?? "") as Kind;

async function reply(page: CasePage, changed: () => void): Promise<void> {
  try {
    const files = await outgoing(selected);
    const writing = { from: "desk" as const, kind: kindOf(), language: languageChoice().value, text: replyText().value, files, move: null };
    const of = JSON.stringify([writing.kind, writing.language, writing.text, identityOf(files)]);
    if (!(await send(replyForm(), page, writing, of, t("case.sent")))) return;
    replyText().value = "";
    find<HTMLInputElement>("#kind-information").checked = true;
    selected.length = 0;
    find("#files", replyForm()).dispatchEvent(new Event("change")); // shows the empty list
    changed();
  } catch (error) {
    tell(replyForm(), page, error);
  }
}

async function note(page: CasePage, changed: () => void): Promise<void> {
  const text = noteText().value;
  const stored = await send(noteForm(), page, { from: "note", kind: "", language: language(), text, files: [], move: null }, text, t("case.noted"));
  if (!stored) return;
  noteText().value = "";
  changed();
}

// What a template is for, by its name: the kind of the message that it becomes.
const kinds: Readonly<Record<string, Kind>> = { details: "question", evidence: "question", "not-investigated": "answer" };

/** Shows the organisation's own templates that hold for the case, in the language of the message. */
export async function showTemplates(page: CasePage): Promise<void> {
  const opened = page.current();
  try {
    const letters = await lettersAt(opened.data.case.entity);
    if (page.current() === opened) showOwn(templateChoice(), further(letters, kindOfCase(opened), languageChoice().value, ["information", "question", "answer"]));
  } catch (error) {
    tell(replyForm(), page, error);
  }
}

async function insertTemplate(page: CasePage): Promise<void> {
  const name = templateChoice().value;
  const use = templateChoice().selectedOptions[0]?.dataset["use"];
  try {
    await insert(await template(`template.${name}`, languageChoice().value, page.current()), replyText());
    const kind = use === undefined ? (kinds[name] ?? "") : use === "information" ? "" : use;
    find<HTMLInputElement>(`#reply [name="kind"][value="${kind}"]`).checked = true;
    replyText().focus();
  } catch (error) {
    tell(replyForm(), page, error);
  }
}
