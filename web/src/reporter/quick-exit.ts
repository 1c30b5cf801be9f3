// The quick exit, which asks nothing, and the question before anything else leaves
// the page and something would be lost.

import { button, h } from "../lib/dom.ts";

/** Sent to the document when the quick exit begins. */
const leaveEvent = "hotline:leave";

let wouldLose: () => boolean = () => false;

/** Has the browser ask before the page is left while there is something to lose. */
export function askBeforeLeaving(when: () => boolean): void {
  wouldLose = when;
}

/** Installs the question, and leaves nothing that the browser's way back could show. Call once. */
export function guardLeaving(): void {
  addEventListener("beforeunload", (event) => {
    if (!wouldLose()) return;
    event.preventDefault();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- older browsers ask only with this
    event.returnValue = "";
  });
  document.addEventListener(leaveEvent, () => askBeforeLeaving(() => false));
  addEventListener("pagehide", () => document.body.replaceChildren());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

/** Installs the quick exit: the link of every page, and three presses of Shift, which blank the page first. */
export function installQuickExit(): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest<HTMLAnchorElement>(".exit a");
    if (!link) return;
    event.preventDefault();
    leave(link.href);
  });
  let presses: number[] = [];
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || typing()) return; // Shift also switches how Japanese and Chinese are typed
    if (event.key !== "Shift" || event.repeat) {
      if (event.key !== "Shift") presses = [];
      return;
    }
    presses = [...presses.filter((at) => event.timeStamp - at < 2000), event.timeStamp];
    if (presses.length < 3) return;
    presses = [];
    blank();
  });
}

// Whether what is pressed belongs to a text.
const typing = (): boolean => document.activeElement?.matches('textarea, input:not([type="radio"], [type="checkbox"], [type="file"], [type="submit"]), select') ?? false;

// Shows an empty page at once, and asks whether to leave: three presses may have
// been meant for something else, and then nothing is lost.
function blank(): void {
  const exit = document.querySelector<HTMLElement>(".exit");
  const link = exit?.querySelector<HTMLAnchorElement>("a");
  if (!exit || !link || document.querySelector(".blank")) return;
  const { title } = document;
  const shown = [...document.body.children].filter((e): e is HTMLElement => e instanceof HTMLElement && !e.hidden);
  const before = document.activeElement;
  const show = (page: boolean) => {
    for (const element of shown) element.hidden = !page;
    document.title = page ? title : "\u00a0";
  };
  const stay = () => {
    panel.remove();
    show(true);
    if (before instanceof HTMLElement) before.focus();
  };
  const panel = h("p", { class: "blank" }, button(exit.dataset["leave"] ?? "", "button", () => leave(link.href)), button(exit.dataset["stay"] ?? "", "button second", stay));
  show(false);
  document.body.append(panel);
  panel.querySelector("button")?.focus();
}

/** Shows the hint at the three presses of Shift, which work only with scripts. */
export function showExitHint(): void {
  for (const hint of document.querySelectorAll<HTMLElement>(".shift")) hint.hidden = false;
}

// Empties the page at once, since the way to the other site may take a while,
// and puts that site in the place of this one in the tab's history.
function leave(to: string): void {
  document.dispatchEvent(new Event(leaveEvent));
  document.body.replaceChildren();
  document.title = "\u00a0";
  for (const storage of ["sessionStorage", "localStorage"] as const) {
    try {
      window[storage].clear(); // nothing of ours is in it
    } catch {
      // switched off: nothing is in it at all
    }
  }
  location.replace(to);
}
