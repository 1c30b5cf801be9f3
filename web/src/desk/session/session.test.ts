/// <reference types="node" />
import { Decrypter } from 'age-encryption'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type passwordVectors from '../../../../crypto/testdata/password.json'
import { toBase64, toHex } from '../../crypto/bytes.ts'
import { newIdentity, OpenError } from '../../crypto/seal.ts'
import { keysOf, newSalt, passkeyWrap, rootOf } from './derive.ts'
import { nextPage, signInPage } from './redirects.ts'
import { openFromTab, sealForTab } from './tab-storage.ts'
import { forKey, forRecovery, newPassphrase, readPassphrase, unwrapIdentity, wrapIdentity } from './wrapping.ts'

const fromHex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
const vectors = JSON.parse(readFileSync('../crypto/testdata/password.json', 'utf8')) as typeof passwordVectors

test('a password gives the keys that Go derives, whatever width it was typed in', () => {
  for (const v of vectors.passwords) {
    for (const typed of v.typed) {
      const root = rootOf(typed, fromHex(v.salt))
      const { auth, wrap } = keysOf(root)
      assert.deepEqual({ root: toHex(root), auth: toHex(auth), wrap }, { root: v.root, auth: v.auth, wrap: v.wrap }, typed)
    }
  }
  for (const v of vectors.passkeys) assert.equal(passkeyWrap(fromHex(v.prf)), v.wrap)
  assert.equal(newSalt().length, 16)
})

test('a wrapped identity opens with its key alone', async () => {
  const identity = await newIdentity()
  const file = await wrapIdentity(identity, 'ab'.repeat(32), forKey)
  assert.equal(await unwrapIdentity(file, 'ab'.repeat(32)), identity)
  await assert.rejects(unwrapIdentity(file, 'ac'.repeat(32)), OpenError)
  await assert.rejects(unwrapIdentity(file.slice(0, -1), 'ab'.repeat(32)), OpenError)
})

test('a recovery file is an identity file under a passphrase for the stock age', async () => {
  const identity = await newIdentity()
  const passphrase = newPassphrase()
  const file = await wrapIdentity(identity, passphrase, forRecovery)
  assert.match(new TextDecoder('latin1').decode(file), /^age-encryption\.org\/v1\n-> scrypt \S+ 18\n/)
  const stock = new Decrypter()
  stock.addPassphrase(passphrase)
  assert.equal(await stock.decrypt(file, 'text'), `${identity}\n`)
  assert.equal(await unwrapIdentity(file, readPassphrase(` ${passphrase.toUpperCase().replaceAll('-', ' ')} `)), identity)
})

test('a passphrase of ours is forgiven its looks, another stays as it is', () => {
  const passphrase = newPassphrase()
  assert.match(passphrase, /^([0-9a-hjkmnp-tv-z]{4}-){6}[0-9a-hjkmnp-tv-z]{4}$/)
  assert.notEqual(newPassphrase(), passphrase)
  const full = [...passphrase].map((c) => (c === '-' ? 'ー' : String.fromCharCode(c.charCodeAt(0) + 0xfee0))).join('')
  assert.equal(readPassphrase(full), passphrase)
  assert.equal(readPassphrase('OOOO iiii llll 0000 1111 2222 3333'), '0000-1111-1111-0000-1111-2222-3333')
  assert.equal(readPassphrase(' Correct Horse '), 'Correct Horse')
})

test('what a tab keeps opens with the key of its session alone', async () => {
  const key = toBase64(new Uint8Array(32).fill(7))
  const kept = await sealForTab('AGE-SECRET-KEY-PQ-1TEST', key)
  assert.equal(await openFromTab(kept, key), 'AGE-SECRET-KEY-PQ-1TEST')
  assert.notEqual(await sealForTab('AGE-SECRET-KEY-PQ-1TEST', key), kept)
  assert.equal(await openFromTab(kept, toBase64(new Uint8Array(32).fill(8))), undefined)
  assert.equal(await openFromTab(`${kept.slice(0, 20)}${kept[20] === 'A' ? 'B' : 'A'}${kept.slice(21)}`, key), undefined)
  assert.equal(await openFromTab('not base64', key), undefined)
  assert.equal(await openFromTab('', key), undefined)
})

test('after signing in nothing leads away from the desk', () => {
  const next = (path: string) => nextPage(path, 'en', 'https://desk.example')
  assert.equal(next('/cases?tab=mine'), '/en/desk/cases?tab=mine')
  assert.equal(next('/cases/0123'), '/en/desk/cases/0123')
  for (const away of ['', '//evil.example', '/\\evil.example', 'https://evil.example', '/../../ja/report', '/../x', '/sign-in', '/enrol', '/%2e%2e/x', '@evil.example']) {
    assert.equal(next(away), '/en/desk', away)
  }
  assert.equal(signInPage({ pathname: '/ja/desk/cases', search: '?tab=mine' }, 'ja'), '/ja/desk/sign-in?next=%2Fcases%3Ftab%3Dmine')
  assert.equal(signInPage({ pathname: '/ja/desk', search: '' }, 'ja'), '/ja/desk/sign-in')
})
