// Starts the worker for a job and waits for it.
import { OpenError } from "../../crypto/seal.ts";
import type { OnProgress } from "../ui/with-progress.ts";
import { startWorker } from "../ui/workers.ts";
import type { PasswordKeys } from "./derive.ts";
import type { Answer, Job } from "./stretch-worker.ts";

/** This browser starts no worker, or not with enough memory. */
export class NoWorker extends Error {}

/** Stretches a password. It takes about a second, on slow devices some. */
export const stretch = (password: string, salt: Uint8Array, progress?: OnProgress): Promise<PasswordKeys> =>
  run({ do: "stretch", password, salt }, () => new NoWorker(), progress) as Promise<PasswordKeys>;

/** Puts an identity under a passphrase. */
export const wrap = (identity: string, passphrase: string, workFactor: number): Promise<Uint8Array> =>
  run({ do: "wrap", identity, passphrase, workFactor }, () => new NoWorker()) as Promise<Uint8Array>;

/** Takes an identity out of a file under a passphrase, or throws OpenError. */
export const unwrap = (file: Uint8Array, passphrase: string): Promise<string> =>
  run({ do: "unwrap", file, passphrase }, () => new OpenError()) as Promise<string>;

function run(job: Job, failure: () => Error, progress?: OnProgress): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let worker: Worker;
    try {
      worker = startWorker("stretch");
    } catch {
      return reject(new NoWorker());
    }
    const end = (act: () => void) => {
      worker.terminate();
      act();
    };
    worker.addEventListener("error", () => end(() => reject(new NoWorker())));
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      if ("progress" in data) progress?.(data.progress);
      else if ("result" in data) end(() => resolve(data.result));
      else end(() => reject(failure()));
    });
    worker.postMessage(job);
  });
}
