import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Loading } from './load.ts'
import type { ToOpener } from './opening-worker.ts'
import type { Found, Opened } from './opening.ts'

/** A worker that opens nothing, and says of each case that it did. */
class Opener extends EventTarget {
  onmessage: ((event: { data: unknown }) => void) | undefined

  postMessage(told: ToOpener): void {
    if (!('cases' in told)) return
    const opened = told.cases.map((found) => ({ facts: found, parts: [], answers: [], labels: [], area: '', severity: 0, whole: true }))
    queueMicrotask(() => this.onmessage?.({ data: opened }))
  }

  terminate(): void {
    // nothing runs
  }
}

const found = (id: string): Found => ({ case: id, branch: 'hr', category: '', state: 'received', received: '2026-01-01', assignee: '', key: '', labels: '', messages: [], earlier: 0 })

/** Loads from a server. Returns the cases that came, and after which ones the server was asked. */
async function load(answer: (after: string) => { cases: Found[]; next: string }): Promise<{ came: string[]; asked: string[] }> {
  const came: string[] = []
  const asked: string[] = []
  const real = globalThis.fetch
  const globals = globalThis as unknown as Record<string, unknown>
  globals['document'] = { querySelector: () => ({ dataset: { opening: '/static/opening.js' } }) }
  globals['Worker'] = Opener
  globalThis.fetch = (_, init) => {
    const { after } = JSON.parse(init?.body as string) as { after: string }
    asked.push(after)
    assert.ok(asked.length <= 20, 'the server is asked without end')
    return Promise.resolve(Response.json(answer(after)))
  }
  try {
    await new Loading('identity', (opened: readonly Opened[]) => came.push(...opened.map(({ facts }) => facts.case))).run()
  } finally {
    globalThis.fetch = real
    delete globals['document']
    delete globals['Worker']
  }
  return { came, asked }
}

test('everything is loaded, a page after the other', async () => {
  const pages: Record<string, { cases: Found[]; next: string }> = { '': { cases: [found('a'), found('b')], next: 'b' }, b: { cases: [found('c')], next: '' } }
  assert.deepEqual(await load((after) => pages[after]!), { came: ['a', 'b', 'c'], asked: ['', 'b'] })
})

test('loading for a search ends although the server always answers the same page', async () => {
  assert.deepEqual(await load(() => ({ cases: [found('a'), found('b')], next: 'b' })), { came: ['a', 'b'], asked: ['', 'b'] })
})
