// The step of enrolment in which the identity is made, or an old one goes on.
import { newIdentity, recipientOf } from "../../crypto/seal.ts";
import type { FieldError } from "../../lib/answers.ts";
import { find } from "../../lib/dom.ts";
import { t } from "../../lib/texts.ts";
import { openingForm, recoveryPanel } from "./recovery.ts";

/** An identity, and whether its recovery file was checked. */
export interface Key {
  readonly identity: string;
  readonly kept: boolean;
}

export interface KeyStep {
  readonly entered: () => void;
  readonly errors: () => FieldError[];
  /** The identity; undefined where there is none, or it stays offline. */
  readonly made: () => Promise<Key | undefined>;
}

type Kind = "make" | "offline" | "again" | "none";

/** Installs the step in its section. recipient: that of the identity which somebody had before. */
export function keyStep(section: HTMLElement, kind: () => Kind, recipient: string): KeyStep {
  const making = find("#make-key", section);
  const again = find("#key-again", section);
  const later = find<HTMLInputElement>("#later", section);
  const choice = () => section.querySelector<HTMLInputElement>("[name=key]:checked")?.value;
  let fresh: Promise<string> | undefined;
  let kept = false;
  let old: string | undefined;

  const makes = () => kind() === "make" || (kind() === "again" && choice() === "new");
  const update = () => {
    find("#key-offline", section).hidden = kind() !== "offline";
    again.hidden = kind() !== "again";
    making.hidden = !makes();
    find("#key-old", section).hidden = choice() !== "old";
    find("#key-new", section).hidden = choice() !== "new";
    if (!makes() || fresh) return;
    fresh = newIdentity();
    void fresh.then((identity) => find("#recovery", section).replaceChildren(recoveryPanel(identity, () => (kept = true))));
  };
  section.addEventListener("change", update);
  find("#open-old", section).replaceChildren(
    openingForm(t("enrol.key.open"), async (identity, say) => {
      if ((await recipientOf(identity)) !== recipient) {
        say(t("enrol.key.other"));
        return;
      }
      old = identity;
      find("#old-opened", section).textContent = t("enrol.key.opened");
    }),
  );
  return {
    entered: update,
    errors() {
      if (kind() === "again" && !choice()) return [{ field: "key-choice-old", text: t("enrol.key.choose") }];
      if (kind() === "again" && choice() === "old") return old ? [] : [{ field: "key-choice-old", text: t("enrol.key.not-opened") }];
      return makes() && !kept && !later.checked ? [{ field: "later", text: t("enrol.key.unkept") }] : [];
    },
    async made() {
      if (makes()) return fresh && { identity: await fresh, kept };
      return kind() === "again" && old ? { identity: old, kept: true } : undefined;
    },
  };
}
