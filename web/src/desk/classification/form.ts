// The form of a classification: filled in and read.
import { type Allegation, limits } from "../../crypto/classification.ts";
import type { FieldError } from "../../lib/answers.ts";
import { button, copyOf, find, h } from "../../lib/dom.ts";
import { number, t } from "../../lib/texts.ts";
import type { CaseKind } from "../case/case.ts";
import { amountOf, type Said, tidyText, type Values } from "./values.ts";
import { controls, theForm, wordsOf } from "./vocabulary.ts";

const chosen = ["kind", "subject", "relationship", "country", "site", "place", "language", "identity", "cause", "remedy", "agreed", "discrimination", "currency"] as const;
const counted = ["dismissals", "contracts", "damage", "recovered"] as const;
const boxes = (name: string) => controls(name) as HTMLInputElement[];
const list = () => find("#allegations", theForm());

/** Puts values into the form. said is what the reporter chose: it stands at each field. */
export function fill(values: Values, said: Said): void {
  const form = theForm();
  form.reset();
  controls("area").forEach((area, i) => choose(area, values.areas[i] ?? ""));
  for (const name of chosen) controls(name).forEach((control) => choose(control, values[name]));
  for (const name of counted) controls(name).forEach((control) => (control.value = values[name] === 0 ? "" : String(values[name])));
  for (const radio of boxes("severity")) radio.checked = Number(radio.value) === values.severity;
  for (const box of boxes("flags")) box.checked = values.flags.includes(box.value);
  kept = values.flags.filter((flag) => !controls("flags").some(({ value }) => value === flag));
  list().replaceChildren(...values.allegations.map(allegation));
  numberThem();
  reported = said;
  showReported();
}

let reported: Said | undefined; // what the reporter chose

/** Shows what the reporter chose at each field in which something else stands. */
export function showReported(): void {
  for (const hint of theForm().querySelectorAll<HTMLElement>("[data-said]")) {
    const field = hint.dataset["said"] as keyof Said;
    const said = reported?.[field] ?? "";
    hint.hidden = said === "" || find<HTMLInputElement>("input, select", hint.parentElement!).value === said;
    hint.textContent = hint.hidden ? "" : t("classification.said", { Value: wordsOf(field, said) });
  }
}

let kept: readonly string[] = []; // flags that the page does not know

// What another version has put there stays, although the page does not offer it.
function choose(control: HTMLElement, value: string): void {
  if (control instanceof HTMLSelectElement && ![...control.options].some((o) => o.value === value)) control.append(h("option", { value }, value));
  (control as HTMLInputElement | HTMLSelectElement).value = value;
}

/** Empties the form. */
export function emptyForm(): void {
  reported = undefined;
  showReported();
  theForm().reset();
  list().replaceChildren();
}

/** Installs what happens within the form. */
export function installForm(): void {
  theForm().addEventListener("change", showReported);
  const add = find("#add-allegation");
  add.addEventListener("click", () => {
    const item = allegation({ text: "", area: "", outcome: "" });
    list().append(item);
    numberThem();
    find("input", item).focus();
  });
}

let made = 0;

function allegation({ text, area, outcome }: Allegation): HTMLElement {
  const item = h("li");
  item.append(copyOf("allegation"));
  const id = `allegation-${++made}`;
  for (const control of item.querySelectorAll<HTMLInputElement>("[name]")) {
    const own = `${id}-${control.name}`;
    find(`label[for="allegation-${control.name}"]`, item).setAttribute("for", own);
    control.id = own;
  }
  const areas = find<HTMLSelectElement>('[name="claim-area"]', item);
  areas.append(...find<HTMLSelectElement>('[name="area"]', theForm()).cloneNode(true).childNodes);
  find<HTMLInputElement>('[name="claim"]', item).value = text;
  choose(areas, area);
  choose(find('[name="outcome"]', item), outcome);
  item.append(
    button(t("classification.remove"), "button second", () => {
      const next = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      numberThem();
      (next?.querySelector("input") ?? find("#add-allegation")).focus();
    }),
  );
  return item;
}

function numberThem(): void {
  const items = [...list().children];
  items.forEach((item, i) => (find("h3", item as HTMLElement).textContent = t("classification.allegation", { Number: number(i + 1) })));
  find<HTMLButtonElement>("#add-allegation").disabled = items.length >= limits.allegations;
}

/** What stands in the form; before is what it was filled with. */
export function read(before: Values): Values {
  const value = (name: string) => controls(name)[0]?.value ?? "";
  const areas = controls("area").map((area) => area.value);
  return {
    ...before,
    kind: value("kind") as CaseKind,
    areas: [...new Set(areas)].filter((area) => area !== ""),
    ...Object.fromEntries(chosen.filter((name) => name !== "kind" && controls(name).length > 0).map((name) => [name, value(name)])),
    ...Object.fromEntries(counted.map((name) => [name, amountOf(value(name))])),
    place: tidyText(value("place"), Infinity),
    currency: value("currency").normalize("NFKC").trim().toUpperCase(),
    severity: Number(boxes("severity").find(({ checked }) => checked)?.value ?? 0),
    flags: [...boxes("flags").filter(({ checked }) => checked).map((box) => box.value), ...kept],
    allegations: [...list().children].map((item) => {
      const of = (name: string) => find<HTMLInputElement>(`[name="${name}"]`, item).value;
      return { text: tidyText(of("claim"), Infinity), area: of("claim-area"), outcome: of("outcome") };
    }),
  };
}

/** Names what keeps values from being saved, each at its field. */
export function faultsIn(values: Values): FieldError[] {
  const errors: FieldError[] = [];
  const wrong = (field: string, text: string) => errors.push({ field, text });
  if (values.areas.length === 0) wrong("class-area", t("classification.fault.area"));
  if (values.severity === 0) wrong("severity-1", t("classification.fault.severity"));
  if ([...values.place].length > limits.place) wrong("class-place", t("classification.fault.place", { Limit: number(limits.place) }));
  for (const name of counted) {
    if (!Number.isSafeInteger(values[name]) || values[name] < 0) wrong(`class-${name}`, t("classification.fault.number"));
  }
  const amounts = values.damage > 0 || values.recovered > 0;
  if (!/^([A-Z]{3})?$/.test(values.currency) || (amounts && values.currency === "")) wrong("class-currency", t("classification.fault.currency"));
  [...list().children].forEach((item, i) => {
    const { id } = find('[name="claim"]', item);
    const text = values.allegations[i]!.text;
    if (text === "") wrong(id, t("classification.fault.claim"));
    else if ([...text].length > limits.claim) wrong(id, t("classification.fault.claim-long", { Limit: number(limits.claim) }));
  });
  return errors;
}
