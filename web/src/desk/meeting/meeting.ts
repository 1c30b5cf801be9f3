// What a handler records of a meeting with the reporter, beside a message or a note: that
// it was held, that it is not wanted any more, and its record, which the reporter checks.
import type { FieldError } from "../../lib/answers.ts";
import { find } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { date, language, t } from "../../lib/texts.ts";
import type { Meeting } from "../case/case.ts";
import { type DecryptedCase, maySeal } from "../case/decrypted-case.ts";
import { faultsOf, written } from "../case/reply.ts";
import { type CasePage, send } from "../case/sending.ts";
import { once } from "../ui/form.ts";

const card = () => find<HTMLDetailsElement>("#meeting");
const form = () => find<HTMLFormElement>("form#meeting-form");
const text = () => find<HTMLTextAreaElement>("#meeting-text");
const day = () => find<HTMLInputElement>("#meeting-day");
const chosen = (name: string): string => form().querySelector<HTMLInputElement>(`[name="${name}"]:checked`)?.value ?? "";
const choice = (id: string): HTMLInputElement => find(`#${id}`);

let shown = ""; // the meeting that the card was opened for by itself

/** Reports whether a text is written and not sent. */
export const unsentMeeting = (): boolean => text().value.trim() !== "";

/** Takes the text away. */
export function emptyMeeting(): void {
  text().value = day().value = "";
}

/** Installs the form. */
export function installMeeting(page: CasePage): void {
  form().addEventListener("change", arrange);
  once(form(), async () => {
    const errors = faults(page.current());
    showErrors(form(), errors);
    if (errors.length === 0) await record(page);
  });
  arrange();
}

/** Shows how it stands with a meeting in a case. */
export function showMeeting(opened: DecryptedCase): void {
  const { meeting_asked: asked, meeting_by: by, meeting_held: held } = opened.data.dates;
  card().hidden = !maySeal(opened, "note");
  const state = find("#meeting-state");
  state.hidden = !by;
  state.textContent = by ? t("meeting.asked-on", { Date: date(asked), By: date(by) }) : "";
  available("meeting-declined", by !== "");
  available("meeting-record", held !== "");
  find('label[for="meeting-record"]').textContent = held ? t("meeting.send-record", { Date: date(held) }) : "";
  day().max = opened.data.on;
  day().min = by ? asked : opened.data.dates.received;
  if (by && by !== shown) card().open = true;
  shown = by;
  arrange();
}

// A choice that cannot be made is not offered.
function available(id: string, can: boolean): void {
  const input = choice(id);
  input.closest<HTMLElement>(".choice")!.hidden = !can;
  if (!can && input.checked) choice("meeting-held").checked = true;
}

// What is asked for follows from what is to be recorded.
function arrange(): void {
  const what = chosen("what");
  find("#meeting-on").hidden = what !== "held";
  find("#meeting-to").hidden = what === "record";
  available("meeting-to-record", what !== "declined");
  if (chosen("to") === "") choice("meeting-to-note").checked = true;
}

function faults({ data }: DecryptedCase): FieldError[] {
  const { value, min, max } = day();
  const errors = faultsOf(text(), data.limits.text, true);
  if (chosen("what") === "held" && (!/^\d{4}-\d\d-\d\d$/.test(value) || value < min || value > max)) errors.unshift({ field: "meeting-day", text: t("meeting.day-wrong") });
  return errors;
}

async function record(page: CasePage): Promise<void> {
  const what = chosen("what");
  const checked = what === "record" || (what === "held" && chosen("to") === "record");
  const meeting: Meeting = { ...(what === "held" ? { held: day().value } : {}), ...(what === "declined" ? { declined: true } : {}), ...(checked ? { record: true } : {}) };
  const from = checked || chosen("to") === "desk" ? "desk" : "note";
  const writing = { from, kind: "" as const, language: from === "desk" ? written().language : language(), text: text().value, files: [], move: null, meeting } as const;
  if (!(await send(form(), page, writing, JSON.stringify([from, writing.text, meeting]), t("meeting.done")))) return;
  emptyMeeting();
  card().open = false;
}
