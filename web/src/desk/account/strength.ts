// Whether a password is good enough. The library and its lists are loaded when
// somebody chooses one.

/** What a password is, from refused to fine. */
export type Verdict = "short" | "personal" | "common" | "fair" | "good" | "strong";

export const refused: readonly Verdict[] = ["short", "personal", "common"];

/** Characters as people count them, after what is typed in full width is made the same. */
export const lengthOf = (password: string): number => [...password.normalize("NFKC")].length;

const leftOver = 8; // characters that are not the handler's own name, address or organisation

/** Judges a password. personal: name, address and organisation, which everybody knows. */
export async function judge(password: string, minimum: number, personal: readonly string[]): Promise<Verdict> {
  if (lengthOf(password) < minimum) return "short";
  const known = personal.flatMap((text) => text.normalize("NFKC").toLowerCase().split(/[\s@.,_・-]+/u)).filter((part) => [...part].length > 2);
  let rest = password.normalize("NFKC").toLowerCase();
  for (const part of known) rest = rest.replaceAll(part, "");
  if (lengthOf(rest) < leftOver) return "personal";
  const checker = await (loaded ??= load());
  const { score } = checker.check(password.normalize("NFKC").slice(0, 128), [...known]);
  return score < 2 ? "common" : score === 2 ? "fair" : score === 3 ? "good" : "strong";
}

let loaded: ReturnType<typeof load> | undefined;

async function load() {
  const [{ ZxcvbnFactory }, common] = await Promise.all([import("@zxcvbn-ts/core"), import("@zxcvbn-ts/language-common")]);
  return new ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs });
}
