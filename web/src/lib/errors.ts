// What is wrong, above the form and at each field, as the server's pages show it.
import type { FieldError } from "./answers.ts";
import { find, h } from "./dom.ts";
import { t } from "./texts.ts";

/** Shows what is wrong and leads there; with nothing wrong it takes away what stood there. */
export function showErrors(form: HTMLElement, errors: readonly FieldError[]): void {
  document.getElementById("errors")?.remove();
  for (const old of form.querySelectorAll(".error")) old.remove();
  for (const wrong of form.querySelectorAll(".wrong")) wrong.classList.remove("wrong");
  for (const control of form.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
    describe(control, `${control.id}-error`, false);
  }
  const title = document.title.replace(`${t("error.prefix")} `, "");
  document.title = errors.length > 0 ? `${t("error.prefix")} ${title}` : title;
  if (errors.length === 0) return;
  for (const error of errors) mark(form, error);
  const links = errors.map(({ field, text }) => h("li", {}, h("a", { href: `#${field}` }, text)));
  const summary = h("div", { class: "summary", id: "errors", role: "alert", tabindex: "-1" }, h("h2", {}, t("error.summary")), h("ul", {}, ...links));
  find("main").prepend(summary);
  summary.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a");
    if (!link) return;
    event.preventDefault(); // a fragment in the address would be one more entry in the history
    reveal(form, link.hash.slice(1));
  });
  summary.focus();
}

/** Puts the focus on a field, opening the part of the form that hides it. */
export function reveal(form: ParentNode, field: string): void {
  const control = form.querySelector<HTMLElement>(`#${CSS.escape(field)}`);
  control?.closest("details")?.setAttribute("open", "");
  control?.focus();
}

function mark(form: HTMLElement, { field, text }: FieldError): void {
  const control = form.querySelector(`#${CSS.escape(field)}`);
  const box = control?.closest(".field");
  if (!control || !box) return;
  box.classList.add("wrong");
  box.closest("details")?.setAttribute("open", "");
  const error = h("p", { class: "error", id: `${field}-error` }, h("span", { class: "hidden" }, t("error.prefix")), " ", text);
  const before = box.querySelector(":scope > .hint") ?? box.querySelector(":scope > label, :scope > legend");
  if (before) before.after(error);
  else box.prepend(error);
  control.setAttribute("aria-invalid", "true");
  describe(control, error.id, true);
}

function describe(control: Element, id: string, add: boolean): void {
  const ids = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((other) => other !== "" && other !== id);
  if (add) ids.push(id);
  if (ids.length > 0) control.setAttribute("aria-describedby", ids.join(" "));
  else control.removeAttribute("aria-describedby");
}
