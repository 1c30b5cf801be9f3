// A label as it stands on a page: words of a colleague, never markup.
import { fromBase64 } from "../../crypto/bytes.ts";
import { noLabels, openLabels } from "../../crypto/labelset.ts";
import { h } from "../../lib/dom.ts";
import { marked, t } from "../../lib/texts.ts";

/** A label that can only be read. */
export const chip = (label: string): HTMLElement => h("span", { class: "chip", dir: "auto" }, marked(label));

/** Labels that can only be read. */
export const chips = (labels: readonly string[]): HTMLElement => h("ul", { class: "labels", "aria-label": t("label.title") }, ...labels.map((label) => h("li", {}, chip(label))));

/** The labels of a case in a list; undefined where it has none, or they do not open: the page of the case says so. */
export async function labelsInRow(sealed: string, identity: string, caseID: string): Promise<HTMLElement | undefined> {
  const { labels } = sealed ? await openLabels(fromBase64(sealed), identity, caseID).catch(() => noLabels) : noLabels;
  return labels.length > 0 ? chips(labels) : undefined;
}
