// What a handler is writing survives a reload, a lock and the end of a session:
// it stays in this tab, sealed to the handler's own recipient.
import { fromBase64, toBase64, toBytes, toText } from "../../crypto/bytes.ts";
import { padMessage } from "../../crypto/padding.ts";
import { open, seal } from "../../crypto/seal.ts";

export interface Draft {
  readonly reply: string;
  readonly kind: string;
  readonly language: string;
  readonly note: string;
  readonly closing: string; // to the reporter
  readonly longer: string; // to the reporter
  readonly investigating: string; // to the reporter
  readonly reason: string; // for handlers, beside it
  readonly classification: string; // JSON of its form
}

const pause = 800; // milliseconds without a key before it is sealed
const place = (caseID: string): string => `hotline-draft-${caseID}`;

/** Keeps the draft of one case up to date. */
export class DraftKeeper {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sealing: Promise<unknown> = Promise.resolve();

  /** recipient is the handler's own; now tells what stands in the forms. */
  constructor(
    private readonly caseID: string,
    private readonly recipient: string, // of the handler
    private readonly now: () => Draft,
  ) {}

  /** Something was typed. */
  changed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.keep(), pause);
  }

  /** Keeps nothing more of what was typed. */
  stop(): void {
    clearTimeout(this.timer);
  }

  /** Seals what stands in the forms now, or drops what was kept where they are empty. One after the other: the newest is the last. */
  keep(): Promise<unknown> {
    clearTimeout(this.timer);
    const draft = this.now();
    this.sealing = this.sealing.then(async () => {
      if ((draft.reply + draft.note + draft.closing + draft.longer + draft.investigating + draft.reason + draft.classification).trim() === "") return sessionStorage.removeItem(place(this.caseID));
      sessionStorage.setItem(place(this.caseID), toBase64(await seal(padMessage(toBytes(JSON.stringify(draft))), this.recipient)));
    });
    return this.sealing.catch(() => undefined); // without it a reload loses the draft, and nothing else
  }
}

/** Returns the draft that this tab keeps of a case; undefined where there is none for this identity. */
export async function keptDraft(caseID: string, identity: string): Promise<Draft | undefined> {
  const kept = sessionStorage.getItem(place(caseID));
  if (!kept) return undefined;
  try {
    return JSON.parse(toText(await open(fromBase64(kept), identity))) as Draft;
  } catch {
    return undefined;
  }
}
