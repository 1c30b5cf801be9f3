import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromBase64 } from '../src/crypto/bytes.ts'
import { fingerprint } from '../src/crypto/message.ts'
import { newIdentity, openCaseKey, recipientOf } from '../src/crypto/seal.ts'
import type { Outgoing } from '../src/upload.ts'
import { depart, type Way } from '../src/sealing.ts'

interface Sent {
  readonly keys: Record<string, string>
  readonly sealed_to: Record<string, string>
  readonly recipient: string
}

const way: Way = { signal: new AbortController().signal, sent: () => undefined, waiting: () => undefined, step: () => undefined }
const note: Outgoing = { name: 'note.txt', type: 'text/plain', content: new Blob(['wages']), cleaned: false }

/** Sends a report to a server whose only handler has another key as soon as a file has come. Returns it, and what was asked of the server. */
async function sentWhile(recipients: readonly string[], files: readonly Outgoing[]): Promise<{ sent: Sent; asked: string[] }> {
  let [current = '', next = ''] = recipients
  const asked: string[] = []
  let sent: Sent | undefined
  const real = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    const path = String(input)
    asked.push(path)
    if (path === '/api/intake') return Response.json({ form: 'form', on: '2026-11-21', handlers: { h: current }, queues: { hr: ['h'] }, routes: { '': { unsure: 'hr' } }, limits: { chunk: 1 << 20 } })
    if (path === '/api/files') {
      current = next
      return Response.json({ offset: (init?.body as Uint8Array).length })
    }
    sent = JSON.parse(String(init?.body)) as Sent
    return Response.json({ queue: 'hr', dates: {} })
  }
  try {
    await depart({ language: 'en', text: 'wages', fields: {}, files }, { token: '' }).send(way)
  } finally {
    globalThis.fetch = real
  }
  return { sent: sent!, asked }
}

test('a key replaced while files were on their way gets the case, and the old one nothing', async () => {
  const [old, fresh] = [await newIdentity(), await newIdentity()]
  const recipients = [await recipientOf(old), await recipientOf(fresh)]
  const { sent, asked } = await sentWhile(recipients, [note])
  assert.deepEqual(asked, ['/api/intake', '/api/files', '/api/intake', '/api/reports'])
  assert.deepEqual(sent.sealed_to, { h: fingerprint(recipients[1]!) })
  assert.equal(await recipientOf(await openCaseKey(fromBase64(sent.keys['h']!), fresh)), sent.recipient)
  await assert.rejects(openCaseKey(fromBase64(sent.keys['h']!), old))
})

test('a report says to whom its keys are sealed', async () => {
  const identity = await newIdentity()
  const recipient = await recipientOf(identity)
  const { sent, asked } = await sentWhile([recipient], [])
  assert.deepEqual([asked, sent.sealed_to], [['/api/intake', '/api/reports'], { h: fingerprint(recipient) }])
})
