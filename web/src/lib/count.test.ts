// When a count of characters is spoken of.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeOf } from './count.ts'

test('far from the limit, near it and beyond', () => {
  for (const [length, place] of [[0, 'far'], [899, 'far'], [900, 'near'], [1000, 'near'], [1001, 'over']] as const) {
    assert.equal(placeOf(length, 1000), place, String(length))
  }
})
