// The answers of the report form: read, checked, and put into words.
import { holdsReceipt } from "../crypto/receipt.ts";
import { find } from "./dom.ts";
import { unanswered } from "./routing.ts";
import { number, t } from "./texts.ts";

/** The fields that are sealed, apart from the text, in the order of the form: those of an intake operator before it, and after it what a reporter says to a written statement. */
export const fieldNames = ["channel", "reference", "kind", "relationship", "subject", "entity", "category", "desk", "danger", "where", "country", "when", "people", "reported_before", "not_for", "identity", "name", "contact", "statement"] as const;

/** What is wrong with a field, in words. */
export interface FieldError {
  readonly field: string;
  readonly text: string;
}

export interface TextLimits {
  readonly text: number; // characters
  readonly field: number;
}

/** Everything typed or chosen, by field name. Of boxes that belong together, the values of those chosen, one a line. */
export function answersOf(form: HTMLFormElement): Record<string, string> {
  const answers: Record<string, string> = {};
  for (const name of ["text", ...fieldNames]) {
    const values = new FormData(form).getAll(name).filter((value) => typeof value === "string");
    if (values.length > 0) answers[name] = values.join("\n");
  }
  return answers;
}

/** The ids of those who must not read the report. */
export const excludedIn = (answers: Readonly<Record<string, string>>): string[] => (answers["not_for"] ?? "").split("\n").filter((id) => id !== "");

/** Puts answers back into a form. */
export function fillIn(form: HTMLFormElement, answers: Readonly<Record<string, string>>): void {
  for (const control of form.querySelectorAll<HTMLInputElement>("input, select, textarea")) {
    const value = answers[control.name];
    if (control.type === "radio" || control.type === "checkbox") control.checked = (value ?? "").split("\n").includes(control.value);
    else if (value !== undefined) control.value = value;
  }
}

/** The answers that are sealed: those given, trimmed, without what stands in the form when nobody chose anything. */
export const given = (answers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(fieldNames.map((name) => [name, (answers[name] ?? "").trim()] as const).filter(([name, value]) => value !== "" && value !== unanswered[name]));

/** The answers now, and in words of their own those that nobody has to choose and that took the place of others sealed before. */
export const chosenAnew = (before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(unanswered).filter(([name]) => before[name] !== undefined)),
  ...now,
});

// Whether nobody sees anything of a text: blanks, and characters without an image.
const blank = (text: string): boolean => !/[^\p{White_Space}\p{Cc}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]/u.test(text);

/** What two answers say that cannot both be meant, and the field that leads to it. */
export interface Contradiction {
  readonly field: string;
  readonly fault: "anonymous-with-name" | "name-missing";
}

/** Names what is asked back: nobody who chose to be anonymous sends a name by mistake, and who wants to be known says a name or a contact. */
export function contradictions(answers: Readonly<Record<string, string>>): Contradiction[] {
  const { identity = "", name = "", contact = "" } = given(answers);
  const known = !blank(name + contact);
  if (identity === "") return known ? [{ field: "identity", fault: "anonymous-with-name" }] : [];
  return known ? [] : [{ field: "name", fault: "name-missing" }];
}

/** Shows name and contact once somebody wants to give them. The stylesheet does the same where the browser can, this where it cannot. */
export function installPersonal(form: HTMLFormElement): void {
  const personal = find(".personal", form);
  personal.querySelector(".unhidden")?.remove();
  if (CSS.supports("selector(:has(*))")) return;
  const update = () => {
    const { identity = "", name = "", contact = "" } = given(answersOf(form));
    personal.hidden = identity + name + contact === "";
  };
  form.addEventListener("change", ({ target }) => target instanceof HTMLInputElement && target.name === "identity" && update());
  update();
}

/** Says what is wrong to whoever is at the form. */
export type Say = (fault: string, values?: Readonly<Record<string, string>>) => string;

/** Says it to the reporter. */
export const toReporter: Say = (fault, values) => t(`error.${fault}`, values);

/** Names what cannot be sent as it is. */
export function faults(answers: Readonly<Record<string, string>>, limits: TextLimits, textRequired: boolean, say = toReporter): FieldError[] {
  const errors: FieldError[] = [];
  for (const [field, value] of Object.entries(answers)) {
    const length = [...value].length;
    if (field === "text" && textRequired && value.trim() === "") errors.push({ field, text: say("text-missing") });
    else if (field === "text" && length > limits.text) errors.push({ field, text: say("text-too-long", { Limit: number(limits.text) }) });
    else if (field === "not_for") continue; // chosen, not typed
    else if (field !== "text" && length > limits.field) errors.push({ field, text: say("field-too-long", { Limit: number(limits.field) }) });
    else if (holdsReceipt(value)) errors.push({ field, text: say("receipt-inside") });
  }
  errors.push(...contradictions(answers).map(({ field, fault }) => ({ field, text: say(fault) })));
  return errors;
}

/** An answer as question and answer in the words of the page that asks them. */
export interface InWords {
  readonly field: string;
  readonly question: string;
  readonly answer: string;
}

/** Puts the answers into words; root holds the controls of the form. */
export function inWords(root: ParentNode, answers: Readonly<Record<string, string>>, names: readonly string[] = fieldNames): InWords[] {
  return names
    .filter((field) => (answers[field] ?? "") !== "")
    .map((field) => (root.querySelector(`[name="${field}"]`) ? { field, question: question(root, field), answer: answer(root, field, answers[field]!) } : { field, question: field, answer: answers[field]! }));
}

// Controls of which several share a name, and a legend: one answer of several, or the boxes of a list.
const inGroup = '[type="radio"], [type="checkbox"][name="not_for"]';

function question(root: ParentNode, field: string): string {
  const control = find(`[name="${field}"]`, root);
  const label = control.matches(inGroup) ? find("legend", control.closest("fieldset")!) : find(`label[for="${control.id}"]`, root);
  return label.textContent.trim();
}

function answer(root: ParentNode, field: string, value: string): string {
  const control = find(`[name="${field}"]`, root);
  if (control instanceof HTMLSelectElement) return [...control.options].find((o) => o.value === value)?.text.trim() ?? value;
  if (control.matches('[type="checkbox"]') && !control.matches(inGroup)) return t("answer.yes");
  const group = [...root.querySelectorAll<HTMLInputElement>(inGroup)].filter((choice) => choice.name === field);
  const chosen = group.filter((choice) => value.split("\n").includes(choice.value));
  return chosen.length > 0 ? chosen.map((choice) => find(`label[for="${choice.id}"]`, root).textContent.trim()).join(", ") : value;
}
