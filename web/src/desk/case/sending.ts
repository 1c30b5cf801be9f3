// Sending what a handler wrote: progress, a way to stop, and in words why
// something was not sent. What was typed stays where it is until it was stored.
import { Refusal, Unreadable } from "../../lib/api.ts";
import { showErrors } from "../../lib/errors.ts";
import { unreadable } from "../../lib/files.ts";
import { stopped, withProgressPanel } from "../../lib/progress.ts";
import { t } from "../../lib/texts.ts";
import { lock } from "../session/session.ts";
import { ask } from "../ui/ask.ts";
import { type ErrorTexts, errorText } from "../ui/error-text.ts";
import type { DeskCase } from "./case.ts";
import type { DecryptedCase } from "./decrypted-case.ts";
import { GivenUp, HeldBack, Moved, NotGenuine, Outdated, PendingMessage, type Prompts, type Writing } from "./send.ts";

/** What the parts of the case page share. */
export interface CasePage {
  readonly id: string;
  readonly me: string; // handler id
  readonly current: () => DecryptedCase;
  /** Shows the case as the server has just answered it. */
  readonly show: (data: DeskCase) => Promise<DecryptedCase>;
  readonly reload: () => Promise<DecryptedCase>;
  /** Shows earlier messages of the case, besides those that are shown. */
  readonly showMore: (more: DeskCase) => Promise<void>;
  /** Says something above the timeline. */
  readonly say: (text: string) => void;
}

/** The gap in a template, which the handler fills in. */
export const gap = "[…]";

/** Messages by form: the same content, sent again, is the same message. */
const pending = new Map<HTMLElement, { readonly of: string; readonly message: PendingMessage }>();

/** Sends. Returns whether it was stored; if not, the form says why. of tells one content from another. */
export async function send(form: HTMLElement, page: CasePage, writing: Writing, of: string, said: string, say = page.say): Promise<boolean> {
  const prompts: Prompts = {
    reload: page.reload,
    goOn: () => ask(t("case.meanwhile.question"), t("case.meanwhile.send"), t("case.meanwhile.text")),
    unchecked: () => ask(t("case.unchecked.question"), t("case.unchecked.send"), t("case.unchecked.text")),
  };
  let made = pending.get(form);
  if (made?.of !== of) {
    made?.message.abandon();
    made = { of, message: new PendingMessage(writing, page.current(), prompts) };
    pending.set(form, made);
  }
  const { message } = made;
  const total = writing.files.reduce((sum, { content }) => sum + content.size, 0);
  try {
    const data = await withProgressPanel(form, total, (progress) => message.send(progress));
    pending.delete(form);
    await page.show(data);
    say(said);
    return true;
  } catch (error) {
    if (error instanceof HeldBack || error instanceof Moved || error instanceof Outdated || error instanceof NotGenuine) {
      pending.delete(form);
      await page.show(page.current().data); // with what has become possible, or impossible
    }
    tell(form, page, error);
    return false;
  }
}

/** Says why something was not done. */
export function tell(form: HTMLElement, page: CasePage, error: unknown): void {
  if (error instanceof Refusal && error.code === "signed-out") return lock("ended");
  if (error instanceof Unreadable) return showErrors(form, [unreadable(error)]);
  page.say(why(error));
}

const texts: ErrorTexts = {
  classes: [
    [GivenUp, "case.trouble.stopped"],
    [HeldBack, "case.trouble.held-back"],
    [NotGenuine, "case.trouble.not-genuine"],
    [Moved, "case.trouble.moved"],
    [Outdated, "task.outdated"],
  ],
  offline: "case.trouble.offline",
  codes: {
    moved: "case.trouble.moved",
    move: "case.trouble.moved",
    meeting: "meeting.refused",
    unclassified: "classification.needed",
    "no-extension": "move.longer.refused",
    "too-large": "case.trouble.too-large",
    "not-found": "case.trouble.refused",
    refused: "case.trouble.refused",
    "too-many": "case.trouble.busy",
    busy: "case.trouble.busy",
  },
  broken: "case.trouble.broken",
};

const why = (error: unknown): string => (stopped(error) ? t("case.trouble.stopped") : errorText(error, texts));
