// Sending, with what a person sees of it: how far it is, what it waits for, and
// a way to stop it.
import { button, h } from "./dom.ts";
import { number, t } from "./texts.ts";
import type { Sending } from "./upload.ts";

/** The steps of sending that a person is told about. */
export type Step = "sealing" | "files" | "sending";

/** Stops work that sends, and is told how far the work is. */
export interface Progress extends Omit<Sending, "chunk" | "form"> {
  readonly step: (step: Step) => void;
}

/** Waits for what cannot be stopped itself; rejects as soon as the signal says so. */
export const unlessStopped = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    }),
  ]);

/** Does work that sends total bytes of files, and shows how far it is in the place of an element. */
export async function withProgressPanel<T>(instead: HTMLElement, total: number, work: (progress: Progress) => Promise<T>, title = "browser.sending"): Promise<T> {
  const stop = new AbortController();
  const bar = h("progress", { max: "100", "aria-label": t(title) });
  const shown = h("p", { "aria-hidden": "true" });
  const spoken = h("p", { class: "hidden", role: "status" }); // not every percent and second
  const cancel = button(t("browser.progress.cancel"), "button second", () => stop.abort());
  cancel.disabled = true; // for the second half of a double click, which meets it in the place of Send
  setTimeout(() => (cancel.disabled = false), 700);
  const panel = h("div", { class: "sending" }, h("h2", { tabindex: "-1" }, t(title)), shown, spoken, bar, cancel);
  let sent = 0;
  let step: Step = "sealing";
  let topic = "";
  const say = (text: string, about: string) => {
    if (shown.textContent !== text) shown.textContent = text;
    if (about !== topic) spoken.textContent = text;
    topic = about;
  };
  const tell = () => {
    if (title !== "browser.sending") return;
    const percent = total > 0 ? Math.min(99, Math.floor((sent / total) * 100)) : 0;
    if (step === "files") bar.value = percent;
    else bar.removeAttribute("value");
    const text = step === "files" ? t("browser.progress.files", { Percent: number(percent) }) : t(`browser.progress.${step}`);
    say(text, `${step} ${Math.floor(percent / 10)}`);
  };
  const progress: Progress = {
    signal: stop.signal,
    sent: (bytes) => {
      sent = bytes;
      tell();
    },
    step: (now) => {
      step = now;
      if (now === "sending" && document.activeElement === cancel) panel.querySelector("h2")!.focus();
      cancel.hidden = now === "sending"; // it may be stored already: stopping would leave that open
      tell();
    },
    waiting: (why, seconds) => {
      say(t(`browser.progress.${why}`, { Seconds: seconds }), why);
    },
  };
  instead.hidden = true;
  instead.after(panel);
  panel.querySelector("h2")!.focus(); // which brings it into sight, and leaves the page where it is if it is
  tell();
  try {
    return await work(progress);
  } finally {
    panel.remove();
    instead.hidden = false;
  }
}

/** Reports whether an error is that a person stopped the sending. */
export const stopped = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
