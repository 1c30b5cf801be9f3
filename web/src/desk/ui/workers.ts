// Where the scripts of workers lie. A worker may be made of the scripts that the
// page names, and of nothing else.

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL: (url: string) => unknown };
}

/** Which worker: the attribute of the page's main element that names its script. */
export type WorkerName = "stretch" | "opening";

let policy: { createScriptURL: (url: string) => unknown } | undefined;

/** Starts a worker. Throws where this browser starts none. */
export const startWorker = (name: WorkerName): Worker => new Worker(address(name) as string, { type: "module" });

const named = (name: WorkerName): string => document.querySelector<HTMLElement>(`main[data-${name}], main [data-${name}]`)?.dataset[name] ?? "";

function address(name: WorkerName): unknown {
  const url = named(name);
  if (!url) throw new TypeError("the page names no such worker");
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return url;
  policy ??= types.createPolicy("hotline-worker", {
    createScriptURL: (asked) => {
      if (asked !== named("stretch") && asked !== named("opening")) throw new TypeError("not a worker of this page");
      return asked;
    },
  });
  return policy.createScriptURL(url);
}
