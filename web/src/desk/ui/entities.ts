// The companies and sites of the organisation, as the page names them among the
// questions of a report.
import { copyOf } from "../../lib/dom.ts";
import { wholeOrganization } from "../../lib/routing.ts";

interface Entity {
  readonly value: string; // as a form has it
  readonly text: string;
}

let known: readonly Entity[] | undefined;

/** All of them, in their order; the organisation itself comes first. */
export function entities(): readonly Entity[] {
  known ??= [...(copyOf("answers").querySelector<HTMLSelectElement>('[name="entity"]')?.options ?? [])].map(({ value, text }) => ({ value, text }));
  return known;
}

/** What an entity is called; one that is gone has its code. */
export const entityName = (code: string): string => entities().find(({ value }) => value === fieldOf(code))?.text.trim() ?? code;

/** The value of a form that stands for an entity, and the entity that a value stands for. */
export const fieldOf = (code: string): string => code || wholeOrganization;
export const codeOf = (field: string): string => (field === wholeOrganization ? "" : field);
