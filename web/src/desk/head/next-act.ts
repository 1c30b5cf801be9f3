// What is to be done with the case now, as one button at the head of its page.
import { button, find, focusOn, h } from "../../lib/dom.ts";
import { t } from "../../lib/texts.ts";
import type { PossibleTransition } from "../case/case.ts";
import { type DecryptedCase, maySeal } from "../case/decrypted-case.ts";

/** What is to be done: a key below case.act, and whether it is something to do. */
export interface NextAct {
  readonly act: "acknowledge" | "decide" | "answer" | "correct" | "close" | "junk" | "waiting" | "ended";
  readonly possible: boolean;
}

interface Facts {
  readonly state: string;
  readonly standing: string;
  readonly turn: string;
  readonly answered: string; // ISO day, ""
  readonly moves: readonly Pick<PossibleTransition, "to">[];
}

/** What is to be done with a case like this. */
export function nextAct({ state, standing, turn, answered, moves }: Facts): NextAct {
  if (standing === "junk") return { act: "junk", possible: false };
  if (state === "received") return { act: "acknowledge", possible: true };
  if (turn === "reporter") return { act: "waiting", possible: false };
  if (turn === "ended" || moves.length === 0) return { act: "ended", possible: false };
  if (["closed", "monitoring"].includes(state)) return { act: "answer", possible: true }; // the reporter has written since
  if (["acknowledged", "under-review"].includes(state)) return { act: "decide", possible: true };
  if (state === "corrective-action") return { act: "close", possible: true };
  return { act: answered ? "correct" : "answer", possible: true };
}

/** Shows it. */
export function showNextAct(opened: DecryptedCase): void {
  const { case: c, dates, moves } = opened.data;
  const place = find("#next-act");
  const { act, possible } = nextAct({ ...c, answered: dates.answered, moves });
  const writes = !find("#writing").hidden && maySeal(opened, "desk");
  place.hidden = possible && (!writes || act === "acknowledge"); // the letter stands below, with its own button
  place.dataset["act"] = act;
  place.replaceChildren(possible ? button(t(`case.act.${act}`), "button", () => go(act)) : h("p", { class: "soft" }, t(`case.act.${act}`)));
}

function go(act: NextAct["act"]): void {
  if (act === "answer") {
    find<HTMLInputElement>("#kind-answer").checked = true;
    find("#reply-text").scrollIntoView({ block: "center" });
    find("#reply-text").focus({ preventScroll: true });
    return;
  }
  if (act === "close") find<HTMLButtonElement>('#move-buttons [data-to="closed"]').click();
  else focusOn(find("#moves h2"));
}
