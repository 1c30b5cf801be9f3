// Builds static/ from src/, byte for byte the same on every machine: the
// stylesheet, and the scripts as ES modules. What several pages share lies in
// files that are named by their content.
import { readdir, rm } from "node:fs/promises";
import { build } from "esbuild";

const target = ["chrome109", "firefox115", "safari15.6"];
const out = new URL("static/", import.meta.url);

// typage brings P-256 for age1tag recipients, a fifth of its size. seal.ts
// takes hybrid recipients alone, so that nothing ever calls it: what only has
// the shape of a curve stands in.
const withoutP256 = {
  name: "without-p256",
  setup(b) {
    b.onResolve({ filter: /^@noble\/curves\/nist\.js$/ }, ({ path }) => ({ path, namespace: "without-p256" }));
    b.onLoad({ filter: /.*/, namespace: "without-p256" }, () => ({
      contents: `
        const absent = () => { throw new Error("P-256 is not part of this build"); };
        export const p256 = {
          lengths: { secretKey: 32, publicKey: 33, publicKeyUncompressed: 65, seed: 48 },
          Point: { Fn: {} }, getPublicKey: absent, getSharedSecret: absent, keygen: absent,
        };
        export const p384 = p256;`,
    }));
  },
};

for (const name of await readdir(out)) {
  if (/\.(js|br)$/.test(name)) await rm(new URL(name, out));
}
await build({
  entryPoints: ["src/hotline.css", "src/desk.css"],
  outdir: "static",
  absWorkingDir: new URL(".", import.meta.url).pathname,
  bundle: true,
  minify: true,
  target,
});
// The scripts of one side, with what they share in chunks of their own. A
// reporter's browser loads nothing that only the desk needs.
const scripts = (entryPoints) =>
  build({
    entryPoints,
    outdir: "static",
    absWorkingDir: new URL(".", import.meta.url).pathname,
    bundle: true,
    splitting: true,
    format: "esm",
    chunkNames: "[name]-[hash]",
    charset: "utf8",
    legalComments: "none",
    minify: true,
    target,
    plugins: [withoutP256],
  });
await scripts(["page", "report", "follow-up"].map((name) => ({ in: `src/reporter/${name}.ts`, out: name })));
const pages = ["sign-in", "enrol", "step-up", "account", "cases", "case", "access", "search", "intake"];
await scripts([
  { in: "src/desk/pages/desk.ts", out: "desk" },
  ...pages.map((name) => ({ in: `src/desk/pages/${name}.ts`, out: `desk-${name}` })),
  { in: "src/desk/search/opening-worker.ts", out: "desk-search-opening" },
  { in: "src/desk/session/stretch-worker.ts", out: "desk-stretch" },
]);
