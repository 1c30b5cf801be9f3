// The server's API (docs/api.md), and patience with it.
import type { Sender } from "../crypto/message.ts";
import type { BranchNames, Reads } from "./branches.ts";
import { type Rule, wholeOrganization } from "./routing.ts";

/** Stands among the ids of handlers for the recovery recipient. */
export const recoveryID = "recovery";

/** What GET /api/intake answers about one entity. */
export interface Intake {
  readonly form: string;
  readonly on: string; // ISO day
  readonly entity: string; // what the case is stored under in the clear
  readonly handlers: Readonly<Record<string, string>>; // recipients by handler, or recoveryID
  readonly queues: Readonly<Record<string, readonly string[]>>; // handlers by queue, and recoveryID
  readonly branches: Readonly<Record<string, string>>; // that read a queue there
  readonly names: BranchNames;
  readonly rules: readonly Rule[]; // which queue reads a report: the first that fits
  readonly excludable: readonly Excludable[];
  readonly limits: Limits;
}

/** Whether somebody reads a queue there. The recovery recipient alone is nobody. */
export const isRead = ({ queues }: Pick<Intake, "queues">, queue: string): boolean => (queues[queue] ?? []).some((id) => id !== recoveryID);

/** Somebody whom a reporter can keep from reading the report. */
export interface Excludable {
  readonly id: string; // a handler's
  readonly shown_as: string;
  readonly shown_in?: Readonly<Record<string, string>>; // the same by language, where it is another
  readonly deputies?: Readonly<Record<string, readonly string[]>>; // by queue, who reads it in their place alone, and must not either
}

export interface Limits {
  readonly text: number; // characters
  readonly field: number; // characters
  readonly files: number;
  readonly file_size: number; // bytes
  readonly chunk: number; // bytes of a chunk
}

/** ISO days, "" where not known. */
export interface Dates {
  readonly received: string;
  readonly acknowledge: string;
  readonly notice: string;
  readonly answer: string;
  readonly acknowledged: string;
  readonly closed: string;
  readonly protected_until: string;
  readonly kept_until: string;
  readonly meeting_asked: string; // "" as meeting_by, unless a meeting is open
  readonly meeting_by: string;
}

export interface Stored extends Reads {
  readonly dates: Dates;
}

/** What was written down of what the reporter said, the message of that number, and where their check of it stands. */
export interface Statement {
  readonly seq: number;
  readonly state: "offered" | "accepted" | "corrected" | "withdrawn";
  readonly on: string;
}

/** A case as its reporter may see it; messages are sealed, in base64. */
export interface Case extends Stored {
  readonly form: string;
  readonly on: string;
  readonly case: string;
  readonly state: string;
  readonly outcome: string;
  readonly kind: string; // "report" or "consultation" once a handler confirmed it, else ""
  readonly recipient: string;
  readonly reporter_recipient: string;
  readonly last_seq: number;
  readonly full: "" | "files" | "messages"; // what it takes no more of from the reporter
  readonly messages: readonly { readonly seq: number; readonly from: Sender; readonly on: string; readonly sealed: string }[];
  readonly earlier: number; // the number to ask before for those before this page, 0: there are none; messages with smaller ones are of the beginning
  readonly files: readonly { readonly id: string; readonly seq: number; readonly size: number }[];
  readonly limits: Limits;
  readonly name: string; // sealed apart from the report, base64, "" none
  readonly statements: readonly Statement[]; // in the order of their messages
  readonly asks: { readonly watch: number; readonly satisfied: boolean }; // what its page asks: by months after the receipt, 0 not; whether they are satisfied
  readonly transfers: readonly { readonly on: string; readonly branch: string; readonly after: number }[]; // after the message of that number
}

/** The server refused, for the reason that code names. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly form?: string,
    readonly wait?: number, // seconds
    readonly offset?: number, // bytes of a file that the server holds
  ) {
    super(code);
  }
}

/** No answer came: the request may have arrived or not. */
export class Unanswered extends Error {}

/** A file cannot be read any more: it was moved or deleted since it was chosen. */
export class Unreadable extends Error {
  constructor(readonly file: string) {
    super("file cannot be read");
  }
}

const answerTime = 120_000; // milliseconds for an answer to begin, and for some more of a file to arrive
const wholeTime = 600_000; // milliseconds for the whole of any other answer, on the slowest line

/** Asks to whom to seal what is about an entity. Its code goes in a header: proxies log addresses. */
export const getIntake = (entity = "", signal?: AbortSignal): Promise<Intake> =>
  request<Intake>("/api/intake", entity && entity !== wholeOrganization ? { headers: { "Hotline-Entity": entity } } : {}, signal);

/** Posts JSON. The same body can be posted again: nothing is stored twice. */
export const post = <T>(path: string, body: object, signal?: AbortSignal): Promise<T> =>
  request<T>(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: paddedJSON(body) }, signal);

/** Asks the desk's API (docs/desk-api.md), which knows a handler by the session's cookie. */
export const getAtDesk = <T>(path: string, signal?: AbortSignal): Promise<T> => request<T>(`/api/desk/${path}`, {}, signal);

/** Posts JSON to the desk's API. */
export const postAtDesk = <T>(path: string, body: object, signal?: AbortSignal): Promise<T> => post<T>(`/api/desk/${path}`, body, signal);

/** Returns the bytes of a sealed file of the desk's API as they come. */
export const bytesAtDesk = async (path: string, signal?: AbortSignal): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> =>
  arriving(await ask(`/api/desk/${path}`, {}, signal));

