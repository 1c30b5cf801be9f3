import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultOf, type LabelSet, noLabels, openLabels, sealLabels, tidy, TooMuch } from './labelset.ts'
import { newIdentity, open, recipientOf } from './seal.ts'

test('labels are sealed in one size, and open for their case alone', async () => {
  const identity = await newIdentity()
  const recipient = await recipientOf(identity)
  const id = 'ab'.repeat(16)
  const sizes = new Set<number>()
  const sets: LabelSet[] = [
    noLabels,
    { labels: ['短い'], area: 'power-harassment', severity: 4 },
    { ...noLabels, labels: Array.from({ length: 10 }, (_, i) => `label ${i} of some length`) },
  ]
  for (const set of sets) {
    const sealed = await sealLabels(id, set, recipient)
    sizes.add(sealed.length)
    assert.deepEqual(await openLabels(sealed, identity, id), set)
    assert.equal((await open(sealed, identity)).length, 512)
    await assert.rejects(openLabels(sealed, identity, 'cd'.repeat(16)))
  }
  assert.equal(sizes.size, 1)
  const many = Array.from({ length: 10 }, (_, i) => `${i}${'漢'.repeat(39)}`)
  assert.throws(() => sealLabels(id, { ...noLabels, labels: many }, recipient), TooMuch)
  assert.equal(faultOf('', [], id), 'empty')
  assert.equal(faultOf('x'.repeat(41), [], id), 'long')
  assert.equal(faultOf('x', many, id), 'many')
  assert.equal(faultOf('漢'.repeat(40), many.slice(0, 3), id), 'room')
  assert.equal(faultOf('残業', ['Line 3'], id), undefined)
  assert.equal(tidy('  a\u202e\n b\u200b '), 'a b')
})
