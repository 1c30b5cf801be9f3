// What an authenticator app needs: a code to scan, the same to type, a link.
import { button, h } from "../../lib/dom.ts";
import { t } from "../../lib/texts.ts";
import type { NewCodes } from "../session/account-api.ts";

const moduleSize = 6; // pixels of the canvas; the stylesheet says how large it is shown
const quiet = 4; // modules around it, as the standard wants

/** Shows a secret for an authenticator app. */
export function authenticatorPanel({ secret, uri, qr }: NewCodes): HTMLElement {
  const typed = h("p", { class: "secret", translate: "no" }, ...groupsOf(secret));
  const said = h("p", { role: "status" });
  const copy = button(t("account.totp.copy"), "button second", async () => {
    try {
      await navigator.clipboard.writeText(secret);
      said.textContent = t("account.totp.copied");
    } catch {
      getSelection()?.selectAllChildren(typed);
      said.textContent = t("account.totp.select");
    }
  });
  return h(
    "div",
    { class: "authenticator" },
    canvasOf(qr),
    h("div", {}, h("p", {}, t("account.totp.type")), typed, h("div", { class: "tools" }, copy, h("a", { class: "button second", href: uri }, t("account.totp.open"))), said),
  );
}

// Dark on light in either scheme: cameras want it so.
function canvasOf(rows: readonly string[]): HTMLCanvasElement {
  const size = (rows.length + 2 * quiet) * moduleSize;
  const canvas = h("canvas", { class: "qr", width: String(size), height: String(size), role: "img", "aria-label": t("account.totp.picture") });
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, size, size);
  context.fillStyle = "#000";
  rows.forEach((row, y) => {
    [...row].forEach((module, x) => {
      if (module === "1") context.fillRect((x + quiet) * moduleSize, (y + quiet) * moduleSize, moduleSize, moduleSize);
    });
  });
  return canvas;
}

const groupsOf = (secret: string): Node[] => (secret.match(/.{1,4}/g) ?? []).map((group) => h("span", {}, group));

/** A one-time code as people type it: full width, with spaces. */
export const readCode = (typed: string): string => typed.normalize("NFKC").replace(/[^0-9]/g, "");
