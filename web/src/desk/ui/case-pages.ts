// The messages of a case come in pages, the newest first: those before the ones
// that came with an answer.
import { getAtDesk } from "../../lib/api.ts";

/** What every page says. */
export interface Paged {
  readonly earlier: number; // the number to ask before for the page before, 0: there is none
}

/** Follows the pages before a number to the first: of all messages, or of the notes that say of tasks. Throws where the server does not get on. */
export async function* pagesBefore<Page extends Paged>(id: string, before: number, kind: "" | "task" = "", signal?: AbortSignal): AsyncGenerator<Page> {
  for (let at = before; at > 0; ) {
    const page = await getAtDesk<Page>(`cases/${id}/messages?before=${at}${kind && `&kind=${kind}`}`, signal);
    yield page;
    if (page.earlier >= at) throw new Error("the pages do not end");
    at = page.earlier;
  }
}
