// The days that a receipt promises, to take along as a calendar file. Made here, so
// that nobody is asked for it. Loaded apart: this imports nothing that others need.
import type { Dates } from "../lib/api.ts";

/** The days by which the reporter will hear something, as server/caseview has them. */
export const promised = (d: Dates): string[] => [d.acknowledged ? "" : d.acknowledge, d.notice, d.closed ? "" : d.answer].filter(Boolean);

/** A calendar file with an entry for each of some days, which says nothing but a word: that of server/caseview/calendar.go, but for the UIDs. */
export function calendar(days: readonly string[], word: string): string {
  const text = word.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n");
  const entries = [...new Set(days)].filter(Boolean).sort().flatMap((day) => {
    const date = day.replace(/-/g, "");
    return ["BEGIN:VEVENT", `UID:${randomUID()}`, `DTSTAMP:${date}T000000Z`, `DTSTART;VALUE=DATE:${date}`, `SUMMARY:${text}`, "TRANSP:TRANSPARENT", "END:VEVENT"];
  });
  return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//note//EN", ...entries, "END:VCALENDAR", ""].join("\r\n");
}

const randomUID = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
