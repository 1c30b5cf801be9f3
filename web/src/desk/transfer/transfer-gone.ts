// A case that a handler may not see any more leads back to the list, which says
// what happened to it.
import { find, h } from "../../lib/dom.ts";
import { t } from "../../lib/texts.ts";

const place = "hotline-gone";

/** How a case went: handed over, oneself recused, or somebody else excluded. */
export type Gone = "transferred" | "recused" | "excluded";

/** Goes back to the list, to the case that comes next in it. */
export function leave(how: Gone): void {
  sessionStorage.setItem(place, how);
  const next = document.querySelector<HTMLAnchorElement>("#to-next")?.pathname.split("/").at(-1);
  location.assign(find<HTMLAnchorElement>("#to-list").href.replace(/#.*/, next ? `#case-${next}` : ""));
}

/** Says it, once. */
export function tellGone(): void {
  const how = sessionStorage.getItem(place) as Gone | null;
  sessionStorage.removeItem(place);
  if (!how) return;
  const notice = h("div", { class: "notice", role: "status", id: "gone" });
  find("main").prepend(notice);
  notice.append(h("p", {}, wordsFor(how))); // a status is spoken when it changes
}

function wordsFor(how: Gone): string {
  if (how === "transferred") return t("transfer.gone.transferred");
  return how === "recused" ? t("transfer.gone.recused") : t("transfer.gone.excluded");
}
