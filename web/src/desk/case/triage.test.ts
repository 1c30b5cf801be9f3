import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CaseEvent, DeskCase } from './case.ts'
import type { DecryptedCase } from './decrypted-case.ts'
import { chosenKind, kindOf, outcomesFor, saidBy } from './triage.ts'

/** A case whose report holds these answers, undefined while it is sealed. */
function opened(confirmed: DeskCase['case']['kind'], fields?: Record<string, string>, events: Partial<CaseEvent>[] = []): DecryptedCase {
  const data = { case: { kind: confirmed }, events, handlers: { 7: 'Aiko', 8: 'Ken' } } as unknown as DeskCase
  const row = { seq: 1, from: 'report' } as DecryptedCase['entries'][number]['row']
  const message = fields && { case: '', seq: 1, from: 'report', on: '', language: 'en', text: '', fields } as DecryptedCase['entries'][number]['message']
  return { data, entries: [{ row, ...(message ? { message } : { fault: 'locked' }) }], genuine: 'yes' }
}

test('a case is what a handler confirmed, else what the reporter chose, else a report', () => {
  assert.equal(kindOf(opened('')), 'report')
  assert.equal(kindOf(opened('', {})), 'report')
  assert.equal(kindOf(opened('', { kind: 'consultation' })), 'consultation')
  assert.equal(kindOf(opened('report', { kind: 'consultation' })), 'report')
  assert.equal(kindOf(opened('consultation')), 'consultation')
  assert.equal(kindOf(opened('consultation', {})), 'consultation')
})

test('what was not chosen is not said', () => {
  assert.equal(chosenKind(opened('report')), undefined)
  assert.equal(chosenKind(opened('report', {})), '')
  assert.equal(chosenKind(opened('report', { kind: 'consultation' })), 'consultation')
})

test('whoever said that somebody is in danger is named, not whoever took back that they acted', () => {
  const event = (by: string, from: string, to: string, at: number) => ({ what: 'danger' as const, by, from, to, at })
  assert.equal(saidBy(opened('')), '')
  assert.equal(saidBy(opened('', {}, [event('7', 'open', 'acted', 1), event('8', 'acted', 'open', 2)])), '')
  assert.equal(saidBy(opened('', {}, [event('8', 'acted', 'open', 2), event('7', '', 'open', 1)])), 'Aiko')
})

test('advice answers a consultation, and no report', () => {
  const all = ['substantiated', 'referred', 'advised']
  assert.deepEqual(outcomesFor('report', all), ['substantiated', 'referred'])
  assert.deepEqual(outcomesFor('consultation', all), ['advised', 'substantiated', 'referred'])
  assert.deepEqual(outcomesFor('consultation', []), [])
})
