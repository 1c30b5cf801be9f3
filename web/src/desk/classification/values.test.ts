import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unclassified } from '../../crypto/classification.ts'
import type { DecryptedCase } from '../case/decrypted-case.ts'
import { amountOf, complete, differences, merge, proposalOf, type Rules, saidIn, tidyText, type Values } from './values.ts'

const rules: Rules = {
  severityOf: (area) => (area === 'forced-labour' ? 4 : 2),
  flagsOf: (area, relationship) => [...(area === 'forced-labour' ? ['forced-labour'] : []), ...(relationship === 'trainee' ? ['trainees'] : [])],
}

interface Given {
  readonly fields?: readonly Record<string, string>[]
  readonly clear?: object
  readonly open?: boolean
}

function opened({ fields = [{}], clear = {}, open = true }: Given): DecryptedCase {
  const entries = fields.map((answers, i) => ({ row: { seq: i + 1, from: i === 0 ? 'report' : 'reporter' }, ...(open ? { message: { text: 'x', fields: answers } } : { fault: 'locked' }) }))
  const data = { case: { category: 'unsure', entity: '', kind: '', danger: '', ...clear } }
  return { data, entries, ...(open ? { identity: 'AGE', language: 'ja' } : {}) } as unknown as DecryptedCase
}

const values = (change: Partial<Values>): Values => ({ ...unclassified, kind: 'report', ...change })

test('what the report says is proposed', () => {
  const fields = [{ category: 'forced-labour', relationship: 'trainee', subject: 'supplier', country: 'JP', entity: 'jp-2', where: ' 第2工場\n寮\u200b ' }]
  const proposal = proposalOf(opened({ fields }), rules)
  assert.deepEqual(proposal, values({ areas: ['forced-labour'], severity: 4, subject: 'supplier', relationship: 'trainee', country: 'JP', site: 'jp-2', place: '第2工場 寮', language: 'ja', identity: 'anonymous', flags: ['forced-labour', 'trainees'] }))
  assert.ok(complete(proposal))
})

test('a yes of the reporter proposes the flag for it, once', () => {
  const flags = (...fields: Record<string, string>[]) => proposalOf(opened({ fields: [{ category: 'bribery' }, ...fields] }), rules).flags
  assert.deepEqual(flags({ watch: '3', happened: 'no' }), [])
  assert.deepEqual(flags({ watch: '3', happened: 'yes' }, { watch: '6', happened: 'yes' }), ['retaliation-alleged'])
})

test('of several answers the last one counts, and what is taken back is none', () => {
  const said = saidIn(opened({ fields: [{ category: 'bribery', kind: 'report', identity: 'desk' }, { text: '' }, { category: 'unsure', kind: 'consultation', entity: 'main' }], clear: { category: 'bribery', entity: 'br' } }))
  assert.deepEqual([said.areas, said.kind, said.identity, said.site], ['', 'consultation', 'desk', ''])
})

test('where nothing opens, what the server knows is proposed', () => {
  const proposal = proposalOf(opened({ open: false, clear: { category: 'forced-labour', entity: 'br', kind: 'consultation', danger: 'open' } }), rules)
  assert.deepEqual(proposal, values({ kind: 'consultation', areas: ['forced-labour'], severity: 4, site: 'br', flags: ['forced-labour'] }))
})

test('without a category nothing is complete, and danger is of the worst severity', () => {
  assert.ok(!complete(proposalOf(opened({}), rules)))
  assert.equal(proposalOf(opened({ clear: { category: 'bribery', danger: 'acted' } }), rules).severity, 4)
  assert.ok(!complete(values({ areas: ['bribery'] })))
})

test('answers that are no codes are not taken over', () => {
  const said = saidIn(opened({ fields: [{ category: '<b>', relationship: 'x'.repeat(41), country: 'jp', subject: 'A B', where: '漢'.repeat(90) }] }))
  assert.deepEqual([said.areas, said.relationship, said.country, said.subject], ['', '', '', ''])
  assert.equal(said.place, '漢'.repeat(80))
  assert.equal(tidyText('a\ud800b\n c ', 3), 'ab')
})

test('changes of two are put together', () => {
  const seen = values({ areas: ['bribery'], severity: 3, flags: ['transaction', 'corruption'] })
  const mine = { ...seen, cause: 'controls', flags: ['corruption', 'trainees'] }
  const theirs: Values = { ...seen, severity: 4, kind: 'consultation', flags: ['transaction', 'corruption', 'retaliation-alleged'] }
  const { values: both, clashes } = merge(seen, mine, theirs)
  assert.deepEqual(both, { ...theirs, cause: 'controls', flags: ['corruption', 'retaliation-alleged', 'trainees'] })
  assert.deepEqual(clashes, [])
})

test('what both changed is named, and mine stands; the same change is none', () => {
  const seen = values({ severity: 2, areas: ['bribery'] })
  const { values: both, clashes } = merge(seen, { ...seen, severity: 3, areas: ['antitrust'], remedy: 'apology' }, { ...seen, severity: 4, areas: ['antitrust'] })
  assert.deepEqual(clashes, ['severity'])
  assert.deepEqual(both, { ...seen, severity: 3, areas: ['antitrust'], remedy: 'apology' })
  assert.deepEqual(differences(seen, both), ['areas', 'severity', 'remedy'])
})

test('numbers are read as people write them', () => {
  for (const [typed, want] of [['', 0], [' 12 ', 12], ['1,200,000', 1200000], ['1.200', 1200], ['1 200', 1200], ['１２００', 1200]] as const) assert.equal(amountOf(typed), want, typed)
  for (const typed of ['1.5', '12,00', '-3', 'five', '1,2000']) assert.ok(Number.isNaN(amountOf(typed)), typed)
})
