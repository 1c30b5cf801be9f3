// Before a case leaves this system: the handler says why, proves themselves, and
// the server notes it. Only then are its files fetched and packed.
import type { Classification } from "../../crypto/classification.ts";
import { postAtDesk, Refusal } from "../../lib/api.ts";
import { h, saveAs } from "../../lib/dom.ts";
import { date, t } from "../../lib/texts.ts";
import { fetchFile } from "../case/attachments.ts";
import type { DeskCase } from "../case/case.ts";
import { faultsOf } from "../case/reply.ts";
import { HeldBack, NotGenuine } from "../case/send.ts";
import type { CasePage } from "../case/sending.ts";
import { classificationShown } from "../classification/card.ts";
import { withNote } from "../case/with-note.ts";
import { lock } from "../session/session.ts";
import { withStepUp } from "../session/step-up.ts";
import { type ErrorTexts, errorText } from "../ui/error-text.ts";
import { type OnProgress, withProgress } from "../ui/with-progress.ts";
import type { Dossier, DossierFile } from "./dossier.ts";
import type { Passage } from "./mask-text.ts";
import type { Taken } from "./pack.ts";

/** What is exported, as it was decided on. */
export interface Export {
  readonly kind: "opened" | "masked";
  readonly dossier: Dossier;
  readonly files: readonly DossierFile[]; // that go along
  readonly words: (passage: Passage) => string;
  readonly name: string; // of the archive
}

/** The handler did not give password or passkey. */
class NotProved extends Error {}

/** The field for the reason of an export, with the place for what is wrong. */
export interface Reason {
  readonly field: HTMLElement;
  readonly area: HTMLTextAreaElement;
  readonly say: (text: string) => void;
}

export function reasonField(id: string): Reason {
  const area = h("textarea", { id, rows: "3", dir: "auto", spellcheck: "false", writingsuggestions: "false", "aria-describedby": `${id}-hint ${id}-error`, "aria-required": "true" });
  const error = h("p", { class: "error", id: `${id}-error`, role: "alert" });
  const field = h("div", { class: "field" }, h("label", { for: id }, t("export.reason")), h("p", { class: "hint", id: `${id}-hint` }, t("export.reason-hint")), error, area);
  const say = (text: string) => {
    error.textContent = text;
    field.classList.toggle("wrong", text !== "");
    if (text) area.setAttribute("aria-invalid", "true");
    else area.removeAttribute("aria-invalid");
  };
  return { field, area, say };
}

/** Exports what make decides on. What keeps it from that is said at the reason. Returns whether the archive was saved. */
export async function exportFor(page: CasePage, form: HTMLElement, reason: Reason, make: (progress: OnProgress) => Export | Promise<Export>): Promise<boolean> {
  let saved = false;
  reason.say("");
  const [fault] = faultsOf(reason.area, page.current().data.limits.text, true);
  if (fault) {
    reason.say(reason.area.value.trim() === "" ? t("export.reason-missing") : fault.text);
    reason.area.focus();
    return false;
  }
  await withProgress(form, t("export.working"), async (progress) => {
    try {
      await run(page, await make(progress), reason.area.value, progress);
      saved = true;
    } catch (error) {
      if (error instanceof Refusal && error.code === "signed-out") {
        lock("ended");
        return;
      }
      reason.say(exportTrouble(error));
      reason.area.focus();
    }
  });
  return saved;
}

let recorded: { readonly of: string; readonly until: number } | undefined; // an export that was noted, and could not be put together
const good = 10 * 60_000; // milliseconds for which it need not be noted again

async function run(page: CasePage, wanted: Export, why: string, progress: OnProgress): Promise<void> {
  const { data, identity } = page.current();
  if (!identity) throw new NotGenuine();
  const of = JSON.stringify([wanted.kind, why]);
  if (recorded?.of !== of || Date.now() > recorded.until) await record(page, wanted.kind, why);
  recorded = { of, until: Date.now() + good };
  const taken: Taken[] = [];
  for (const [i, file] of wanted.files.entries()) {
    progress(i / (wanted.files.length + 1));
    taken.push({ file, content: await fetchFile(file.file, page.current()) });
  }
  const { pack } = await import("./pack.ts");
  const masked = wanted.kind === "masked";
  const archive = await pack(wanted.dossier, taken, { masked, made: date(data.on), words: wanted.words }, masked ? undefined : { data, classification: confirmed() });
  if (!page.current().identity) throw new NotGenuine(); // it was locked meanwhile
  saveAs(archive, wanted.name);
  recorded = undefined;
}

function confirmed(): Classification | undefined {
  const shown = classificationShown();
  if (!shown?.readable || shown.version === 0) return undefined;
  const { kind: _, ...classification } = shown.values;
  return classification;
}

async function record(page: CasePage, kind: string, why: string): Promise<void> {
  let fresh: DeskCase | undefined;
  const proved = await withStepUp(async () => {
    fresh = await withNote(page, why, (note) => postAtDesk<DeskCase>(`cases/${page.id}/export`, { kind, ...note }));
  });
  if (!proved || !fresh) throw new NotProved();
  await page.show(fresh);
}

/** The sentence for an export that came to nothing. */
export const exportTrouble = (error: unknown): string => errorText(error, texts);

const texts: ErrorTexts = {
  classes: [
    [NotProved, "export.trouble.given-up"],
    [HeldBack, "export.trouble.given-up"],
    [NotGenuine, "export.trouble.not-genuine"],
  ],
  offline: "export.trouble.offline",
  codes: {},
  refused: "export.trouble.refused",
  broken: "export.trouble.broken",
};
