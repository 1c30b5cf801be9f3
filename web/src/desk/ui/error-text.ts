// From an error to the sentence that says what went wrong.
import { Refusal, Unanswered } from "../../lib/api.ts";
import { t } from "../../lib/texts.ts";

/** Keys of the sentences of one kind of act. */
export interface ErrorTexts {
  /** By the class of the error; the first that fits. */
  readonly classes?: readonly (readonly [abstract new (...args: never[]) => Error, string])[];
  /** The server does not answer. */
  readonly offline: string;
  /** What the server refuses, by its code. */
  readonly codes: Readonly<Record<string, string>>;
  /** Any other code. If left out, broken is used. */
  readonly refused?: string;
  /** Everything else. */
  readonly broken: string;
}

/** The sentence for an error; "" where its key is "". */
export function errorText(error: unknown, texts: ErrorTexts): string {
  const key = keyOf(error, texts);
  return key === "" ? "" : t(key);
}

function keyOf(error: unknown, { classes = [], offline, codes, refused, broken }: ErrorTexts): string {
  const fitting = classes.find(([type]) => error instanceof type);
  if (fitting) return fitting[1];
  if (error instanceof Unanswered) return offline;
  return error instanceof Refusal ? (codes[error.code] ?? refused ?? broken) : broken;
}
