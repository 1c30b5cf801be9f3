// Branches: who reads a case is a queue at one entity, written "hr" at the root and
// "hr@br" at the entity br. The branches of an organisation with one entity are its queues.
import { language, t, visible } from "./texts.ts";

/** What branches are called, by language, where that is not the program's own word for a queue. */
export type BranchNames = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The branch that reads a case, and what branches are called. */
export interface Reads {
  readonly branch: string;
  readonly names?: BranchNames;
}

/** What a branch is called in the language of the page. */
export const branchName = (branch: string, names: BranchNames = {}): string => visible(names[branch]?.[language()] ?? "") || t(`queue.${queueOf(branch)}`);

/** The queue that a branch is one of. */
export const queueOf = (branch: string): string => branch.split("@", 1)[0] ?? "";

/** Shows which branch reads a case. */
export function showBranch(place: HTMLElement, branch: string, names: BranchNames = {}): void {
  place.dataset["queue"] = queueOf(branch);
  place.textContent = branchName(branch, names);
}
