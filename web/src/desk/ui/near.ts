// The focus on something new on a page that somebody reads: the page moves only where it
// would be out of sight.
import { focusOn } from "../../lib/dom.ts";

/** Puts the focus on an element as focusOn, and leaves the page where it is if the element is in sight. */
export function focusNear(element: HTMLElement): void {
  const { top, bottom } = element.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) return focusOn(element);
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
