import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCode } from './authenticator.ts'
import { judge } from './new-password.ts'

test('a password is judged in words', async () => {
  const personal = ['花子 田中', 'hanako.tanaka@example.com', 'Reports and advice Mizuho Works']
  const verdicts = async (...passwords: string[]) => Promise.all(passwords.map((p) => judge(p, 12, personal)))
  assert.deepEqual(await verdicts('', 'short', 'elevenchars'), ['short', 'short', 'short'])
  assert.deepEqual(await verdicts('hanakotanaka', 'Tanaka-Hanako-1', 'mizuhoworks2026'), ['personal', 'personal', 'personal'])
  assert.deepEqual(await verdicts('passwordpassword', '123456789012', 'qwertyuiopas', 'aaaaaaaaaaaaaaaa'), ['common', 'common', 'common', 'common'])
  assert.deepEqual(await verdicts('violin gravel tuesday mango', 'xK9#mQ2$vL7!pR4z'), ['strong', 'strong'])
  assert.equal(await judge('ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ', 12, []), 'common')
})

test('a one-time code as people write it', () => {
  assert.equal(readCode(' １２３ 456 '), '123456')
})
