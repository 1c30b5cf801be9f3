// The quick exit, which asks nothing, and the question before anything else leaves
// the page and something would be lost.

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

/** Installs the quick exit: the link of every page, and three presses of Shift. */
export function installQuickExit(): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest<HTMLAnchorElement>(".exit a");
    if (!link) return;
    event.preventDefault();
    leave(link.href);
  });
  let presses: number[] = [];
  let typed = -Infinity;
  document.addEventListener("input", (event) => (typed = event.timeStamp));
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.timeStamp - typed < 1000) return; // Shift also switches how Japanese and Chinese are typed
    if (event.key !== "Shift" || event.repeat) {
      if (event.key !== "Shift") presses = [];
      return;
    }
    presses = [...presses.filter((at) => event.timeStamp - at < 2000), event.timeStamp];
    const link = document.querySelector<HTMLAnchorElement>(".exit a");
    if (presses.length >= 3 && link) leave(link.href);
  });
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
