// The clock of a session. It ends after some time without a request, and at the
// latest after some hours; the handler is told before, and asked.
import { h } from "../../lib/dom.ts";
import { number, t } from "../../lib/texts.ts";
import { type Session, stayAlive, type TimeLeft } from "./account-api.ts";

const askBefore = 60; // seconds before the idle end
const warnBefore = 5 * 60; // seconds before the last end
const tellEvery = 60; // seconds between two signs of life to the server

/** What the clock needs to know and do. */
export interface Watch {
  readonly left: TimeLeft;
  readonly current: () => Promise<Session | undefined>;
  readonly over: (why: "idle" | "ended") => void;
}

/** Watches over a session until it is over. */
export function watchOver({ left, current, over }: Watch): void {
  let idleEnd = 0;
  let lastEnd = 0;
  const take = (left: TimeLeft) => {
    idleEnd = Date.now() + left.idle * 1000;
    lastEnd = Date.now() + left.ends * 1000;
  };
  const secondsTo = (end: number): number => Math.ceil((end - Date.now()) / 1000);
  let active = false;
  let told = Date.now();
  let asking = false;
  let warned = false;
  let dialog: Question | undefined;

  for (const input of ["keydown", "pointerdown", "wheel", "input", "touchstart"]) {
    addEventListener(input, () => (active ||= !dialog), { passive: true, capture: true });
  }
  const tellServer = async () => {
    active = false;
    told = Date.now();
    take(await stayAlive());
  };
  // Nothing more is asked of the server.
  const end = (why: "idle" | "ended") => {
    clearInterval(clock);
    document.removeEventListener("visibilitychange", tick);
    over(why);
  };
  // Another tab may have kept the session alive: the server knows.
  const alive = async (): Promise<boolean> => {
    const session = await current();
    if (session) take(session);
    else end(secondsTo(lastEnd) <= 0 ? "ended" : "idle");
    return session !== undefined;
  };
  const ask = (kind: "idle" | "ends") => {
    if (dialog) return;
    const answered = () => {
      dialog = undefined;
      warned ||= kind === "ends";
      if (kind === "idle") void tellServer().catch(() => undefined);
    };
    dialog = question(kind, answered);
  };
  const beat = async () => {
    if (active && Date.now() - told >= tellEvery * 1000) await tellServer();
    const close = secondsTo(idleEnd) <= askBefore && (!dialog || secondsTo(idleEnd) % 10 === 0);
    if ((close || secondsTo(idleEnd) <= 0 || secondsTo(lastEnd) <= 0) && !(await alive())) return;
    if (secondsTo(idleEnd) <= askBefore) ask("idle");
    else if (dialog?.kind === "idle") {
      dialog.close(); // another tab went on
      dialog = undefined;
    } else if (secondsTo(lastEnd) <= warnBefore && !warned) ask("ends");
    dialog?.tell(secondsTo(dialog.kind === "idle" ? idleEnd : lastEnd));
  };
  take(left);
  const tick = () => {
    if (asking) return;
    asking = true;
    beat()
      .catch(() => {
        if (secondsTo(idleEnd) <= 0 || secondsTo(lastEnd) <= 0) end("idle"); // without the server it cannot be known better
      })
      .finally(() => (asking = false));
  };
  const clock = setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick); // a device that slept
}

interface Question {
  readonly kind: "idle" | "ends";
  readonly tell: (seconds: number) => void;
  readonly close: () => void;
}

// A dialog with the time left: shown every second, spoken only now and then.
function question(kind: "idle" | "ends", answered: () => void): Question {
  const shown = h("p", { "aria-hidden": "true", class: "time-left" });
  const spoken = h("p", { class: "hidden", role: "status" });
  const go = h("button", { type: "button", class: "button" }, t(kind === "idle" ? "account.idle.stay" : "account.ends.ok"));
  const dialog = h(
    "dialog",
    { class: "ask", role: "alertdialog", "aria-labelledby": "ask-title", "aria-describedby": "ask-text" },
    h("h2", { id: "ask-title" }, t(kind === "idle" ? "account.idle.title" : "account.ends.title")),
    h("p", { id: "ask-text" }, t(kind === "idle" ? "account.idle.text" : "account.ends.text")),
    shown,
    spoken,
    go,
  );
  let saidAt = Infinity;
  go.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    answered();
  });
  document.body.append(dialog);
  dialog.showModal();
  return {
    kind,
    tell(seconds) {
      const text = timeLeft(Math.max(0, seconds));
      shown.textContent = text;
      if (saidAt - seconds >= 20) {
        spoken.textContent = text;
        saidAt = seconds;
      }
    },
    close() {
      dialog.remove(); // without the answer
    },
  };
}

const timeLeft = (seconds: number): string =>
  seconds > 90 ? t("account.time.minutes", { Minutes: number(Math.round(seconds / 60)) }) : t("account.time.seconds", { Seconds: number(seconds) });
