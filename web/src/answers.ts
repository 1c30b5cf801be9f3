// The answers of the report form: read, checked, and put into words.
import { find } from "./dom.ts";
import { number, t } from "./texts.ts";

/** The fields of the form that are sealed, in its order, apart from the text. */
export const fieldNames = ["kind", "relationship", "subject", "category", "danger", "where", "country", "when", "people", "reported_before", "identity", "name", "contact"] as const;

/** What is wrong with a field, in words. */
export interface FieldError {
  readonly field: string;
  readonly text: string;
}

export interface TextLimits {
  readonly text: number; // characters
  readonly field: number;
}

/** Everything typed or chosen, by field name. */
export function answersOf(form: HTMLFormElement): Record<string, string> {
  const answers: Record<string, string> = {};
  for (const name of ["text", ...fieldNames]) {
    const value = new FormData(form).get(name);
    if (typeof value === "string") answers[name] = value;
  }
  return answers;
}

/** Puts answers back into a form. */
export function fillIn(form: HTMLFormElement, answers: Readonly<Record<string, string>>): void {
  for (const control of form.querySelectorAll<HTMLInputElement>("input, select, textarea")) {
    const value = answers[control.name];
    if (control.type === "radio" || control.type === "checkbox") control.checked = value === control.value;
    else if (value !== undefined) control.value = value;
  }
}

/** The answers that are sealed: those given, trimmed. */
export const given = (answers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(fieldNames.map((name) => [name, (answers[name] ?? "").trim()] as const).filter(([, value]) => value !== ""));

/** Names what cannot be sent as it is. holdsReceipt finds a receipt in a text. */
export function faults(answers: Readonly<Record<string, string>>, limits: TextLimits, textRequired: boolean, holdsReceipt: (text: string) => boolean): FieldError[] {
  const errors: FieldError[] = [];
  for (const [field, value] of Object.entries(answers)) {
    const length = [...value].length;
    if (field === "text" && textRequired && value.trim() === "") errors.push({ field, text: t("error.text-missing") });
    else if (field === "text" && length > limits.text) errors.push({ field, text: t("error.text-too-long", { Limit: number(limits.text) }) });
    else if (field !== "text" && length > limits.field) errors.push({ field, text: t("error.field-too-long", { Limit: number(limits.field) }) });
    else if (holdsReceipt(value)) errors.push({ field, text: t("error.receipt-inside") });
  }
  return errors;
}

/** An answer as question and answer in the words of the page that asks them. */
export interface InWords {
  readonly field: string;
  readonly question: string;
  readonly answer: string;
}

/** Puts the answers into words; root holds the controls of the form. */
export function inWords(root: ParentNode, answers: Readonly<Record<string, string>>): InWords[] {
  return fieldNames
    .filter((field) => (answers[field] ?? "") !== "")
    .map((field) => ({ field, question: question(root, field), answer: answer(root, field, answers[field]!) }));
}

function question(root: ParentNode, field: string): string {
  const control = find(`[name="${field}"]`, root);
  const label = control.matches('[type="radio"]') ? find("legend", control.closest("fieldset")!) : find(`label[for="${control.id}"]`, root);
  return label.textContent?.trim() ?? field;
}

function answer(root: ParentNode, field: string, value: string): string {
  const control = find(`[name="${field}"]`, root);
  if (control instanceof HTMLSelectElement) return [...control.options].find((o) => o.value === value)?.text.trim() ?? value;
  if (control.matches('[type="checkbox"]')) return t("answer.yes");
  const radio = [...root.querySelectorAll<HTMLInputElement>(`[type="radio"][name="${field}"]`)].find((r) => r.value === value);
  return radio ? (find(`label[for="${radio.id}"]`, root).textContent?.trim() ?? value) : value;
}
