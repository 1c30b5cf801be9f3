// Who else has the case open: their names, while they do. This browser says so of its
// handler while the page is in sight, and that it is over when it is left.
import { postAtDesk } from "../../lib/api.ts";
import { find } from "../../lib/dom.ts";
import { list, t, visible } from "../../lib/texts.ts";
import { onLock } from "../session/session.ts";

const every = 25_000; // milliseconds; the server forgets after a minute

/** Tells the others, and shows them, until the page is left or locked. */
export function installPresence(id: string): void {
  let next: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  let asked = 0; // the newest answer wins
  const open = async () => {
    clearTimeout(next);
    const mine = ++asked;
    try {
      const { others } = await postAtDesk<{ others: readonly string[] }>(`cases/${id}/presence`, { open: true });
      if (mine !== asked) return;
      show(others);
    } catch {
      if (mine !== asked) return;
      show([]); // nobody can tell; what keeps the server from answering says so elsewhere
    }
    if (!over && document.visibilityState === "visible") next = setTimeout(() => void open(), every);
  };
  const leave = () => {
    clearTimeout(next);
    asked++;
    show([]);
    // A request that outlives the page. Nothing can be done where it fails: the minute passes.
    void fetch(`/api/desk/cases/${id}/presence`, { method: "POST", keepalive: true, credentials: "same-origin", headers: { "Accept-Language": "*", "Content-Type": "application/json" }, body: JSON.stringify({ open: false }) }).catch(() => undefined);
  };
  document.addEventListener("visibilitychange", () => {
    if (over) return;
    if (document.visibilityState === "visible") void open();
    else leave();
  });
  addEventListener("pagehide", () => {
    if (!over) leave();
  });
  onLock(() => {
    over = true;
    leave();
  });
  void open();
}

function show(names: readonly string[]): void {
  const place = find("#present");
  const words = t("presence.others");
  const text = names.length > 0 ? `${words}${words.endsWith("：") ? "" : " "}${list(names.map(visible))}` : "";
  if (place.textContent !== text) place.textContent = text; // a status is spoken when it changes
}
