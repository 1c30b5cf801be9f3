// The messages of a case come in pages, the newest first. What the page of a case
// holds of them, and how it gets the others.
import { pagesBefore } from "../ui/case-pages.ts";
import type { OnProgress } from "../ui/with-progress.ts";
import type { DeskCase, MessageRow } from "./case.ts";

/** Messages of a case that follow one another, as the server answers them. */
interface Page extends Pick<DeskCase, "earlier" | "files" | "handlers"> {
  readonly messages: readonly MessageRow[];
}

type Held = Pick<DeskCase, "case" | "messages" | "files" | "handlers" | "earlier">;

/** How many messages a page has. */
export const pageSize = 50;

/** Whether the messages of an answer follow those that are held, without a gap. */
export const adjoins = (held: Held, { earlier }: Pick<Held, "earlier">): boolean => earlier <= held.case.last_seq + 1;

/** A case as it was answered last, with the messages that were held before. Those before a gap are not shown, and still tell what they tell. */
export function joined<T extends Held>(held: Held | undefined, fresh: T): T {
  if (!held || (held as unknown) === fresh) return fresh;
  const earlier = adjoins(held, fresh) ? Math.min(held.earlier, fresh.earlier) : fresh.earlier;
  return { ...fresh, ...union(held, fresh), earlier };
}

/** A case with the page before the messages that it shows. */
export const withPage = (data: DeskCase, page: Page): DeskCase => ({ ...data, ...union(page, data), earlier: page.earlier });

/** A case with the notes that say of its tasks, wherever they stand. */
export async function withTasks(data: DeskCase): Promise<DeskCase> {
  let whole = data;
  for await (const page of pagesBefore<Page>(data.case.id, data.earlier, "task")) whole = { ...whole, ...union(page, whole) };
  return whole;
}

type Kept = Pick<Held, "messages" | "files" | "handlers">;

function union(a: Kept, b: Kept): Kept {
  const messages = [...new Map([...a.messages, ...b.messages].map((row) => [row.seq, row])).values()].sort((x, y) => x.seq - y.seq);
  const files = [...new Map([...a.files, ...b.files].map((file) => [file.id, file])).values()];
  return { messages, files, handlers: { ...a.handlers, ...b.handlers } };
}

/** Whether somebody else than a colleague in a note wrote after a number. Where the messages after it are not all there, it may be. */
export const hasNews = ({ messages, earlier }: Pick<DeskCase, "messages" | "earlier">, after: number): boolean =>
  earlier > after + 1 || messages.some(({ seq, from }) => seq > after && from !== "note");

/** Whether the first message that was not read stands before those that are shown. */
export const unreadBefore = ({ read, earlier }: Pick<DeskCase, "read" | "earlier">): boolean => earlier > read + 1;

/** Fetches pages before those that are shown until it is enough. */
export async function fetchUntil(data: DeskCase, enough: (data: DeskCase) => boolean, progress: OnProgress): Promise<DeskCase> {
  let more = data;
  for await (const page of pagesBefore<Page>(data.case.id, data.earlier)) {
    more = withPage(more, page);
    progress(1 - more.earlier / data.earlier);
    if (enough(more)) break;
  }
  return more;
}
