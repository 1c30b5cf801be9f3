import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newIdentity, recipientOf } from '../crypto/seal.ts'
import { Refusal } from './api.ts'
import { sendFile } from './upload.ts'

/** Sends a file to a server that answers with how many bytes of the file it has; ok: it took what came. Returns how often it was asked. */
async function send(answer: (offset: number, length: number) => { ok: boolean; offset: number }): Promise<number> {
  let asked = 0
  const real = globalThis.fetch
  globalThis.fetch = (_, init) => {
    const headers = new Headers(init?.headers)
    if (headers.has('Upload-Cancel')) return Promise.resolve(Response.json({ offset: 0 }))
    assert.ok(++asked <= 50, 'the server is asked without end')
    const { ok, offset } = answer(Number(headers.get('Upload-Offset')), (init?.body as Uint8Array).length)
    return Promise.resolve(ok ? Response.json({ offset }) : Response.json({ error: 'offset', offset }, { status: 409 }))
  }
  try {
    const sending = { form: { token: 'form' }, chunk: 1 << 20, signal: new AbortController().signal, sent: () => undefined, waiting: () => undefined }
    await sendFile({ name: 'a', type: 'text/plain', content: new Blob(['x'.repeat(1000)]), cleaned: false }, [await recipientOf(await newIdentity())], sending)
  } finally {
    globalThis.fetch = real
  }
  return asked
}

test('a chunk goes on where the server has some of it', async () => {
  assert.equal(await send((offset, length) => (offset === 0 ? { ok: false, offset: 100 } : { ok: true, offset: offset + length })), 2)
})

test('an upload ends although the server says now this, now that of what it has', async () => {
  let turn = 0
  await assert.rejects(send(() => ({ ok: false, offset: [100, 200][turn++ % 2]! })), (error) => error instanceof Refusal && error.code === 'offset')
  await assert.rejects(send(() => ({ ok: false, offset: 0 })), Refusal)
})
