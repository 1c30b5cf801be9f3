// The fields of what a reporter's page asks by itself (docs/sealing.md).
import { fieldNames, type InWords, inWords } from "./answers.ts";

const names = [...fieldNames, "earlier", "watch", "happened", "satisfied"] as const;

/** Puts the answers of any message into words, those to what a page asks by itself among them. */
export const allInWords = (root: ParentNode, answers: Readonly<Record<string, string>>): InWords[] => inWords(root, answers, names);
