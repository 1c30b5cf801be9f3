import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeskCase } from './case.ts'
import { filledIn } from './letter.ts'

const texts: Readonly<Record<string, string>> = {
  'template.acknowledge': 'Report of {{.Received}}. {{.Promise}}',
  'consultation.template.acknowledge': 'Question of {{.Received}}. {{.Promise}}',
  'template.thanks': 'Thank you.',
  'template.answer-by': 'Answer by {{.Answer}}.',
  'template.answer-late': 'Late: {{.Answer}}.',
}
const speaker = {
  say: (key: string, values: Readonly<Record<string, string | number>> = {}) => (texts[key] ?? key).replace(/{{\.(\w+)}}/g, (_, name: string) => String(values[name])),
  has: (key: string) => key in texts,
  date: (day: string) => `<${day}>`,
}
const dates = { received: '2026-11-21', promise: '2027-02-21' } as DeskCase['dates']

test('a letter promises the day that the profile gives', () => {
  const letter = (on: string, kind = 'report') => filledIn(speaker, 'template.acknowledge', kind, { on, dates })
  assert.equal(letter('2026-11-22'), 'Report of <2026-11-21>. Answer by <2027-02-21>.')
  assert.equal(letter('2027-02-21', 'consultation'), 'Question of <2026-11-21>. Answer by <2027-02-21>.')
  assert.equal(letter('2027-02-22'), 'Report of <2026-11-21>. Late: <2027-02-21>.')
})

test('what suits both kinds is said to both', () => {
  assert.equal(filledIn(speaker, 'template.thanks', 'consultation', { on: '2026-11-22', dates }), 'Thank you.')
})

test('a text of the organisation stands in the place of the built-in one, in its kind alone', () => {
  const own = { acknowledge: 'Ours: {{Received}}, {{Promise}} {{Queue}} {{Nothing}} […]', 'own-3': 'Third {{Answer}}' }
  const letter = (key: string, kind = 'report') => filledIn(speaker, key, kind, { on: '2026-11-22', dates }, own, { Queue: 'HR {{Received}}' })
  assert.equal(letter('template.acknowledge'), 'Ours: <2026-11-21>, Answer by <2027-02-21>. HR {{Received}} {{Nothing}} […]')
  assert.equal(letter('template.acknowledge', 'consultation'), 'Question of <2026-11-21>. Answer by <2027-02-21>.')
  assert.equal(letter('template.own-3', 'consultation'), 'Third <2027-02-21>')
  assert.equal(letter('template.thanks'), 'Thank you.')
  assert.throws(() => letter('template.own-4'))
})

test('where it is owed the acknowledgement ends with the outside channels, once', () => {
  const letter = (own: Readonly<Record<string, string>>, tells: boolean) => filledIn(speaker, 'template.acknowledge', 'report', { on: '2026-11-22', dates }, own, { Channels: 'Or the office.' }, tells)
  assert.equal(letter({}, true), 'Report of <2026-11-21>. Answer by <2027-02-21>.\n\nOr the office.')
  assert.equal(letter({ acknowledge: 'Ours.' }, true), 'Ours.\n\nOr the office.')
  assert.equal(letter({ acknowledge: '{{Channels}} Ours.' }, true), 'Or the office. Ours.')
  assert.equal(letter({ acknowledge: '{{Channels}} Ours.' }, false), 'Or the office. Ours.')
  assert.equal(letter({}, false), 'Report of <2026-11-21>. Answer by <2027-02-21>.')
})
