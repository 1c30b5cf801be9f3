/// <reference types="node" />
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type vectorsOfGo from '../../../crypto/testdata/classification.json'
import { fromBase64, toBytes } from './bytes.ts'
import { type Classification, NotAClassification, openClassification, sealClassification, unclassified } from './classification.ts'
import { openLabels } from './labelset.ts'
import { MisplacedError } from './message.ts'
import { padTo } from './padding.ts'
import { open, seal } from './seal.ts'

const vectors = JSON.parse(readFileSync('../crypto/testdata/classification.json', 'utf8')) as typeof vectorsOfGo

const without = ({ v: _v, case: _case, ...rest }: (typeof vectors.valid)[number]): Classification => rest

test('what Go has sealed opens', async () => {
  assert.deepEqual(await openClassification(fromBase64(vectors.sealed), vectors.identity, vectors.case), without(vectors.valid[0]!))
  assert.deepEqual(await openLabels(fromBase64(vectors.labels), vectors.identity, vectors.case), { labels: ['残業', 'Line 3'], area: 'forced-labour', severity: 4 })
})

test('classifications are sealed in one size, and open for their case alone', async () => {
  const sizes = new Set<number>()
  for (const vector of vectors.valid) {
    const sealed = await sealClassification(vectors.case, without(vector), vectors.recipient)
    sizes.add(sealed.length)
    assert.equal((await open(sealed, vectors.identity)).length, 8192)
    assert.deepEqual(await openClassification(sealed, vectors.identity, vectors.case), without(vector))
    await assert.rejects(openClassification(sealed, vectors.identity, 'f'.repeat(32)), MisplacedError)
  }
  assert.equal(sizes.size, 1)
})

test('what is no classification is neither opened nor sealed', async () => {
  for (const { why, plain } of vectors.wrong) {
    const sealed = await seal(padTo(toBytes(JSON.stringify(plain)), 8192), vectors.recipient)
    await assert.rejects(openClassification(sealed, vectors.identity, vectors.case), MisplacedError, why)
    const { v, case: of, ...rest } = plain as { v: unknown; case: unknown }
    if (v === 1 && of === vectors.case) assert.throws(() => sealClassification(vectors.case, rest as Classification, vectors.recipient), NotAClassification, why)
  }
  const sealed = await seal(padTo(toBytes('no JSON'), 8192), vectors.recipient)
  await assert.rejects(openClassification(sealed, vectors.identity, vectors.case), MisplacedError)
  assert.throws(() => sealClassification(vectors.case, { ...unclassified, place: '\ud800' }, vectors.recipient), NotAClassification)
})