// Spaces at the end, so that the length on the wire does not tell the category or the country.
function paddedJSON(body: object): string {
  const json = JSON.stringify(body);
  return json.padEnd(Math.ceil(json.length / 1024) * 1024);
}

/** Posts bytes. */
export const postBytes = <T>(path: string, body: Uint8Array, headers: Record<string, string>, signal?: AbortSignal): Promise<T> =>
  request<T>(path, { method: "POST", headers: { "Content-Type": "application/octet-stream", ...headers }, body: body as Uint8Array<ArrayBuffer> }, signal);

/** Posts JSON and returns the answer's bytes as they come. */
export const postForBytes = async (path: string, body: object, signal?: AbortSignal): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> =>
  arriving(await ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: paddedJSON(body) }, signal));

// The bytes of an answer may take as long as they like while something arrives.
function arriving({ answer, end, arrived }: Asked): ReadableStream<Uint8Array<ArrayBuffer>> {
  arrived();
  const reader = answer.body!.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        arrived();
        if (!done) {
          controller.enqueue(value);
          return;
        }
        end();
        controller.close();
      } catch {
        end();
        controller.error(new Unanswered());
      }
    },
    cancel: () => (end(), reader.cancel()),
  });
}

async function request<T>(path: string, init: RequestInit, signal?: AbortSignal): Promise<T> {
  const { answer, end, arrived } = await ask(path, init, signal);
  arrived(wholeTime);
  try {
    return (await answer.json()) as T;
  } catch {
    signal?.throwIfAborted();
    throw new Unanswered(); // cut off on the way
  } finally {
    end();
  }
}

interface Asked {
  readonly answer: Response;
  readonly end: () => void; // when it was read
  readonly arrived: (next?: number) => void; // some of it did; the next must within so many milliseconds
}

// Asks, and stops where nothing arrives for too long. AbortSignal.any and
// .timeout are younger than the browsers we serve.
async function ask(path: string, init: RequestInit, signal?: AbortSignal): Promise<Asked> {
  signal?.throwIfAborted();
  const limit = new AbortController();
  const stop = () => limit.abort();
  signal?.addEventListener("abort", stop);
  let late = setTimeout(stop, answerTime);
  const end = () => {
    clearTimeout(late);
    signal?.removeEventListener("abort", stop);
  };
  const arrived = (next = answerTime) => {
    clearTimeout(late);
    late = setTimeout(stop, next);
  };
  try {
    const answer = await fetchOrUnanswered(path, { ...init, signal: limit.signal });
    if (!answer.ok) throw await refusalOf(answer);
    return { answer, end, arrived };
  } catch (error) {
    end();
    throw error;
  }
}

async function fetchOrUnanswered(path: string, init: RequestInit): Promise<Response> {
  try {
    // Reporters have no cookie, and their language does not travel beside a case.
    const headers = { "Accept-Language": "*", ...(init.headers as Record<string, string> | undefined) };
    return await fetch(path, { credentials: path.startsWith("/api/desk/") ? "same-origin" : "omit", ...init, headers });
  } catch {
    throw new Unanswered();
  }
}

async function refusalOf(answer: Response): Promise<Refusal | Unanswered> {
  try {
    const { error, form, wait, offset } = (await answer.json()) as { error: string; form?: string; wait?: number; offset?: number };
    return new Refusal(error, form, wait, offset);
  } catch {
    // A proxy's own page.
    return answer.status >= 500 ? new Unanswered() : new Refusal(answer.status === 413 ? "too-large" : "malformed");
  }
}

/** The form token in use. Everything that one sending does carries the same. */
export interface Form {
  token: string;
}

/** Told why nothing goes on for the moment, and for how many seconds. */
export type Waiting = (why: "busy" | "later" | "offline", seconds: number) => void;

const pauses = [1, 2, 4, 8, 15, 30]; // seconds
const askedAtMost = 20; // times that the server asks to wait or to send once more

/**
 * Does something until the server has taken it: waits where it is asked to, and
 * tries again where no answer came.
 */
export async function persistently<T>(form: Form, act: () => Promise<T>, signal: AbortSignal, waiting: Waiting, tries = pauses.length): Promise<T> {
  for (let lost = 0, asked = 0; ; ) {
    try {
      return await act();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refusal && error.form) form.token = error.form;
      if (error instanceof Refusal && ["form-expired", "once-more", "too-many"].includes(error.code)) {
        if (++asked > askedAtMost) throw error;
        await pause(error.wait ?? 2.1, signal, (s) => error.wait && waiting("busy", s)); // nobody fills a form in 2 s
      } else if (error instanceof Unanswered || (error instanceof Refusal && ["busy", "broken"].includes(error.code))) {
        if (lost >= tries) throw error;
        const seconds = pauses[lost++] ?? pauses.at(-1)!;
        if (error instanceof Unanswered) await pause(seconds, signal, (s) => waiting("offline", s), true);
        else await pause(seconds, signal, (s) => waiting("later", s));
      } else throw error;
    }
  }
}

// Counts down, a second at a time. Where it waits for the connection it ends
// early when the device has one again.
export async function pause(seconds: number, signal: AbortSignal, tell: (left: number) => void, forConnection = false): Promise<void> {
  const connection = { back: false };
  const back = () => (connection.back = forConnection);
  addEventListener("online", back, { once: true });
  try {
    for (let left = seconds; left > 0 && !connection.back; left--) {
      tell(Math.ceil(left));
      await new Promise((done) => setTimeout(done, Math.min(left, 1) * 1000));
      signal.throwIfAborted();
    }
  } finally {
    removeEventListener("online", back);
  }
}
