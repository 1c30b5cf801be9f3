// The two fields of a new password: shown if wanted, its strength in words.
import type { FieldError } from "../../lib/answers.ts";
import { find, h } from "../../lib/dom.ts";
import { number, t } from "../../lib/texts.ts";

export interface NewPassword {
  readonly value: () => string;
  /** What is wrong with it, nothing if it can be taken. */
  readonly errors: () => Promise<FieldError[]>;
}

const pauseOfTyping = 300; // milliseconds

/** Installs the fields #new-password and #repeat of a form. personal: what everybody knows of the handler. */
export function installNewPassword(form: HTMLFormElement, minimum: number, personal: () => string[]): NewPassword {
  const password = find<HTMLInputElement>("#new-password", form);
  const repeat = find<HTMLInputElement>("#repeat", form);
  const show = find<HTMLInputElement>("#show-password", form);
  const strength = h("p", { class: "strength", role: "status", id: "strength" });
  password.after(strength);
  show.addEventListener("change", () => {
    for (const input of [password, repeat]) input.type = show.checked ? "text" : "password";
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  password.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const typed = password.value;
      if (!typed) return void (strength.textContent = "");
      void judge(typed, minimum, personal())
        .then((verdict) => password.value === typed && (strength.textContent = words(verdict, minimum)))
        .catch(() => undefined); // it is judged again when the form is sent
    }, pauseOfTyping);
  });
  return {
    value: () => password.value,
    async errors() {
      clearTimeout(timer);
      const verdict = await judge(password.value, minimum, personal());
      if (refused.includes(verdict)) {
        strength.textContent = ""; // it is said once, as an error
        return [{ field: password.id, text: words(verdict, minimum) }];
      }
      return password.value.normalize("NFKC") === repeat.value.normalize("NFKC") ? [] : [{ field: repeat.id, text: t("password.differs") }];
    },
  };
}

function words(verdict: Verdict, minimum: number): string {
  switch (verdict) {
    case "short":
      return t("password.short", { Least: number(minimum) });
    case "personal":
      return t("password.personal");
    case "common":
      return t("password.common");
    case "fair":
      return t("password.fair");
    case "good":
      return t("password.good");
    case "strong":
      return t("password.strong");
  }
}

/** What a password is, from refused to fine. */
type Verdict = "short" | "personal" | "common" | "fair" | "good" | "strong";

const refused: readonly Verdict[] = ["short", "personal", "common"];

/** Characters as people count them, after what is typed in full width is made the same. */
const lengthOf = (password: string): number => [...password.normalize("NFKC")].length;

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

let loaded: ReturnType<typeof load> | undefined; // the library and its lists, once somebody chooses a password

async function load() {
  const [{ ZxcvbnFactory }, common] = await Promise.all([import("@zxcvbn-ts/core"), import("@zxcvbn-ts/language-common")]);
  return new ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs });
}
