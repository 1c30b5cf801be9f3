// The codes of a classification and their words, as the form of the page has them.
import { copyOf, find, h } from "../../lib/dom.ts";
import { entities } from "../ui/entities.ts";
import type { Field, Rules } from "./values.ts";

/** The form. Its controls have the names of the fields. */
export const theForm = () => find<HTMLFormElement>("form#classify");

/** The controls of a field. Lists have most of what a field has. */
export const controls = (field: string): (HTMLInputElement | HTMLSelectElement)[] => [...theForm().querySelectorAll<HTMLInputElement | HTMLSelectElement>(`[name="${field}"]`)];

/** Where the words of a field stand: of the three areas those of the first. */
const nameOf = (field: Field): string => (field === "areas" ? "area" : field);

/** What a field is called. */
export function labelOf(field: Field): string {
  const [control] = controls(nameOf(field));
  if (!control) return field;
  const label = control.matches("[type=radio], [type=checkbox]") ? control.closest("fieldset")?.querySelector("legend") : theForm().querySelector(`label[for="${control.id}"]`);
  return label?.textContent.trim() ?? field;
}

/** A code in words; one that is no longer offered as it is. */
export function wordsOf(field: Field | "outcome", code: string | number): string {
  if (code === "" || code === 0) return "";
  const wanted = String(code);
  for (const control of field === "outcome" ? [outcomes()] : controls(nameOf(field))) {
    if (control instanceof HTMLSelectElement) return [...control.options].find(({ value }) => value === wanted)?.text.trim() ?? wanted;
    if (control.type === "text") return wanted;
    if (control.value === wanted) return theForm().querySelector(`label[for="${control.id}"]`)?.textContent.trim() ?? wanted;
  }
  return wanted;
}

const outcomes = () => find<HTMLSelectElement>('[name="outcome"]', copyOf("allegation"));

/** What follows from areas and relationships, as the options say. */
export const rules: Rules = {
  severityOf: (area) => Number(optionOf("area", area)?.dataset["severity"] ?? 0),
  flagsOf: (area, relationship) => [...new Set([optionOf("area", area), optionOf("relationship", relationship)].map((option) => option?.dataset["flag"] ?? ""))].filter((flag) => flag !== ""),
};

const optionOf = (name: string, code: string): HTMLOptionElement | undefined => [...find<HTMLSelectElement>(`[name="${name}"]`, theForm()).options].find(({ value }) => value === code && code !== "");

/** Fills the lists that the page has already among the questions of a report: countries, and the sites of an organisation that has several. */
export function fillLists(): void {
  const country = find<HTMLSelectElement>('[name="country"]', theForm());
  const [none] = country.options;
  const offered = [...find<HTMLSelectElement>('[name="country"]', copyOf("answers")).options].filter(({ value }) => value !== "");
  country.replaceChildren(none!, ...offered.map(({ value, text }) => h("option", { value }, text.trim())));
  const site = theForm().querySelector<HTMLSelectElement>('[name="site"]');
  if (site) site.append(...entities().slice(1).map(({ value, text }) => h("option", { value }, text.trim())));
}
