/// <reference types="node" />
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type receiptVectors from '../../../crypto/testdata/receipts.json'
import type sealedVectors from '../../../crypto/testdata/sealed.json'
import { openBounded } from './bounded.ts'
import { newID, toBytes, toHex } from './bytes.ts'
import { openFile, sealFile } from './file.ts'
import { MisplacedError, openMessage, openSummary, sealMessage, sealSummary } from './message.ts'
import { messageSize, padme, padMessage } from './padding.ts'
import { holdsReceipt, isReceipt, newReceipt, parseReceipt, shown } from './receipt.ts'
import { newIdentity, open, openCaseKey, OpenError, RecipientError, recipientOf, seal, sealCaseKey } from './seal.ts'
import { receipts, sealedByGo } from './vectors.ts'

const read = (name: string): unknown => JSON.parse(readFileSync(`../crypto/testdata/${name}.json`, 'utf8'))

test('receipts are those of Go', async () => {
  assert.deepEqual(await receipts(read('receipts') as typeof receiptVectors), [])
})

test('a case sealed by Go opens', async () => {
  assert.deepEqual(await sealedByGo(read('sealed') as typeof sealedVectors), [])
})

test('what surrounds the text of a message is bounded when it is opened', async () => {
  const identity = await newIdentity()
  const file = { id: newID(), name: `${'\u0301'.repeat(9_000)}.exe`, type: 'x'.repeat(9_000), size: 1, sha256: '', cleaned: false }
  const message = {
    case: newID(), seq: 1, from: 'report' as const, on: '2026-11-21', language: 'ja', text: 'a'.repeat(90_000),
    fields: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`field${i}`, 'あ'.repeat(i === 0 ? 5_000 : 10)])), files: Array.from({ length: 300 }, () => file),
  }
  const opened = await openBounded(await sealMessage(message, await recipientOf(identity)), identity, message)
  assert.equal(opened.text, message.text)
  assert.equal(Object.keys(opened.fields ?? {}).length, 100)
  assert.equal(opened.fields?.['field0'], `${'あ'.repeat(3_999)}…`)
  assert.equal(opened.files?.length, 200)
  for (const { name, type } of opened.files ?? []) assert.ok(name.length === 255 && name.endsWith('….exe') && type === 'application/octet-stream')
})

test('the derivation primitive is the known one', async () => {
  const { hkdf } = await import('@noble/hashes/hkdf.js')
  const { sha256 } = await import('@noble/hashes/sha2.js')
  const { identityOf } = await import('./receipt-keys.ts')
  const seed = hkdf(sha256, Uint8Array.from({ length: 15 }, (_, i) => i), toBytes('hotline/receipt/v1'), toBytes('age-mlkem768x25519'), 32)
  assert.equal(toHex(seed), '05ffcc721155e25ae064fe3c27f18e60cee0a55108e5283f6f70cd2fe6e611eb')
  const identity = identityOf(seed)
  assert.equal(identity, 'AGE-SECRET-KEY-PQ-1QHLUCUS32H394CRYLC7Z0UVWVR8WPF23PRJJS0M0WRXJLEHXZ84S809YQQ')
  assert.equal(toHex(sha256(toBytes(await recipientOf(identity)))), 'fce80b1e99c73c544159c11df8f41223bb6448ce7d142231c785fe26a2820934')
})

test('every single wrong character and every swap of two is caught', () => {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  for (let n = 0; n < 20; n++) {
    const code = newReceipt()
    for (let i = 0; i < 25; i++) {
      for (const c of alphabet) {
        if (c !== code[i]) assert.equal(isReceipt(parseReceipt(code.slice(0, i) + c + code.slice(i + 1))), false)
      }
      for (let j = i + 1; j < 25; j++) {
        const swapped = [...code]
        ;[swapped[i], swapped[j]] = [code[j]!, code[i]!]
        if (code[i] !== code[j]) assert.equal(isReceipt(parseReceipt(swapped.join(''))), false)
      }
    }
  }
})

test('the group that looks wrong is named where that can be known', () => {
  assert.deepEqual(parseReceipt('00000-0000U-00000-00000-00000'), { fault: 'character', group: 2 })
  assert.deepEqual(parseReceipt('00000-00000-0000-00000-00000'), { fault: 'length', group: 3 })
  assert.deepEqual(parseReceipt('00000-00000-00000-000000-00000'), { fault: 'length', group: 4 })
  assert.deepEqual(parseReceipt('0000000000'), { fault: 'length' })
  assert.deepEqual(parseReceipt('00000-00000-00000-00000-00001'), { fault: 'check' })
})

test('plain words, account numbers and parts of longer codes are no receipt', () => {
  const code = shown(newReceipt(new Uint8Array(15).fill(7)))
  for (const text of ['', 'There were three large boxes.', `${code}7`, `x${code}`, code.slice(0, -1), '1234 5678 9012 3456']) {
    assert.equal(holdsReceipt(text), false, text)
  }
  for (const text of [code, `see: ${code.toLowerCase()}!`, code.replaceAll('-', ' '), code.replaceAll('-', '')]) {
    assert.equal(holdsReceipt(text), true, text)
  }
})

