// The worker that opens cases for searching, away from the page, so that it stays
// at work. It ends when the page locks, and what it knew with it.
import { type Found, type Opened, openFound } from "./opening.ts";

/** What the worker is told: first who opens, then cases. */
export type ToOpener = { readonly identity: string } | { readonly cases: readonly Found[] };

/** What it answers to cases. */
export type FromOpener = readonly Opened[];

let identity = "";

self.addEventListener("message", ({ data }: MessageEvent<ToOpener>) => {
  if ("identity" in data) identity = data.identity;
  else void open(data.cases);
});

async function open(cases: readonly Found[]): Promise<void> {
  const opened: Opened[] = [];
  for (const found of cases) opened.push(await openFound(found, identity));
  self.postMessage(opened satisfies FromOpener);
}
