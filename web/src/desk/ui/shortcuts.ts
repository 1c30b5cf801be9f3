// The keyboard shortcuts of the desk. They never work while somebody types, nor
// with another key held down, and can be switched off.
import { button, h } from "../../lib/dom.ts";
import { t } from "../../lib/texts.ts";

const place = "hotline-shortcuts";
const pairTime = 1500; // milliseconds between g and l
const rows = "table.cases tbody tr, #timeline li, #results > li";

/** A key of a page of its own. */
export interface Shortcut {
  readonly key: string;
  readonly means: string;
  readonly act: () => boolean; // true if it did something
}

const ofPage: Shortcut[] = [];

/** Adds keys that only this page has. */
export const addShortcuts = (...more: readonly Shortcut[]): void => void ofPage.push(...more);

/** Reports whether the shortcuts are on. */
export const shortcutsOn = (): boolean => localStorage.getItem(place) !== "off";

/** Switches the shortcuts on or off, for this browser. */
export const setShortcuts = (on: boolean): void => (on ? localStorage.removeItem(place) : localStorage.setItem(place, "off"));

/** Binds a checkbox to the switch. */
export function bindSwitch(box: HTMLInputElement): void {
  box.checked = shortcutsOn();
  box.addEventListener("change", () => setShortcuts(box.checked));
}

/** Installs the shortcuts of the desk, and the checkbox that switches them off where the page has it. */
export function installShortcuts(): void {
  const box = document.querySelector<HTMLInputElement>("input#shortcuts");
  if (box) bindSwitch(box);
  let wentAt = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (!shortcutsOn() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const act = event.key === "l" && event.timeStamp - wentAt < pairTime ? () => follow("#to-list") || follow(".bar a") : (acts[event.key] ?? ofPage.find(({ key }) => key === event.key)?.act);
    wentAt = event.key === "g" ? event.timeStamp : -Infinity;
    if (act?.()) event.preventDefault();
  });
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("textarea, select, input:not([type='checkbox'], [type='radio'], [type='button'])"));

// What each key does; true if it did something.
const acts: Readonly<Record<string, () => boolean>> = {
  j: () => step(1),
  k: () => step(-1),
  Enter: () => {
    const row = document.activeElement?.matches(rows) ? document.activeElement : null;
    return follow("a", row);
  },
  "/": () => {
    document.querySelector("details.filter")?.setAttribute("open", "");
    return focus("#filter select") || focus("#query");
  },
  r: () => focus("#reply-text"),
  n: () => focus("#note-text"),
  "?": () => (showShortcuts(), true),
};

function step(by: number): boolean {
  const all = [...document.querySelectorAll<HTMLElement>(rows)].filter((row) => row.getClientRects().length > 0);
  if (all.length === 0) return false;
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]!;
  next.tabIndex = -1;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function focus(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element || element.closest("[hidden]")) return false;
  element.focus();
  return true;
}

function follow(selector: string, root: ParentNode | null = document): boolean {
  const link = root?.querySelector<HTMLElement>(selector);
  link?.click();
  return link !== null && link !== undefined;
}

function showShortcuts(): void {
  const list: [string, string][] = [
    ["j", t("desk.keys.next")],
    ["k", t("desk.keys.previous")],
    ["Enter", t("desk.keys.open")],
    ["/", t("desk.keys.filter")],
    ["r", t("desk.keys.reply")],
    ["n", t("desk.keys.note")],
    ["g l", t("desk.keys.list")],
    ...ofPage.map(({ key, means }): [string, string] => [key, means]),
    ["?", t("desk.keys.help")],
  ];
  const lines = list.map(([key, means]) => h("div", {}, h("dt", {}, ...key.split(" ").map((k) => h("kbd", {}, k))), h("dd", {}, means)));
  const box = h("input", { type: "checkbox", id: "shortcuts-here" });
  bindSwitch(box);
  const close = button(t("desk.keys.close"), "button second", () => dialog.close());
  const dialog = h(
    "dialog",
    { class: "question", "aria-labelledby": "shortcuts-title" },
    h("h2", { id: "shortcuts-title" }, t("desk.keys.title")),
    h("dl", { class: "shortcuts" }, ...lines),
    h("div", { class: "choice" }, box, h("label", { for: "shortcuts-here" }, t("desk.keys.on"))),
    close,
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
