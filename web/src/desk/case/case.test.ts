import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newID, toBase64 } from '../../crypto/bytes.ts'
import { fingerprint, type Message, sealMessage } from '../../crypto/message.ts'
import { newIdentity, OpenError, recipientOf, sealCaseKey } from '../../crypto/seal.ts'
import { visible } from '../../lib/texts.ts'
import { hasDangerousExtension } from '../ui/dangerous-extensions.ts'
import type { DeskCase, MessageRow } from './case.ts'
import { decryptCase, maySeal } from './decrypted-case.ts'
import { imageSize } from './imagesize.ts'

interface Made {
  readonly data: DeskCase
  readonly handler: string
}

/** A case with a report, changed before it is sealed, and its row after it. */
async function made(message: Partial<Message> = {}, row: Partial<DeskCase['case']> = {}, stands: Partial<MessageRow> = {}): Promise<Made> {
  const [handler, identity, reporter] = await Promise.all([newIdentity(), newIdentity(), newIdentity()])
  const [recipient, reporterRecipient] = await Promise.all([recipientOf(identity), recipientOf(reporter)])
  const id = newID()
  const plain: Message = { case: id, seq: 1, from: 'report', on: '2026-11-21', language: 'es', text: 'hola', reporter: fingerprint(reporterRecipient), ...message }
  const sealed = toBase64(await sealMessage(plain, recipient, reporterRecipient))
  const facts = { id, branch: 'hr', entity: '', state: 'received', outcome: '', recipient, reporter_recipient: reporterRecipient, last_seq: 1, ...row }
  const first: MessageRow = { seq: 1, from: 'report', kind: '', on: '2026-11-21', at: 0, by: '', sealed, ...stands }
  const data = { case: facts, key: toBase64(await sealCaseKey(identity, await recipientOf(handler))), messages: [first] } as unknown as DeskCase
  return { data, handler }
}

test('a case opens, and says in which language the report is', async () => {
  const { data, handler } = await made()
  const opened = await decryptCase(data, handler)
  assert.deepEqual([opened.entries[0]?.message?.text, opened.genuine, opened.language], ['hola', 'yes', 'es'])
  assert.ok(maySeal(opened, 'desk') && maySeal(opened, 'note'))
})

test('without an identity, or without a key, nothing opens and nothing can be checked', async () => {
  const { data, handler } = await made()
  for (const closed of [await decryptCase(data), await decryptCase({ ...data, key: '' }, handler)]) {
    assert.deepEqual([closed.entries[0]?.fault, closed.entries[0]?.message, closed.genuine], ['locked', undefined, 'unchecked'])
  }
  await assert.rejects(decryptCase(data, await newIdentity()), OpenError)
})

test('nothing is sealed to recipients that the report does not know', async () => {
  const stranger = await recipientOf(await newIdentity())
  const changes: [string, Made, boolean][] = [
    ['case', await made({}, { recipient: stranger }), false],
    ['reporter', await made({}, { reporter_recipient: stranger }), true],
    ['report', await made({}, {}, { seq: 2 }), true],
  ]
  for (const [genuine, { data, handler }, note] of changes) {
    const opened = await decryptCase(data, handler)
    assert.equal(opened.genuine, genuine)
    assert.equal(maySeal(opened, 'desk'), false, genuine)
    assert.equal(maySeal(opened, 'note'), note, genuine)
  }
})

test('a message that stands elsewhere than it says is not shown', async () => {
  const { data, handler } = await made({ case: newID() })
  const { entries } = await decryptCase(data, handler)
  assert.deepEqual([entries[0]?.fault, entries[0]?.message], ['misplaced', undefined])
})

test('the size of an image is known before it is drawn', async () => {
  const sized = (text: string) => imageSize(new Blob([Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))]))
  assert.deepEqual(await sized('89504e470d0a1a0a0000000d49484452' + '00010000' + '00020000' + '08060000'), { type: 'image/png', width: 65536, height: 131072 })
  assert.deepEqual(await sized('ffd8' + 'ffe00004aabb' + 'ffc2001108' + '0014' + '000a' + '03'), { type: 'image/jpeg', width: 10, height: 20 })
  assert.deepEqual(await sized('52494646' + '00000000' + '57454250' + '56503858' + '0a000000' + '00000000' + '090000' + '130000'), { type: 'image/webp', width: 10, height: 20 })
  for (const other of ['', '3c737667', 'ffd8ff', 'ffd8ffe0', '89504e47', '474946383961']) assert.equal(await sized(other), undefined, other)
})

test('a GIF is as large as the largest of its frames', async () => {
  const screen = (width: string, height: string, flags = '00') => '474946383961' + width + height + flags + '0000'
  const frame = (size: string, flags = '00') => '2c' + size + flags
  const pixels = '02' + '02' + '4c01' + '00'
  const sized = (text: string) => imageSize(new Blob([Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))]))
  const small = frame('00000000' + '0a001400') + pixels
  const large = frame('01000200' + '10271027') + pixels // 10,000 × 10,000 at 1, 2
  const extension = '21f9' + '0400000000' + '00'
  const globalTable = screen('0100', '0100', '80') + '000000ffffff'
  for (const [name, file, width, height] of [
    ['what it announces', screen('0a00', '1400') + small + '3b', 10, 20],
    ['a larger frame', screen('0100', '0100') + large + '3b', 10_001, 10_002],
    ['a later frame, after an extension and tables of colours', globalTable + frame('00000000' + '01000100', '80') + '000000ffffff' + pixels + extension + large + '3b', 10_001, 10_002],
    ['no end', screen('0100', '0100') + large, 10_001, 10_002],
  ] as const) assert.deepEqual(await sized(file), { type: 'image/gif', width, height }, name)
  for (const broken of [screen('0100', '0100') + '99', screen('0100', '0100') + frame('0000'), screen('0100', '0100') + '21f9ff']) assert.equal(await sized(broken), undefined, broken)
})

test('characters that turn, hide or show nothing are written as their code points', () => {
  const hidden = [0xad, 0x61c, 0x115f, 0x1160, 0x180e, 0x200b, 0x200f, 0x202e, 0x2060, 0x2066, 0x3164, 0xfeff, 0xe0001, 0xe0041, 0xe007f]
  for (const point of hidden) {
    assert.equal(visible(`a${String.fromCodePoint(point)}b`), `a[U+${point.toString(16).toUpperCase().padStart(4, '0')}]b`)
  }
  for (const plain of ['給料 ㅇ ㅏ', '😟🇯🇵', '𠮷野家', 'café – naïve']) assert.equal(visible(plain), plain)
})

test('files that can do harm are known by their names', () => {
  const names = 'a.exe b.PIF c.msc d.inf e.scf f.ppam g.xlam h.settingcontent-ms i.csv j.tsv k.docm l.html m.xlsx.lnk n.tar.gz o.doc p.exe. q.iso'
  for (const name of [...names.split(' '), 'r.scr ']) assert.ok(hasDangerousExtension(name), name)
  for (const name of ['photo.jpg', 'paper.pdf', 'text.txt', 'table.xlsx', 'letter.docx', 'talk.pptx', 'exe', 'a.exe.png']) assert.ok(!hasDangerousExtension(name), name)
})
