// What stands around a file field in the language of the page. The browser's own
// words, like "No file chosen", are in the language of the browser.
import { h } from "./dom.ts";
import { t, visible } from "./texts.ts";

/** A file field with a button that says what it does, as the template "file" has it. */
export const fileBox = (input: HTMLInputElement, label: string): HTMLElement =>
  h("div", { class: "file" }, input, h("label", { class: "button second", for: input.id }, label));

/** Says in the box of a file field what is chosen, "" where that is nothing, or null where another place says it. Returns what says it again. */
export function sayChosen(input: HTMLInputElement, chosen: () => string | null = () => input.files?.[0]?.name ?? ""): () => void {
  const said = h("p", { class: "hint" });
  const say = () => {
    const now = chosen();
    said.hidden = now === null;
    said.textContent = visible(now ?? "") || t("file.none");
  };
  input.classList.add("picker");
  input.parentElement!.append(said);
  input.addEventListener("change", say);
  input.form?.addEventListener("reset", () => queueMicrotask(say)); // the event comes before
  say();
  return say;
}
