// The worker: what takes a second or more of computing, away from the page, so
// that it stays alive. It is started for one job and ended after it: the 64 MiB
// that hold traces of a password go with it.
import { keysOf, type PasswordKeys, rootOf } from "./derive.ts";
import { unwrapIdentity, wrapIdentity } from "./wrapping.ts";

/** What a worker can be asked to do. */
export type Job =
  | { readonly do: "stretch"; readonly password: string; readonly salt: Uint8Array }
  | { readonly do: "wrap"; readonly identity: string; readonly passphrase: string; readonly workFactor: number }
  | { readonly do: "unwrap"; readonly file: Uint8Array; readonly passphrase: string };

/** What it answers: how far it is, then the result or that there is none. */
export type Answer = { readonly progress: number } | { readonly result: PasswordKeys | Uint8Array | string } | { readonly failed: true };

const say = (answer: Answer): void => self.postMessage(answer);

self.addEventListener("message", ({ data }: MessageEvent<Job>) => void run(data));

async function run(job: Job): Promise<void> {
  try {
    say({ result: await work(job) });
  } catch {
    say({ failed: true });
  }
}

function work(job: Job): Promise<Uint8Array | string> | PasswordKeys {
  switch (job.do) {
    case "stretch":
      return keysOf(rootOf(job.password, job.salt, (progress) => say({ progress })));
    case "wrap":
      return wrapIdentity(job.identity, job.passphrase, job.workFactor);
    case "unwrap":
      return unwrapIdentity(job.file, job.passphrase);
  }
}
