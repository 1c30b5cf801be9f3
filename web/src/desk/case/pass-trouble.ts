// Why a case was not passed, or a name not opened, in words.
import { Refusal, Unanswered } from "../../lib/api.ts";
import { t } from "../../lib/texts.ts";
import { NoKey } from "./pass.ts";
import { GivenUp } from "./send.ts";
import { type CasePage, tell } from "./sending.ts";

/** Says why something was not done. What was typed stays in its form. */
export async function tellWhyNot(form: HTMLElement, page: CasePage, error: unknown): Promise<void> {
  if (error instanceof Refusal && ["moved", "stale", "not-found"].includes(error.code)) await page.reload().catch(() => undefined);
  const words = wordsFor(error);
  if (words) page.say(words);
  else tell(form, page, error);
}

function wordsFor(error: unknown): string {
  if (error instanceof GivenUp) return t("pass.trouble.given-up");
  if (error instanceof NoKey) return t("pass.trouble.no-key");
  if (error instanceof Unanswered) return t("pass.trouble.offline");
  if (!(error instanceof Refusal)) return "";
  switch (error.code) {
    case "nobody":
      return t("pass.trouble.nobody");
    case "moved":
      return t("pass.trouble.moved");
    case "stale":
      return t("pass.trouble.stale");
    case "conflict":
      return t("pass.trouble.conflict");
    case "not-designated":
      return t("name.not-designated");
    default:
      return "";
  }
}
