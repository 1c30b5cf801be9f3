// Runs the unit tests of the scripts in Node, with node --test: every
// src/**/*.test.ts, bundled by esbuild, and the test of what lint refuses.
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const web = fileURLToPath(new URL('.', import.meta.url))
const out = await mkdtemp(join(tmpdir(), 'hotline-unit-'))
const tests = (await readdir(join(web, 'src'), { recursive: true })).filter((name) => name.endsWith('.test.ts'))
await build({
  entryPoints: tests.map((name) => join(web, 'src', name)),
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
})
const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', out, 'eslint.test.mjs'], { cwd: web, stdio: 'inherit' })
await rm(out, { recursive: true })
process.exit(status ?? 1)
