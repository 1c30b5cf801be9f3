// The steps of enrolment, one at a time. Going back loses nothing.
import type { FieldError } from "../../lib/answers.ts";
import { button, find, focusOn, h } from "../../lib/dom.ts";
import { showErrors } from "../../lib/errors.ts";
import { t } from "../../lib/texts.ts";
import { errorMessage } from "../session/error-messages.ts";
import { withProgress } from "../ui/with-progress.ts";

export interface EnrolStep {
  readonly section: string; // selector
  readonly title: string;
  readonly errors: () => FieldError[] | Promise<FieldError[]>; // why it cannot be left forwards
  readonly skip?: () => boolean;
  readonly entered?: () => void;
}

export interface EnrolSteps {
  readonly show: (step: number) => void;
  readonly next: () => Promise<void>;
  readonly last: () => boolean;
}

/** Installs the steps of a form. None is shown before show. */
export function installEnrolSteps(form: HTMLFormElement, steps: readonly EnrolStep[]): EnrolSteps {
  let current = 0;
  const sections = steps.map(({ section }) => find(section, form));
  const titles = sections.map((section) => {
    const title = h("h2", { class: "step-title", tabindex: "-1" });
    section.prepend(title);
    return title;
  });
  const wanted = () => steps.flatMap(({ skip }, i) => (skip?.() ? [] : [i]));
  const show = (step: number) => {
    current = step;
    sections.forEach((section, i) => (section.hidden = i !== step));
    const order = wanted();
    titles[step]!.replaceChildren(h("span", {}, t("enrol.place", { Step: order.indexOf(step) + 1, Of: order.length })), " ", steps[step]!.title);
    steps[step]!.entered?.();
    focusOn(titles[step]!);
  };
  const go = (by: 1 | -1) => {
    showErrors(form, []);
    const order = wanted();
    show(order[order.indexOf(current) + by] ?? current);
  };
  const next = () =>
    withProgress(sections[current]!, t("account.checking"), async () => {
      try {
        const errors = await steps[current]!.errors();
        showErrors(form, errors);
        if (errors.length === 0) go(1);
      } catch (error) {
        const field = sections[current]!.querySelector("input")?.id ?? "";
        showErrors(form, [{ field, text: errorMessage(error) }]);
      }
    });
  sections.forEach((section, i) => {
    const tools = h("div", { class: "tools way" });
    if (i < sections.length - 1) tools.append(button(t("enrol.next"), "button", next));
    else tools.append(h("button", { type: "submit", class: "button" }, t("enrol.finish")));
    if (i > 0) tools.append(button(t("enrol.back"), "button second", () => go(-1)));
    section.append(tools);
  });
  return { show, next, last: () => current === sections.length - 1 };
}
