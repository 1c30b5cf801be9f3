import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Index, part, snippet } from './search-index.ts'

const none = { area: '', severity: 0 }
const facts = (id: string, received: string, more = {}) => ({ case: id.padEnd(32, '0'), branch: 'hr@br', category: 'other', state: 'received', received, assignee: '', ...more })

test('every word has to occur somewhere in a case, and the newest case comes first', () => {
  const index = new Index()
  index.add({ ...none, facts: facts('aa11bb22', '2026-01-01'), labels: ['Line 3'], parts: [part('report', '第二工場で残業代が支払われない'), part('note', 'ask payroll'), part('label', 'Line 3')] })
  index.add({ ...none, facts: facts('cc', '2026-03-01', { branch: 'compliance', state: 'closed' }), labels: ['Line 3', 'Bribe'], parts: [part('report', 'El señor Gómez pide dinero'), part('file', 'recibo.pdf')] })
  index.add({ ...none, facts: facts('dd', '2026-02-01'), labels: [], parts: [part('report', 'Nothing of interest')] })
  const find = (text: string, more = {}) => index.find({ text, queue: '', state: '', labels: [], ...more }).map(({ facts }) => facts.case.slice(0, 2))
  assert.deepEqual(find(''), ['cc', 'dd', 'aa'])
  assert.deepEqual(find('残業'), ['aa'])
  assert.deepEqual(find('残業 PAYROLL'), ['aa'])
  assert.deepEqual(find('残業 gomez'), [])
  assert.deepEqual(find('gomez RECIBO'), ['cc'])
  assert.deepEqual(find('aa11bb22'), ['aa'])
  assert.deepEqual(find('', { labels: ['Line 3'] }), ['cc', 'aa'])
  assert.deepEqual(find('', { labels: ['Line 3', 'Bribe'] }), ['cc'])
  assert.deepEqual(find('', { queue: 'hr', state: 'received' }), ['dd', 'aa'])
  assert.deepEqual(index.labels(), [['Line 3', 2], ['Bribe', 1]])
  assert.deepEqual([...index.values('queue')].sort(), ['compliance', 'hr'])
  assert.deepEqual([...index.values('state')].sort(), ['closed', 'received'])
  index.clear()
  assert.deepEqual(find(''), [])
})

test('a snippet shows the hit and whole characters', () => {
  const one = (text: string) => ({ ...none, facts: facts('aa', '2026-01-01'), labels: [], parts: [part('note', 'elsewhere'), part('report', text)] })
  const text = `${'👩‍👩‍👧'.repeat(40)} Gómez and more${' x'.repeat(200)}`
  const found = snippet(one(text), 'GOMEZ')!
  assert.equal(found.kind, 'report')
  assert.deepEqual(found.pieces.filter(({ hit }) => hit).map((p) => p.text), ['Gómez'])
  assert.deepEqual(found.cut, [true, true])
  const all = found.pieces.map((p) => p.text).join('')
  assert.doesNotMatch(all, /\p{Surrogate}/u)
  assert.ok(text.includes(all) && all.length < 250)
  assert.equal(snippet(one('<b>&amp;'), '<b>')!.pieces[0]!.text, '<b>')
})
