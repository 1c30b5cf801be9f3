// Earlier messages on the page of a case: fetched by a button, for the first unread
// one, and as a whole for exports and paper.
import { Refusal } from "../../lib/api.ts";
import { find, focusOn } from "../../lib/dom.ts";
import { t } from "../../lib/texts.ts";
import { lock } from "../session/session.ts";
import { type OnProgress, withProgress } from "../ui/with-progress.ts";
import type { DeskCase } from "./case.ts";
import { fetchUntil, unreadBefore } from "./pages.ts";
import type { CasePage } from "./sending.ts";

const timeline = () => find("#timeline");

/** Installs the ways to earlier messages. */
export function installPaging(page: CasePage): void {
  timeline().addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("#earlier")) void fetchForSight(page, () => true, "#earlier");
  });
  find("#first-unread a").addEventListener("click", (event) => {
    const { data } = page.current();
    if (!unreadBefore(data)) return;
    event.preventDefault();
    void fetchForSight(page, (more) => more.earlier <= data.read + 1, "#unread");
  });
  const paper = find("#print");
  paper.addEventListener("click", () => void whole(page, paper.parentElement!).then((all) => all && print()));
}

/** Fetches all of a case, with its progress in a place. Returns whether it is there. */
export const whole = (page: CasePage, place: HTMLElement): Promise<boolean> => fetching(page, () => false, place);

// The focus goes to the button that was pressed, or where there is none any more to
// what says which messages are shown: reading goes on below it.
async function fetchForSight(page: CasePage, enough: (data: DeskCase) => boolean, focus: string): Promise<void> {
  if (!(await fetching(page, enough, find(".earlier", timeline())))) return;
  const target = document.querySelector<HTMLElement>(focus) ?? find("#shown-messages");
  if (target.matches("#earlier")) target.focus();
  else focusOn(target);
}

async function fetching(page: CasePage, enough: (data: DeskCase) => boolean, place: HTMLElement): Promise<boolean> {
  const ended = { well: page.current().data.earlier === 0 };
  if (ended.well) return true;
  await withProgress(place, t("case.pages.loading"), async (progress) => {
    try {
      await fetchWith(page, enough, progress);
      ended.well = true;
    } catch (error) {
      if (error instanceof Refusal && error.code === "signed-out") lock("ended");
      else page.say(t("case.trouble.load"));
    }
  });
  return ended.well;
}

/** Fetches until it is enough, and shows what came. */
export async function fetchWith(page: CasePage, enough: (data: DeskCase) => boolean, progress: OnProgress): Promise<void> {
  const { data } = page.current();
  if (data.earlier > 0) await page.showMore(await fetchUntil(data, enough, progress));
}
