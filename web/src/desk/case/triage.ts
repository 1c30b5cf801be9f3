// What a case is, as far as only its browser can tell: whether its reporter asked for
// advice, and who said that somebody is in danger.
import { find } from "../../lib/dom.ts";
import { ofKind, t, visible } from "../../lib/texts.ts";
import type { CaseKind } from "./case.ts";
import type { DecryptedCase, Entry } from "./decrypted-case.ts";

/** The kind of a case: what a handler confirmed, else what the reporter chose, else a report. */
export const kindOf = (opened: DecryptedCase): CaseKind => opened.data.case.kind || (chosenKind(opened) === "consultation" ? "consultation" : "report");

/** What the reporter chose last, undefined while it is sealed, "" nothing. */
export function chosenKind({ entries }: DecryptedCase): string | undefined {
  const written = entries.filter(({ row }) => row.from === "report" || row.from === "reporter").map(({ message }) => message);
  return written[0] && (written.map((message) => message?.fields?.["kind"]).filter(Boolean).at(-1) ?? "");
}

/** The outcomes that fit a kind of case: advice answers a consultation, and there it is the usual outcome. */
export function outcomesFor(kind: CaseKind, outcomes: readonly string[]): string[] {
  const others = outcomes.filter((outcome) => outcome !== "advised");
  return kind === "consultation" && others.length < outcomes.length ? ["advised", ...others] : others;
}

/** Who said that somebody is in danger: a handler's name, "" the reporter. Whoever took back that they acted did not say it first. */
export function saidBy({ data }: DecryptedCase): string {
  const marked = data.events.filter(({ what, from, to }) => what === "danger" && from === "" && to === "open").sort((a, b) => b.at - a.at)[0];
  return marked ? (data.handlers[marked.by] ?? t("event.somebody")) : "";
}

/** Reports whether a message is a reporter's yes to whether somebody treats them badly because of the report. */
export const saysRetaliation = ({ row, message }: Pick<Entry, "row" | "message">): boolean => row.from === "reporter" && message?.fields?.["happened"] === "yes";

/** Shows it on the page of the case, in the words of its kind. */
export function showTriage(opened: DecryptedCase): void {
  const kind = kindOf(opened);
  const chosen = chosenKind(opened);
  const said = chosen === undefined ? "case.kind.sealed" : chosen === "" ? "case.kind.unsaid" : `answers.kind.${chosen}`;
  find("#said-kind").textContent = t(said);
  find(".marks .kind-mark").hidden = kind !== "consultation";
  for (const part of ["title", "text"]) find(`#acknowledge-${part}`).textContent = t(ofKind(kind, `case.acknowledge.${part}`));
  const by = document.getElementById("in-danger-by");
  if (!by) return;
  const name = saidBy(opened);
  by.textContent = name ? t("danger.by-handler", { Name: visible(name) }) : t("danger.by-reporter");
}
