// Lint refuses a script that forgets to wait for a promise.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ESLint } from 'eslint'

// Where CI=true is set, typescript-eslint would look at the file of this name on disk in place of the text.
const eslint = new ESLint({
  cwd: import.meta.dirname,
  overrideConfig: { files: ['src/**/*.ts'], languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } } },
})

/** The rules that a text breaks in the place of a script. */
async function broken(text) {
  const [{ messages }] = await eslint.lintText(text, { filePath: 'src/lib/parts.ts' })
  return messages.map(({ ruleId, message }) => ruleId ?? message)
}

const script = (statement) => `const store = (): Promise<void> => Promise.resolve();\nexport async function send(): Promise<void> {\n  await store();\n  ${statement}\n}\n`

test('a forgotten await does not pass', async () => {
  assert.deepEqual(await broken(script('await store();')), [])
  assert.deepEqual(await broken(script('store();')), ['@typescript-eslint/no-floating-promises'])
  assert.ok((await broken(script('if (store()) return;'))).includes('@typescript-eslint/no-misused-promises'))
  assert.deepEqual(await broken(script('addEventListener("click", store);')), ['@typescript-eslint/no-misused-promises'])
})

test('nothing is switched off without a need', async () => {
  assert.deepEqual(await broken('// eslint-disable-next-line @typescript-eslint/no-floating-promises\nexport const one = 1;\n').then((found) => found.length), 1)
})
