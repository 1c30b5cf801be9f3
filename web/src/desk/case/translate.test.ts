// What is said while a browser translates, or does not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { translate, type Translators } from './translate.ts'

const pair = { sourceLanguage: 'ja', targetLanguage: 'en' }
const wait = { word: 20, end: 80 }
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const never = () => new Promise<never>(() => undefined)

const browser = (over: Partial<Translators>): Translators => ({
  availability: () => Promise.resolve('available'),
  create: () => Promise.resolve({ translate: (text) => Promise.resolve(text.toUpperCase()) }),
  ...over,
})

async function said(translators: Translators): Promise<[string | undefined, string]> {
  const all: string[] = []
  const result = await translate(translators, pair, 'x', (key, percent) => all.push([key.replace('case.translate.', ''), ...(percent === undefined ? [] : [percent])].join(' ')), wait)
  await later(2 * wait.end)
  return [result, all.join(', ')]
}

test('a translator that is there', async () => {
  assert.deepEqual(await said(browser({})), ['X', 'working, working'])
})

test('a translator that is fetched', async () => {
  const create: Translators['create'] = async ({ monitor }) => {
    const m = new EventTarget()
    monitor(m)
    for (const loaded of [0, 0.5, 1]) {
      await later(wait.end / 2)
      m.dispatchEvent(Object.assign(new Event('downloadprogress'), { loaded }))
    }
    return { translate: () => Promise.resolve('y') }
  }
  const [result, words] = await said(browser({ availability: () => Promise.resolve('downloadable'), create }))
  assert.equal(result, 'y')
  assert.match(words, /^working, fetching, slow, loading 0, (slow, )?loading 50, (slow, )?loading 100, working$/)
})

test('a translator that cannot be had', async () => {
  assert.deepEqual(await said(browser({ availability: () => Promise.resolve('unavailable') })), [undefined, 'working, missing'])
  const create = () => Promise.reject(new DOMException('', 'NetworkError'))
  assert.deepEqual(await said(browser({ availability: () => Promise.resolve('downloadable'), create })), [undefined, 'working, fetching, missing'])
})

test('a translator that does not answer', async () => {
  assert.deepEqual(await said(browser({ availability: never })), [undefined, 'working, slow, silent'])
  assert.deepEqual(await said(browser({ create: never })), [undefined, 'working, slow, silent'])
  assert.deepEqual(await said(browser({ create: () => Promise.resolve({ translate: never }) })), [undefined, 'working, working, slow, silent'])
})

test('a translator that fails', async () => {
  assert.deepEqual(await said(browser({ create: () => Promise.resolve({ translate: () => Promise.reject(new Error('broken')) }) })), [undefined, 'working, working, failed'])
})
