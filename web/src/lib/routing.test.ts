import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { queueFor, type Rule } from './routing.ts'

interface Vectors {
  readonly rules: readonly Rule[]
  readonly vectors: readonly { readonly kind: readonly string[], readonly relationship: string, readonly subject: string, readonly [queue: string]: string | readonly string[] }[]
}

const { rules, vectors } = JSON.parse(readFileSync('../store/casework/testdata/routes.json', 'utf8')) as Vectors

test('every combination of answers leads to the queue of the vectors', () => {
  let tried = 0
  for (const { kind: kinds, relationship, subject, ...queues } of vectors) {
    for (const kind of kinds) {
      for (const [queue, categories] of Object.entries(queues)) {
        for (const category of categories) {
          assert.equal(queueFor(rules, { kind, relationship, subject, category }), queue, JSON.stringify({ kind, relationship, subject, category }))
          tried++
        }
      }
    }
  }
  assert.ok(tried > 3000, `only ${tried} combinations`)
})

test('what is not answered is the default, or nothing', () => {
  assert.equal(queueFor(rules, {}), queueFor(rules, { kind: 'report', relationship: '', subject: '', category: 'unsure' }))
})

test('a condition that comes later is evaluated like the others', () => {
  const two = [{ entity: ['PT', 'ES'], queue: 'hr' }, { queue: 'compliance' }]
  assert.deepEqual([{ entity: 'ES' }, { entity: 'JP' }, {}].map((answers) => queueFor(two, answers)), ['hr', 'compliance', 'compliance'])
  assert.equal(queueFor([], {}), '')
})

test('the rules of companies lead to the queues of their vectors', () => {
  interface AtEntity {
    readonly entity: string
    readonly rules: readonly Rule[]
    readonly vectors: readonly { readonly queue: string, readonly [field: string]: string }[]
  }
  const all = JSON.parse(readFileSync('../store/casework/testdata/entity-routes.json', 'utf8')) as readonly AtEntity[]
  let tried = 0
  for (const { entity, rules: local, vectors: rows } of all) {
    for (const { queue, ...answers } of rows) {
      assert.equal(queueFor(local, answers), queue, `${entity}: ${JSON.stringify(answers)}`)
      tried++
    }
  }
  assert.ok(tried > 700, `only ${tried} combinations`)
})
