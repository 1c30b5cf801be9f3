// What the server tells of a case in words, beside its timeline: danger, state, days,
// and the forms with which a handler says what it is, takes it or makes it urgent.
import { find } from "../../lib/dom.ts";

/** Fetches the facts again. What the handler chose in their form and has not saved stays chosen. */
export function refreshFacts(): Promise<void> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest(); // parses a page without any of the ways that could run markup
    request.responseType = "document";
    request.onload = () => {
      const choices = unsaved();
      const opened = folds().map((fold) => fold.open);
      const focused = document.activeElement?.closest("#facts, #alerts, #quick") && document.activeElement.id;
      for (const part of ["#alerts", "#facts", ".brief", ".marks", "#quick", "#retention-facts"]) {
        const now = request.status === 200 && request.responseXML?.querySelector(part);
        if (now) find(part).replaceChildren(...now.childNodes);
      }
      for (const [i, fold] of folds().entries()) fold.open = opened[i] ?? false;
      choices.forEach(chooseAgain);
      if (focused) document.getElementById(focused)?.focus();
      done();
    };
    request.onerror = () => failed(new Error("no answer"));
    request.open("GET", location.pathname + location.search);
    request.send();
  });
}

const folds = () => [...document.querySelectorAll<HTMLDetailsElement>("#facts details")];

/** A choice not saved yet, and what stood there when it was made. */
interface Choice {
  readonly name: string;
  readonly value: string;
  readonly seen: string;
}

const choiceOf = (name: string) => document.querySelector<HTMLSelectElement>(`#facts select[name="${name}"]`);
const seenOf = (name: string) => document.querySelector<HTMLInputElement>(`#facts [name="seen-${name}"]`);

const unsaved = (): Choice[] =>
  [...document.querySelectorAll<HTMLSelectElement>("#facts select")].filter(({ name, value }) => value !== seenOf(name)?.value).map(({ name, value }) => ({ name, value, seen: seenOf(name)?.value ?? "" }));

// With what stood there, so that the server notices where a colleague was faster.
function chooseAgain({ name, value, seen }: Choice): void {
  const choice = choiceOf(name);
  const before = seenOf(name);
  if (!choice || !before || ![...choice.options].some((o) => o.value === value)) return;
  choice.value = value;
  before.value = seen;
}
