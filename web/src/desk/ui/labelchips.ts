// A label as it stands on a page: words of a colleague, never markup; and before the
// labels what the case was classified as.
import { fromBase64 } from "../../crypto/bytes.ts";
import { type LabelSet, noLabels, openLabels } from "../../crypto/labelset.ts";
import { h } from "../../lib/dom.ts";
import { marked, t } from "../../lib/texts.ts";

/** A label that can only be read. */
export const chip = (label: string): HTMLElement => h("span", { class: "chip", dir: "auto" }, marked(label));

/** Main area, severity and labels of a case, to be read; undefined where there is nothing of it. */
export function chips({ labels, area, severity }: LabelSet): HTMLElement | undefined {
  const marks = [
    ...(area === "" ? [] : [h("span", { class: "area" }, marked(t(`category.${area}`)))]),
    ...(severity === 0 ? [] : [h("span", { class: "severity", "data-severity": String(severity) }, t(`severity.mark-${severity}`))]),
    ...labels.map(chip),
  ];
  return marks.length > 0 ? h("ul", { class: "labels", "aria-label": t("label.title") }, ...marks.map((mark) => h("li", {}, mark))) : undefined;
}

/** The same of a case in a list, sealed; undefined, too, where it does not open: the page of the case says so. */
export async function labelsInRow(sealed: string, identity: string, caseID: string): Promise<HTMLElement | undefined> {
  return chips(sealed ? await openLabels(fromBase64(sealed), identity, caseID).catch(() => noLabels) : noLabels);
}
