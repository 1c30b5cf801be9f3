import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeskCase } from './case.ts'
import { adjoins, hasNews, joined, unreadBefore, withPage } from './pages.ts'

/** A case whose answer holds the messages from first to last, and some of before. */
const answer = (first: number, last: number, ...before: number[]) => {
  const seqs = [...before, ...Array.from({ length: last - first + 1 }, (_, i) => first + i)]
  const messages = seqs.map((seq) => ({ seq, from: 'desk', kind: '', on: '', at: 0, by: '', sealed: '' }))
  return { case: { last_seq: last }, messages, earlier: first > 1 ? first : 0, files: seqs.map((seq) => ({ id: `f${seq}`, seq, size: 1 })), handlers: { [`h${last}`]: 'H' } } as unknown as DeskCase
}
const seqs = ({ messages }: DeskCase) => messages.map(({ seq }) => seq).join(' ')

test('pages join to what is shown, each message once', () => {
  let held = answer(9, 12, 1, 2)
  assert.equal(joined(held, held), held)
  held = withPage(held, answer(5, 8))
  assert.deepEqual([seqs(held), held.earlier, held.files.length, Object.keys(held.handlers)], ['1 2 5 6 7 8 9 10 11 12', 5, 10, ['h8', 'h12']])
  held = joined(held, answer(11, 14, 1, 2))
  assert.deepEqual([seqs(held), held.earlier, held.case.last_seq], ['1 2 5 6 7 8 9 10 11 12 13 14', 5, 14])
  held = withPage(held, answer(1, 4))
  assert.deepEqual([seqs(held), held.earlier], ['1 2 3 4 5 6 7 8 9 10 11 12 13 14', 0])
  assert.equal(joined(held, answer(13, 15, 1)).earlier, 0)
})

test('what stands before a gap is not shown, and is kept', () => {
  const held = answer(5, 8, 1)
  assert.deepEqual([adjoins(held, answer(9, 12)), adjoins(held, answer(10, 13))], [true, false])
  const after = joined(held, answer(10, 13, 1))
  assert.deepEqual([after.earlier, seqs(after)], [10, '1 5 6 7 8 10 11 12 13'])
})

test('what somebody wrote meanwhile, and what was not read', () => {
  const from = (data: DeskCase, who: string) => ({ ...data, messages: data.messages.map((row) => ({ ...row, from: who })) }) as DeskCase
  assert.deepEqual([hasNews(answer(5, 8), 8), hasNews(answer(5, 8), 7), hasNews(from(answer(5, 8), 'note'), 7), hasNews(from(answer(5, 8), 'note'), 3)], [false, true, false, true])
  const unread = (read: number) => unreadBefore({ ...answer(5, 8), read })
  assert.deepEqual([unread(3), unread(4), unreadBefore({ ...answer(1, 8), read: 0 })], [true, false, false])
})
