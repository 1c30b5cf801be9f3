import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayFits } from './day.ts'

test('the day of a step', () => {
  const fits = (day: string) => dayFits(day, '2026-11-21', '2026-12-01')
  for (const day of ['2026-11-21', '2026-11-30', '2026-12-01']) assert.ok(fits(day), day)
  for (const day of ['', '2026-11-20', '2026-12-02', '2026', '2026-11-3']) assert.ok(!fits(day), day)
})
