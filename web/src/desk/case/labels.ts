// The labels of a case: shown, added and removed.
import { faultOf, longestLabel, mostLabels, tidy } from "../../crypto/labelset.ts";
import { find, h } from "../../lib/dom.ts";
import { list, marked, number, t, visible } from "../../lib/texts.ts";
import { onLock } from "../session/session.ts";
import { once } from "../ui/form.ts";
import { chip } from "../ui/labelchips.ts";
import type { DeskCase } from "./case.ts";
import { type DecryptedCase, maySeal } from "./decrypted-case.ts";
import { type Change, changeLabels, readLabels } from "./label-change.ts";
import { type CasePage, tell } from "./sending.ts";

const card = () => find("#labels");
const field = () => find<HTMLInputElement>("#new-label");

let labels: readonly string[] = []; // as they are shown
let readable = true; // they opened
let latest: DeskCase | undefined; // that was shown
const seen = new Set<string>(); // in this tab, as suggestions

/** The labels that the page shows. */
export const labelsShown = (): readonly string[] => labels;

/** Installs the form of the labels. */
export function installLabels(page: CasePage): void {
  field().addEventListener("input", () => say(""));
  once(find<HTMLFormElement>("#add-label"), async () => {
    const label = tidy(field().value);
    if (labels.includes(label)) {
      say(t("label.there"));
      return;
    }
    const fault = faultOf(label, labels, page.id);
    if (fault) {
      say(t(`label.fault.${fault}`, { Most: number(mostLabels), Longest: number(longestLabel) }));
      return;
    }
    if (!(await change(page, { add: label }))) return;
    field().value = "";
    field().focus();
  });
  onLock(() => {
    labels = [];
    latest = undefined;
    seen.clear();
    field().value = "";
    for (const part of ["#labels ul", "#label-suggestions"]) find(part).replaceChildren();
    card().hidden = true;
  });
}

/** Shows the labels of a case. */
export async function showLabels(page: CasePage, opened: DecryptedCase): Promise<void> {
  const { data, identity } = opened;
  latest = data;
  card().hidden = !identity;
  if (!identity) return;
  const found = await readLabels(data, identity).catch(() => undefined);
  if (latest !== data) return; // it has changed meanwhile, or the page is locked
  labels = found?.labels ?? [];
  readable = found !== undefined;
  for (const label of labels) seen.add(label);
  const writes = readable && maySeal(opened, "note");
  find("#labels ul").replaceChildren(...labels.map((label) => h("li", {}, writes ? removable(page, label) : chip(label))));
  find("#labels .hint").textContent = readable ? (labels.length > 0 ? "" : t("label.none")) : t("label.unopened");
  find("#add-label").hidden = !writes;
  find("#label-suggestions").replaceChildren(...[...seen].filter((label) => !labels.includes(label)).map((label) => h("option", { value: label })));
}

function removable(page: CasePage, label: string): HTMLElement {
  const remove = h("button", { type: "button", class: "chip" }, h("bdi", {}, ...marked(label).childNodes), h("span", { class: "hidden" }, ` ${t("label.remove")}`), h("span", { "aria-hidden": "true" }, " ×"));
  const act = async () => {
    remove.disabled = true;
    await change(page, { remove: label });
    remove.disabled = false;
    field().focus();
  };
  remove.addEventListener("click", () => void act());
  return remove;
}

async function change(page: CasePage, made: Change): Promise<boolean> {
  say("");
  try {
    const changed = await changeLabels(page.current(), made, page.reload);
    if (!changed) return false;
    const { fault, data, labels: next, meanwhile } = changed;
    if (fault) return say(t(`label.fault.${fault}`, { Most: number(mostLabels), Longest: number(longestLabel) })), false;
    if (data) await page.show(data);
    const all = next.length > 0 ? t("label.now", { Labels: list(next.map(visible)) }) : t("label.none");
    say(meanwhile ? `${t("label.meanwhile")} ${all}` : all, false);
    return true;
  } catch (error) {
    tell(card(), page, error);
    return false;
  }
}

function say(text: string, wrong = text !== ""): void {
  find("#label-said").textContent = text;
  find("#label-said").classList.toggle("error", wrong);
  if (wrong) field().setAttribute("aria-invalid", "true");
  else field().removeAttribute("aria-invalid");
}
