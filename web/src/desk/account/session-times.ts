// Times of sessions: the server gives seconds, the page says them in words and
// in the time of this device.
import { date } from "../../lib/texts.ts";

/** Writes every <time data-at> and <time data-ago> of the page. */
export function showTimes(): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-at]")) {
    const at = new Date(Number(time.dataset["at"]) * 1000);
    time.dateTime = at.toISOString();
    const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].join("-");
    time.textContent = `${date(day)} ${at.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}`;
  }
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-ago]")) {
    const at = Number(time.dataset["ago"]);
    time.dateTime = new Date(at * 1000).toISOString();
    time.textContent = ago(Date.now() / 1000 - at);
  }
}

/** Writes how long ago something was, in the words of the language. */
export function ago(seconds: number, tag = document.documentElement.lang): string {
  const words = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
  const minutes = Math.max(0, Math.round(seconds / 60));
  return minutes < 60 ? words.format(-minutes, "minute") : words.format(-Math.round(minutes / 60), "hour");
}
