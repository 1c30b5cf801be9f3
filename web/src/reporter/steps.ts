// The form as short steps on one page. Going back, also with the browser's own
// way back, loses nothing.
import { button, find, focusOn, h } from "../lib/dom.ts";
import { t } from "../lib/texts.ts";

export interface Steps {
  readonly show: (step: number) => void;
}

/**
 * Shows one .step of the form at a time. may is asked before a step is left
 * forwards; entered is called when one is shown. Steps count from 0.
 */
export function installSteps(form: HTMLFormElement, first: number, may: (step: number) => boolean, entered: (step: number) => void): Steps {
  const sections = [...form.querySelectorAll<HTMLElement>(".step")];
  const intro = find(".intro");
  const show = (step: number, focus = true) => {
    sections.forEach((section, i) => (section.hidden = i !== step));
    intro.hidden = step > 0;
    entered(step);
    if (focus) focusOn(find(".step-title", sections[step]));
  };
  sections.forEach((section, i) => {
    const place = t("browser.steps.place", { Step: i + 1, Of: sections.length });
    section.prepend(h("h2", { class: "step-title", tabindex: "-1" }, h("span", {}, place), " ", t(`browser.steps.${i + 1}`)));
    const next = button(t("browser.next"), "button", () => {
      if (!may(i)) return;
      history.pushState({ step: i + 1 }, "");
      show(i + 1);
    });
    const back = button(t("browser.back"), "button second", () => history.back());
    section.append(...(i < sections.length - 1 ? [next] : []), ...(i > 0 ? [back] : []));
  });
  if ((history.state as { step?: number } | null)?.step !== first) {
    history.replaceState({ step: 0 }, "");
    for (let step = 1; step <= first; step++) history.pushState({ step }, ""); // a way back for each
  }
  show(first, false);
  return { show };
}

/** Calls back when the browser goes to another step of this page by its own means. */
export function onTravel(to: (step: number) => void): void {
  addEventListener("popstate", (event) => {
    const step = (event.state as { step?: number } | null)?.step;
    if (step !== undefined) to(step); // a link into this page, as to its main part, leads to no step
  });
}
