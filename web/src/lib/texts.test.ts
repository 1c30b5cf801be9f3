import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ago } from './texts.ts'

test('times as people read them', () => {
  assert.equal(ago(20 * 60, 'en'), '20 minutes ago')
  assert.equal(ago(3 * 3600, 'ja'), '3 時間前')
})