test('sealing to nobody, or to a classic recipient, is refused', async () => {
  const hybrid = await recipientOf(await newIdentity())
  const classic = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'
  await assert.rejects(async () => seal(toBytes('x')), RecipientError)
  await assert.rejects(async () => seal(toBytes('x'), classic), RecipientError)
  await assert.rejects(async () => seal(toBytes('x'), hybrid, classic), RecipientError)
  await assert.rejects(async () => seal(toBytes('x'), hybrid, 'age1tag1qq'), RecipientError)
})

test('a message opens for its case and its reporter, in its place alone', async () => {
  const [one, other, stranger] = await Promise.all([newIdentity(), newIdentity(), newIdentity()])
  const row = { case: newID(), seq: 2, from: 'reporter' } as const
  const message = { ...row, on: '2026-11-21', language: 'zh', text: '他们<b>没有</b>付工资 & “加班” 😟', files: [] }
  const sealed = await sealMessage(message, await recipientOf(one), await recipientOf(other))
  for (const identity of [one, other]) assert.equal((await openMessage(sealed, identity, row)).text, message.text)
  await assert.rejects(openMessage(sealed, stranger, row), OpenError)
  for (const moved of [{ ...row, seq: 3 }, { ...row, case: newID() }, { ...row, from: 'desk' as const }]) {
    await assert.rejects(openMessage(sealed, one, moved), MisplacedError)
  }
  for (const at of [0, 30, sealed.length >> 1, sealed.length - 1]) {
    const changed = sealed.slice()
    changed[at]! ^= 1
    await assert.rejects(openMessage(changed, one, row), OpenError)
  }
  await assert.rejects(openMessage(sealed.slice(0, -1), one, row), OpenError)
})

test('messages, summaries and files have padded lengths', async () => {
  assert.equal(padMessage(new Uint8Array(1)).length, messageSize)
  assert.equal(padMessage(new Uint8Array(4097)).length, 8192)
  for (const [n, want] of [[0, 0], [1, 1], [9, 10], [1000, 1024], [1_000_000, 1_015_808], [2 ** 40 + 1, 2 ** 40 + 2 ** 34]] as const) {
    assert.equal(padme(n), want, String(n))
  }
  const id = await newIdentity()
  const lengths = new Set<number>()
  for (const text of ['', 'ab', '残業代'.repeat(100), '😟'.repeat(200), '"\\'.repeat(80)]) {
    const sealed = await sealSummary({ case: 'c'.repeat(32), text, language: 'ja', relationship: 'trainee', kind: 'report', danger: false }, await recipientOf(id))
    lengths.add(sealed.length)
    assert.ok(text.startsWith((await openSummary(sealed, id, 'c'.repeat(32))).text))
  }
  assert.equal(lengths.size, 1)
})

test('a file comes back as it was, whatever its size', async () => {
  const id = await newIdentity()
  for (const size of [0, 1, 65_535, 65_536, 300_000]) {
    const content = new Uint8Array(size).map((_, i) => i % 251)
    const { sealed, hash } = await sealFile(new Blob([content]), await recipientOf(id))
    const bytes = new Uint8Array(await new Response(sealed as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer())
    const opened = await openFile(new Blob([bytes]).stream(), id, size, hash())
    assert.deepEqual(new Uint8Array(await opened.arrayBuffer()), content)
    assert.equal((await open(bytes, id)).length, padme(size))
    const cut = new Blob([bytes.slice(0, -1)]).stream()
    await assert.rejects(openFile(cut, id, size, hash()), OpenError)
  }
})

test('a case key opens for its handler alone', async () => {
  const [caseIdentity, handler, stranger] = await Promise.all([newIdentity(), newIdentity(), newIdentity()])
  const sealed = await sealCaseKey(caseIdentity, await recipientOf(handler))
  assert.equal(await openCaseKey(sealed, handler), caseIdentity)
  await assert.rejects(openCaseKey(sealed, stranger), OpenError)
})

test('what a stranger sealed in another shape is misplaced, and breaks nothing', async () => {
  const id = await newIdentity()
  const to = await recipientOf(id)
  const row = { case: newID(), seq: 1, from: 'report' } as const
  const file = { id: newID(), name: 'a.txt', type: 'text/plain', size: 1, sha256: '00', cleaned: true }
  const message = { ...row, on: '2026-11-21', language: 'ja', text: '給料', fields: { where: '工場' }, files: [file] }
  const summary = { case: row.case, text: '給料', language: 'ja', relationship: 'employee', kind: 'report', danger: true }
  assert.equal((await openMessage(await sealMessage(message, to), id, row)).files?.[0]?.name, 'a.txt')
  for (const strange of [{ on: 5 }, { language: {} }, { language: null }, { text: ['x'] }, { fields: { where: 1 } }, { fields: 'x' }, { files: {} }, { files: [{ ...file, type: {} }] }, { files: [{ ...file, cleaned: 'no' }] }, { files: [{ ...file, found: 'no' }] }, { files: [{ ...file, size: '1' }] }]) {
    const sealed = seal(toBytes(JSON.stringify({ v: 1, ...message, ...strange })), to)
    await assert.rejects(openMessage(await sealed, id, row), MisplacedError, JSON.stringify(strange))
  }
  for (const strange of [{ language: { a: 1 } }, { relationship: [] }, { relationship: null }, { text: 1 }, { kind: 1 }, { danger: 'yes' }]) {
    const sealed = seal(toBytes(JSON.stringify({ v: 1, ...summary, ...strange })), to)
    await assert.rejects(openSummary(await sealed, id, row.case), MisplacedError, JSON.stringify(strange))
  }
})
