// Pages of the list as the server makes them, fetched without leaving this one.
import { Unanswered } from "../../lib/api.ts";
import { find } from "../../lib/dom.ts";

/** Fetches a page of the list. Throws Unanswered. */
export function fetchPage(address: string): Promise<Document> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest(); // parses a page without any of the ways that could run markup
    request.responseType = "document";
    request.onload = () => {
      const page = request.responseXML;
      if (request.status === 200 && page?.querySelector("#rows")) done(page);
      else failed(new Unanswered());
    };
    request.onerror = () => failed(new Unanswered());
    request.open("GET", address);
    request.send();
  });
}

/** The address of the list with the server's filters as the form has them. What is sealed has no name in it. */
export function addressOf(form: HTMLFormElement): string {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value !== "") query.set(name, value);
  }
  return `${new URL(form.action).pathname}?${query.toString()}`;
}

/** The address of this page of the list, as the server would write it. */
export const addressHere = (): string => `${location.pathname}?${find("#rows").dataset["query"] ?? ""}`;

/** Puts what the server says now in the place of what this page shows. */
export function takeOver(page: Document): void {
  for (const part of [".tabs", ".chosen-filters", "#rows", "#paging-above", "#paging-below"]) {
    const now = page.querySelector<HTMLElement>(part);
    const here = document.querySelector<HTMLElement>(part);
    if (now && here) here.replaceWith(document.importNode(now, true));
    else here?.replaceChildren();
  }
}
