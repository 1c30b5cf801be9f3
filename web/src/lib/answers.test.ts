import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { contradictions, faults, given } from './answers.ts'

interface Vector {
  readonly identity: string
  readonly name: string
  readonly contact: string
  readonly faults: readonly { readonly field: string, readonly fault: string }[]
}

test('answers that cannot both be meant are asked back as in the vectors', () => {
  const vectors = JSON.parse(readFileSync('../store/casework/testdata/contradictions.json', 'utf8')) as Vector[]
  assert.ok(vectors.length > 30, `only ${vectors.length} vectors`)
  const limits = { text: 100, field: 100 }
  for (const { faults: want, ...answers } of vectors) {
    assert.deepEqual(contradictions(answers), want, JSON.stringify(answers))
    const errors = faults({ ...answers, where: 'here' }, limits, false)
    assert.deepEqual(errors, want.map(({ field, fault }) => ({ field, text: `error.${fault}` })), JSON.stringify(answers))
  }
  assert.deepEqual(faults({ text: 'wages' }, limits, true), [])
})

test('what nobody chose is not given', () => {
  const untouched = { text: 'x', kind: 'report', relationship: '', category: 'unsure', country: '', identity: 'anonymous', where: ' ' }
  assert.deepEqual(given(untouched), {})
  const chosen = { kind: 'consultation', category: 'bribery', identity: 'desk', name: ' Ana ', danger: 'yes' }
  assert.deepEqual(given({ ...untouched, ...chosen }), { ...chosen, name: 'Ana' })
})
