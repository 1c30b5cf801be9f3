// The note that says why a handler does something to a case. It goes with the
// request: both are stored, or neither.
import { Refusal } from "../../lib/api.ts";
import { t } from "../../lib/texts.ts";
import { ask } from "../ui/ask.ts";
import { type DecryptedCase, maySeal } from "./decrypted-case.ts";
import { hasNews } from "./pages.ts";
import { HeldBack, type Note, NotGenuine, sealNote } from "./send.ts";
import type { CasePage } from "./sending.ts";

const most = 8; // times that a colleague may be faster

/** Does something with a note that says why, sealed to the case. Where its number is taken by then, the case is loaded again, and what somebody wrote meanwhile is asked about. */
export async function withNote<T>(page: CasePage, why: string, act: (note: Note, current: DecryptedCase) => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    const current = page.current();
    if (!maySeal(current, "note")) throw new NotGenuine();
    try {
      return await act(await sealNote(current, why), current);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "conflict" || tries === most) throw error;
      const before = current.data.case.last_seq;
      const fresh = await page.reload();
      if (fresh.data.case.last_seq === before) throw error; // it is not about the number
      const news = hasNews(fresh.data, before);
      if (news && !(await ask(t("case.meanwhile.question"), t("transfer.go-on"), t("case.meanwhile.text")))) throw new HeldBack();
    }
  }
}
