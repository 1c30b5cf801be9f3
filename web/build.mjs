// Builds static/ from src/, byte for byte the same on every machine: the
// stylesheets, and the scripts as ES modules. What a page loads later, and what several
// pages of a reporter share, lies in files that are named by their content.
//
//	node build.mjs                 static/, as it is released, with what each page's script imports
//	node build.mjs --into FOLDER   all that is served, to be read in a debugger
//	node build.mjs --watch FOLDER  the same, again after every change
import { readdir, rm, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { build, context } from "esbuild";

const [mode, folder] = process.argv.slice(2);
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

const common = {
  outdir: folder ? resolve(folder) : "static",
  absWorkingDir: new URL(".", import.meta.url).pathname,
  bundle: true,
  minify: !folder,
  sourcemap: folder && "inline",
  logLevel: mode === "--watch" ? "info" : "warning",
  target,
};
const styles = { ...common, entryPoints: ["src/hotline.css", "src/desk.css"] };
const icon = { ...common, entryPoints: ["static/icon.png"], loader: { ".png": "copy" }, sourcemap: false };
// Scripts, with what they share in chunks of their own. A reporter's browser loads
// nothing that only the desk needs.
const scripts = (entryPoints) => ({
  ...common,
  entryPoints,
  splitting: true,
  format: "esm",
  chunkNames: "[name]-[hash]",
  charset: "utf8",
  legalComments: "none",
  plugins: [withoutP256],
});
const pages = ["sign-in", "enrol", "step-up", "account", "cases", "case", "access", "search", "intake", "letter", "poster"];
const builds = [
  styles,
  scripts(["page", "report", "follow-up"].map((name) => ({ in: `src/reporter/${name}.ts`, out: name }))),
  // Browsers keep nothing for the next page, so that sharing would only be more
  // requests: each page of the desk has one script, with all that it needs at once.
  ...[
    { in: "src/desk/pages/desk.ts", out: "desk" },
    ...pages.map((name) => ({ in: `src/desk/pages/${name}.ts`, out: `desk-${name}` })),
    { in: "src/desk/search/opening-worker.ts", out: "desk-search-worker" },
    { in: "src/desk/session/stretch-worker.ts", out: "desk-stretch-worker" },
  ].map((one) => scripts([one])),
];

// The scripts that each page's script imports, themselves and by what they import,
// so that the page can name them all at once.
function imports(outputs) {
  const all = Object.assign({}, ...outputs);
  const of = (path, found = new Set()) => {
    for (const { path: next, kind } of all[path].imports) {
      if (kind !== "import-statement" || found.has(next)) continue;
      found.add(next);
      of(next, found);
    }
    return [...found];
  };
  const named = Object.keys(all).filter((path) => all[path].entryPoint && /^static\/(?!.*-[0-9A-Z]{8}\.js$).*\.js$/.test(path));
  return Object.fromEntries(named.sort().map((path) => [basename(path), of(path).map((next) => basename(next)).sort()]));
}

if (mode === "--watch") {
  for (const one of [...builds, icon]) await (await context(one)).watch();
} else if (mode === "--into") {
  for (const one of [...builds, icon]) await build(one);
} else {
  for (const name of await readdir(out)) {
    if (/\.(js|br)$/.test(name)) await rm(new URL(name, out));
  }
  const built = [];
  for (const one of builds) built.push(await build({ ...one, metafile: true }));
  await writeFile(new URL("imports.json", out), JSON.stringify(imports(built.map(({ metafile }) => metafile.outputs)), null, 1) + "\n");
}
