// How many characters stand in a text, below it. Loaded apart: this imports nothing
// that others need.

/** The texts of the page, as lib/texts.ts has them. */
interface Words {
  readonly t: (key: string, values: Readonly<Record<string, string>>) => string;
  readonly number: (n: number) => string;
}

/** Where a count stands: far from the limit, near it, or beyond. */
export type Place = "far" | "near" | "over";

const near = 0.9; // of the limit

export const placeOf = (length: number, limit: number): Place => (length > limit ? "over" : length >= limit * near ? "near" : "far");

/**
 * Counts the text of a form, in the place of the sentence that tells its limit. A
 * screen reader is told when the count comes near the limit, passes it, or is below
 * it again, and not at each key.
 */
export function installCount(form: HTMLFormElement, { t, number }: Words): void {
  const text = form.querySelector<HTMLTextAreaElement>("#text");
  const shown = text?.parentElement?.querySelector(":scope > textarea + .hint");
  if (!text || !shown) return;
  const limit = Number(form.dataset["text"]);
  const said = document.createElement("p");
  said.className = "hidden";
  said.setAttribute("role", "status");
  shown.after(said);
  let before: Place | undefined;
  const count = () => {
    const length = [...text.value].length;
    const place = placeOf(length, limit);
    shown.textContent = t(place === "over" ? "browser.count.over" : "browser.count.of", { Length: number(length), Limit: number(limit) });
    if (before && place !== before) said.textContent = place === "far" ? "" : shown.textContent;
    before = place;
  };
  text.addEventListener("input", count);
  count();
}
