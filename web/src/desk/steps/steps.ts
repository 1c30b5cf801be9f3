// What the law of a country asks for in cases of some categories: a handler says when it
// was done. The steps stand in the page.
import { postAtDesk, Refusal } from "../../lib/api.ts";
import { find, focusOn } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { t } from "../../lib/texts.ts";
import type { DeskCase } from "../case/case.ts";
import { type CasePage, tell } from "../case/sending.ts";
import { isDay } from "../case/task.ts";

// Reports whether a step can have been done on a day.
const dayFits = (day: string, min: string, max: string): boolean => isDay(day) && day >= min && day <= max;

/** Installs the forms of the steps. They are replaced whenever the facts are fetched again. */
export function installSteps(page: CasePage): void {
  let busy = false;
  find("#facts").addEventListener("submit", (event) => {
    const form = event.target instanceof HTMLFormElement && event.target.dataset["step"] !== undefined ? event.target : undefined;
    if (!form) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    void record(page, form).finally(() => (busy = false));
  });
}

async function record(page: CasePage, form: HTMLFormElement): Promise<void> {
  const code = form.dataset["step"]!;
  const day = form.querySelector("input"); // none where it was done already
  const wrong = [{ field: day?.id ?? "", text: t("steps.day-wrong") }];
  const fits = !day || dayFits(day.value, day.min, day.max);
  showErrors(form, fits ? [] : wrong);
  if (!fits) return;
  try {
    await page.show(await postAtDesk<DeskCase>(`cases/${page.id}/steps`, { code, on: day?.value ?? "" }));
    focusOn(find(`[data-step="${code}"] button`));
    page.say(t(day ? "steps.recorded" : "steps.undone"));
  } catch (error) {
    if (error instanceof Refusal && error.code === "step" && day) showErrors(form, wrong);
    else tell(form, page, error);
  }
}
