// The keyboard shortcuts of the page of a case: through the list, and what is done with a
// new report. What cannot be taken back is only brought near: its button has the focus then.
import { t } from "../../lib/texts.ts";
import { addShortcuts } from "../ui/shortcuts.ts";

const shown = (selector: string): HTMLElement | undefined =>
  [...document.querySelectorAll<HTMLElement>(selector)].find((one) => one.getClientRects().length > 0 && !one.matches(":disabled"));

function press(selector: string): boolean {
  const one = shown(selector);
  one?.click();
  return one !== undefined;
}

function reach(selector: string): boolean {
  const one = shown(selector);
  one?.focus();
  return one !== undefined;
}

function passOn(): boolean {
  const form = document.querySelector<HTMLDetailsElement>("#transferring");
  if (!form || !shown("#transferring")) return false;
  form.open = true;
  return reach("#transferring select");
}

/** Installs them. */
export function installCaseKeys(): void {
  addShortcuts(
    { key: "J", means: t("case.next"), act: () => press("#to-next") },
    { key: "K", means: t("case.previous"), act: () => press("#to-previous") },
    { key: "t", means: t("case.take"), act: () => press("#take") },
    { key: "y", means: t("case.acknowledge.send"), act: () => reach("#acknowledge") },
    { key: "d", means: t("danger.act"), act: () => reach("#in-danger button") },
    { key: "c", means: t("case.keys.classify"), act: () => press("#confirm-classification") },
    { key: "p", means: t("transfer.title"), act: passOn },
    { key: "!", means: t("list.junk"), act: () => press('#quick button[value="junk"]') },
  );
}
