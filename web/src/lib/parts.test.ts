import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inParts, type Part } from './parts.ts'

interface Item {
  readonly case: string
}

/** Follows a list, with at most so many questions. Returns what came, and what was asked. */
async function follow(answer: (after: string) => Part<Item>, from?: string): Promise<{ came: string[][]; asked: string[] }> {
  const came: string[][] = []
  const asked: string[] = []
  const ask = (after: string): Promise<Part<Item>> => {
    asked.push(after)
    assert.ok(asked.length < 20, 'it asks without end')
    return Promise.resolve(answer(after))
  }
  for await (const { items } of inParts(ask, from)) came.push(items.map((one) => one.case))
  return { came, asked }
}

const part = (next: string, ...ids: string[]): Part<Item> => ({ items: ids.map((id) => ({ case: id })), next })

test('a list is followed to its end, from where one wants', async () => {
  const list: Record<string, Part<Item>> = { '': part('b', 'a', 'b'), b: part('d', 'c', 'd'), d: part('', 'e') }
  assert.deepEqual(await follow((after) => list[after]!), { came: [['a', 'b'], ['c', 'd'], ['e']], asked: ['', 'b', 'd'] })
  assert.deepEqual(await follow((after) => list[after]!, 'b'), { came: [['c', 'd'], ['e']], asked: ['b', 'd'] })
  assert.deepEqual(await follow(() => part('')), { came: [], asked: [''] })
})

test('a server that always answers the same is not asked without end', async () => {
  assert.deepEqual(await follow(() => part('b', 'a', 'b')), { came: [['a', 'b']], asked: ['', 'b'] })
  const turns = [part('b', 'a', 'b'), part('a', 'b', 'a')]
  let turn = 0
  assert.deepEqual(await follow(() => turns[turn++ % 2]!), { came: [['a', 'b']], asked: ['', 'b'] })
  assert.deepEqual(await follow(() => part('z')), { came: [], asked: [''] })
})

test('what came already does not come again with something new', async () => {
  const list: Record<string, Part<Item>> = { '': part('b', 'a', 'b'), b: part('c', 'b', 'c'), c: part('c', 'c') }
  assert.deepEqual((await follow((after) => list[after]!)).came, [['a', 'b'], ['c']])
})
