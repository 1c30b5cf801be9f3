// Changing the language without a word of what was typed leaving the browser.
import { find, focusOn, h } from "../lib/dom.ts";
import { loadTexts, t } from "../lib/texts.ts";
import { showExitHint } from "./quick-exit.ts";

let changed: (() => void) | undefined;

/** Handles the language switch here: then is called on the new page, once its texts are there. */
export function onLanguageChange(then: () => void): void {
  if (!changed) document.addEventListener("click", onClick);
  changed = then;
}

function onClick(event: MouseEvent): void {
  const control = event.target instanceof Element && event.target.closest(".languages :is(a, button)");
  const to = control && (control.getAttribute("href") ?? control.getAttribute("formaction"));
  if (!to) return;
  event.preventDefault();
  if (!mayChange()) return;
  changeTo(to).then(
    (done) => done && changed?.(),
    () => {
      document.getElementById("unchanged")?.remove();
      find("main").prepend(h("div", { class: "notice", id: "unchanged", role: "alert" }, h("p", {}, t("browser.offline"))));
    },
  );
}

// Not while something is on its way, nor in the place of a receipt, nor after the quick exit.
const mayChange = (): boolean => !document.querySelector(".sending") && document.querySelector(".languages") !== null;

async function changeTo(url: string): Promise<boolean> {
  const page = await fetchPage(url);
  await loadTexts(page, mayChange); // before the page changes: without them it could not be sealed
  if (!mayChange()) return false; // the page went on while this one was fetched
  for (const script of page.querySelectorAll("script")) script.remove(); // they run already
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
  showExitHint();
  history.replaceState(history.state, "", url);
  focusOn(find("main"));
  return true;
}

/** Fetches a page. XMLHttpRequest parses it without any of the ways that could run markup. */
export const fetchPage = (url: string): Promise<Document> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.timeout = 60_000;
    request.onload = () => (request.status === 200 && request.responseXML ? resolve(request.responseXML) : reject(new Error("no page")));
    request.onerror = request.ontimeout = () => reject(new Error("no answer"));
    request.open("GET", url);
    request.send();
  });
