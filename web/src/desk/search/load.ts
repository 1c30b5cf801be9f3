// Fetches everything that a handler can open, a page after the other, and has two
// workers open it.
import { postAtDesk, Refusal } from "../../lib/api.ts";
import { inParts, type Part } from "../../lib/parts.ts";
import { pagesBefore } from "../ui/case-pages.ts";
import { startWorker } from "../ui/workers.ts";
import type { FromOpener, ToOpener } from "./opening-worker.ts";
import type { Found, Opened } from "./opening.ts";

const openers = 2;
const atOnce = 5; // cases that a worker gets

/** A worker has failed, or none was started. */
export class NoOpener extends Error {}

/** Workers that open cases until they are stopped. */
class Pool {
  private readonly workers: Worker[] = [];
  private readonly idle: Worker[] = [];
  private readonly waiting: ((worker: Worker) => void)[] = [];

  constructor(identity: string) {
    for (let i = 0; i < openers; i++) {
      const worker = startWorker("opening");
      worker.postMessage({ identity } satisfies ToOpener);
      this.workers.push(worker);
      this.idle.push(worker);
    }
  }

  async open(cases: readonly Found[]): Promise<readonly Opened[]> {
    const worker = this.idle.pop() ?? (await new Promise<Worker>((free) => this.waiting.push(free)));
    const opened = await new Promise<FromOpener>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<FromOpener>) => resolve(data);
      worker.onerror = () => reject(new NoOpener());
      worker.postMessage({ cases } satisfies ToOpener);
    });
    const next = this.waiting.shift();
    if (next) next(worker);
    else this.idle.push(worker);
    return opened;
  }

  end(): void {
    for (const worker of this.workers) worker.terminate();
  }
}

/** Loading that can go on where it stopped. */
export class Loading {
  private pool: Pool | undefined;
  private after = ""; // up to which case everything was opened
  private readonly signal = new AbortController();

  /** took gets what was opened, in any order. */
  constructor(
    private readonly identity: string,
    private readonly took: (opened: readonly Opened[]) => void,
  ) {}

  /** Loads until everything is there. Throws what keeps it from that; called again, it goes on. */
  async run(): Promise<void> {
    try {
      this.pool ??= new Pool(this.identity);
    } catch {
      throw new NoOpener();
    }
    try {
      await this.pages();
    } finally {
      this.endPool();
    }
  }

  /** It was stopped, and will not go on. */
  get stopped(): boolean {
    return this.signal.signal.aborted;
  }

  /** Stops at once: the workers, and what they know, are gone. */
  stop(): void {
    this.signal.abort();
    this.endPool();
  }

  private endPool(): void {
    this.pool?.end();
    this.pool = undefined;
  }

  private async pages(): Promise<void> {
    const parts = inParts((after) => this.ask(after), this.after);
    for (let coming = parts.next(); ; ) {
      const { done, value: part } = await coming;
      if (done) return;
      coming = parts.next(); // the next one comes while this one is opened, and no more
      coming.catch(() => undefined); // whoever waits for it says so
      await this.open(part.items);
      this.after = part.next || this.after;
    }
  }

  private async ask(after: string): Promise<Part<Found>> {
    const { cases, next } = await postAtDesk<{ cases: readonly Found[]; next: string }>("search", { after }, this.signal.signal);
    const items: Found[] = [];
    for (const found of cases) items.push(await this.whole(found));
    return { items, next };
  }

  // A case with all of its messages: the answer has the newest ones.
  private async whole(found: Found): Promise<Found> {
    let { messages } = found;
    try {
      for await (const page of pagesBefore<Found>(found.case, found.earlier, "", this.signal.signal)) messages = [...page.messages, ...messages];
    } catch (error) {
      if (!(error instanceof Refusal && error.code === "not-found")) throw error; // it is not this handler's any more
    }
    return { ...found, messages, earlier: 0 };
  }

  private async open(cases: readonly Found[]): Promise<void> {
    const some: (readonly Found[])[] = [];
    for (let at = 0; at < cases.length; at += atOnce) some.push(cases.slice(at, at + atOnce));
    await Promise.all(some.map(async (few) => this.took(await this.pool!.open(few))));
  }
}
