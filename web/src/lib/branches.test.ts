import assert from 'node:assert/strict'
import { test } from 'node:test'
import { branchName, queueOf } from './branches.ts'

test('a branch has the name that the server gives it, and otherwise the program\'s word for its queue', () => {
  const globals = globalThis as unknown as Record<string, unknown>
  globals['document'] = { documentElement: { lang: 'pt-BR' } }
  try {
    const names = { 'hr@br': { pt: 'RH (Brasil)', en: 'HR (Brazil)' } }
    assert.deepEqual(['hr@br', 'hr', 'hr@cn'].map((branch) => branchName(branch, names)), ['RH (Brasil)', 'queue.hr', 'queue.hr'])
    assert.equal(branchName('hr@br'), 'queue.hr')
  } finally {
    delete globals['document']
  }
  assert.deepEqual(['hr', 'hr@br'].map(queueOf), ['hr', 'hr'])
})
