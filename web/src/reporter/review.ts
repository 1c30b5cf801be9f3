// The last look at a report before it is sent.
import { given, inWords } from "../lib/answers.ts";
import { type Chosen, outgoing } from "../lib/chosen.ts";
import { button, find, h } from "../lib/dom.ts";
import { fileLine } from "../lib/files.ts";
import { marked, t } from "../lib/texts.ts";

/** Shows everything that will be sent; change leads to a field. */
export function showReview(place: HTMLElement, form: HTMLFormElement, draft: { answers: Readonly<Record<string, string>>; chosen: Chosen[] }, change: (field: string) => void): void {
  const changeButton = (field: string, what: string) => {
    const b = button(t("browser.review.change"), "plain", () => change(field));
    b.append(h("span", { class: "hidden" }, ` ${what}`));
    return b;
  };
  const title = find('label[for="text"]', form).firstChild?.textContent?.trim() ?? "";
  const text = h("p", { class: "text", dir: "auto" }, marked(draft.answers["text"] ?? ""));
  const rows = inWords(form, given(draft.answers))
    .filter(({ field }) => !untouched(form, field))
    .map(({ field, question, answer }) => h("div", {}, h("dt", {}, question), h("dd", {}, marked(answer), " ", changeButton(field, question))));
  const files = draft.chosen.length > 0 ? h("ul", { class: "files" }) : h("p", {}, t("browser.review.no-files"));
  place.replaceChildren(
    h("section", { class: "message" }, h("h3", {}, title, " ", changeButton("text", title)), text, ...(rows.length > 0 ? [h("dl", { class: "facts" }, ...rows)] : [])),
    h("section", { class: "message" }, h("h3", {}, t("files.title"), " ", changeButton("files", t("files.title"))), files),
  );
  outgoing(draft.chosen).then(
    (ready) => files.matches("ul") && files.replaceChildren(...ready.map((f) => fileLine(f.name, f.content.size, f.cleaned, "browser.review.kept"))),
    () => undefined, // sending says what is wrong
  );
}

// What stands in the form when nobody chose anything needs no review.
function untouched(form: HTMLFormElement, field: string): boolean {
  const control = find<HTMLInputElement | HTMLSelectElement>(`[name="${field}"]`, form);
  if (control instanceof HTMLSelectElement) return control.selectedIndex <= 0;
  return control.type === "radio" && control.checked && field !== "subject";
}
