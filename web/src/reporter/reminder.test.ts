// The calendar file that the server makes, made in the browser.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { calendar, promised } from './reminder.ts'

const asServed = readFileSync('../server/caseview/testdata/note.ics', 'utf8')

test('the same as the server makes, but for the UIDs', () => {
  const made = calendar(['2027-02-21', '', '2026-11-28', '2026-11-28'], 'Note; a, b\\\nメモ')
  const uids = [...made.matchAll(/UID:([0-9a-f]{32})\r\n/g)].map(([, uid]) => uid)
  assert.equal(new Set(uids).size, 2)
  assert.equal(made.replace(/UID:[0-9a-f]{32}/g, 'UID:'), asServed)
})

test('what is promised is no day that has come', () => {
  const dates = { received: '2026-11-21', acknowledge: '2026-11-28', notice: '', answer: '2027-02-21', acknowledged: '', closed: '', protected_until: '', kept_until: '', meeting_asked: '', meeting_by: '' }
  assert.deepEqual(promised(dates), ['2026-11-28', '2027-02-21'])
  assert.deepEqual(promised({ ...dates, notice: '2026-12-11', acknowledged: '2026-11-22' }), ['2026-12-11', '2027-02-21'])
  assert.deepEqual(promised({ ...dates, acknowledged: '2026-11-22', closed: '2026-11-23' }), [])
})
