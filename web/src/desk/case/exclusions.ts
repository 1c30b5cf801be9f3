// Letting somebody see a case again.
import { postAtDesk } from "../../lib/api.ts";
import { button, find } from "../../lib/dom.ts";
import { t } from "../../lib/texts.ts";
import { ask } from "../ui/ask.ts";
import type { DeskCase } from "./case.ts";
import { withNote } from "./pass-note.ts";
import { reasonForm } from "./pass-reason.ts";
import { GivenUp } from "./send.ts";
import type { CasePage } from "./sending.ts";

/** The form for it; cancel takes it away. */
export function readmitForm(page: CasePage, who: string, name: string, cancel: () => void): HTMLFormElement {
  const form = reasonForm(`readmit-${who}`, page, t("exclusion.readmit.send"), async (why) => {
    if (!(await ask(t("exclusion.readmit.question", { Name: name }), t("exclusion.readmit.send"), t("exclusion.readmit.means")))) throw new GivenUp();
    const data = await withNote(page, why, (note) => postAtDesk<DeskCase>(`cases/${page.id}/readmit`, { who, ...note }));
    form.remove();
    await page.show(data);
    page.say(t("exclusion.readmit.done", { Name: name }));
  });
  find(".tools", form).append(button(t("case.cancel"), "button second", cancel));
  return form;
}
