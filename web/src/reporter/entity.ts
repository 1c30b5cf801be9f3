// What a form asks by the company or site that a report is about: which desks can be
// chosen there, and who can be kept from reading it.
import type { FieldError } from "../lib/answers.ts";
import { type Excludable, getIntake, type Intake, isRead } from "../lib/api.ts";
import { h } from "../lib/dom.ts";
import { language, marked, t } from "../lib/texts.ts";

/** Asks the server anew when somebody chooses what a report is about, and tells the answer unless they chose again. */
export function installEntity(form: HTMLFormElement, told: (intake: Intake) => void, asking: () => void = () => undefined): void {
  const choice = form.querySelector<HTMLSelectElement>('select[name="entity"]');
  if (!choice) return;
  const ask = async () => {
    const { value } = choice;
    asking();
    try {
      const intake = await getIntake(value);
      if (form.isConnected && choice.value === value) told(intake);
    } catch {
      // whoever looks for the desk asks again, and says what is wrong
    }
  };
  choice.addEventListener("change", () => void ask());
  const served = [...choice.options].find((option) => option.defaultSelected) ?? choice.options[0];
  if (choice.value !== served?.value) void ask(); // chosen before this script was there
}

/** Offers in a form what can be chosen about an entity. Returns what was chosen and cannot be any more. */
export function offerFor(form: HTMLFormElement, intake: Intake): FieldError[] {
  const errors: FieldError[] = [];
  if (!offerDesks(form, intake)) errors.push({ field: "desk", text: t("error.desk-unread") });
  if (!offerExclusions(form, intake.excludable)) errors.push({ field: "not_for", text: t("error.not-for-changed") });
  return errors;
}

function offerDesks(form: HTMLFormElement, intake: Intake): boolean {
  let kept = true;
  const [none, ...desks] = form.querySelectorAll<HTMLInputElement>('[type="radio"][name="desk"]');
  for (const desk of desks) {
    const read = isRead(intake, desk.value);
    desk.closest<HTMLElement>(".choice")!.hidden = desk.disabled = !read;
    if (read || !desk.checked) continue;
    none!.checked = true;
    kept = false;
  }
  return kept;
}

/** Lists those whom a reporter can keep from reading the report. Returns false where somebody is not among them any more who was chosen. */
export function offerExclusions(form: HTMLFormElement, now: readonly Excludable[]): boolean {
  const later = form.querySelector<HTMLTemplateElement>("template#exclusions-later");
  if (now.length > 0) later?.replaceWith(document.importNode(later.content, true));
  const list = form.querySelector<HTMLFieldSetElement>("#exclusions fieldset");
  if (!list) return true;
  const boxes = [...list.querySelectorAll<HTMLInputElement>('[name="not_for"]')];
  const chosen = new Set(boxes.filter(({ checked }) => checked).map(({ value }) => value));
  for (const box of boxes) box.closest(".choice")!.remove();
  for (const [i, { id, shown_as, shown_in }] of now.entries()) {
    const box = h("input", { type: "checkbox", id: i === 0 ? "not_for" : `not_for-${i + 1}`, name: "not_for", value: id, autocomplete: "off" });
    box.checked = chosen.delete(id);
    list.append(h("div", { class: "choice" }, box, h("label", { for: box.id }, marked(shown_in?.[language()] ?? shown_as))));
  }
  // What the errors lead to is the first box, or the list.
  if (now.length === 0) [list.id, list.tabIndex] = ["not_for", -1];
  else for (const name of ["id", "tabindex"]) list.removeAttribute(name);
  return chosen.size === 0;
}
