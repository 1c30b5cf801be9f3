import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newID, toBase64 } from '../../crypto/bytes.ts'
import { newIdentity, recipientOf, sealCaseKey } from '../../crypto/seal.ts'
import { give, type Given, type HeldKey } from './access.ts'
import { verifyNewKeys } from './verify-keys.ts'

const most = 20 // questions; more than that is without end

interface Checked {
  readonly opened: readonly string[]
  readonly broken: readonly string[]
}

/** Runs something with a server that answers by the last part of a path. Returns the bodies that it got, by that part. */
async function withServer(answers: Readonly<Record<string, (body: never) => unknown>>, run: () => Promise<unknown>): Promise<Record<string, unknown[]>> {
  const got: Record<string, unknown[]> = {}
  let calls = 0
  const real = globalThis.fetch
  globalThis.fetch = (input, init) => {
    assert.ok(++calls <= most, 'the server is asked without end')
    const name = (input as string).split('/').at(-1) ?? ''
    const body = JSON.parse(init?.body as string) as never
    const answer = answers[name]
    assert.ok(answer, name)
    ;(got[name] ??= []).push(body)
    return Promise.resolve(Response.json(answer(body)))
  }
  try {
    await run()
  } finally {
    globalThis.fetch = real
  }
  return got
}

/** A key of a new case, sealed to a recipient; whole: it is that of the case. */
async function key(to: string, whole: boolean): Promise<HeldKey> {
  const [identity, other] = await Promise.all([newIdentity(), newIdentity()])
  return { case: newID(), recipient: await recipientOf(whole ? identity : other), key: toBase64(await sealCaseKey(identity, to)) }
}

test('a key that does not open, and that the server keeps, does not make the page ask without end', async () => {
  const me = await newIdentity()
  const recipient = await recipientOf(me)
  const [broken, good] = await Promise.all([key(recipient, false), key(recipient, true)])
  let count = 0
  const got = await withServer({ unchecked: () => ({ keys: [broken, good] }), checked: () => ({}) }, async () => {
    count = await verifyNewKeys(me, recipient, () => false)
  })
  assert.equal(count, 1, 'what the page says')
  assert.deepEqual(got['checked'], [{ opened: [good.case], broken: [broken.case] } satisfies Checked], 'the server is told once')
  assert.equal(got['unchecked']?.length, 2)
})

test('keys behind some that the server keeps are opened, too', async () => {
  const me = await newIdentity()
  const recipient = await recipientOf(me)
  const keys = await Promise.all([key(recipient, false), key(recipient, false), key(recipient, true)])
  keys.sort((a, b) => (a.case < b.case ? -1 : 1))
  let count = 0
  const got = await withServer(
    { unchecked: ({ after }: { after: string }) => ({ keys: keys.filter((one) => one.case > after).slice(0, 1) }), checked: () => ({}) },
    async () => {
      count = await verifyNewKeys(me, recipient, () => false)
    },
  )
  assert.equal(count, 2)
  assert.deepEqual(got['unchecked'], ['', ...keys.map((one) => one.case)].map((after) => ({ after })))
  assert.equal(got['checked']?.length, 3)
})

test('with an identity that is not the handler\'s nothing is told of any key', async () => {
  const got = await withServer({}, async () => {
    assert.equal(await verifyNewKeys(await newIdentity(), await recipientOf(await newIdentity()), () => false), 0)
  })
  assert.deepEqual(got, {})
})

test('giving access ends although the server hands out the same keys again and again', async () => {
  const me = await newIdentity()
  const [broken, good] = await Promise.all([key(await recipientOf(me), false), key(await recipientOf(me), true)])
  const to = { id: newID(), recipient: await recipientOf(await newIdentity()) }
  const given: Given = { granted: 0, skipped: [] }
  const progress = { signal: new AbortController().signal, waiting: () => undefined }
  const answers = {
    keys: () => ({ recipient: to.recipient, keys: [broken, good] }),
    grant: ({ keys }: { keys: object }) => ({ granted: Object.keys(keys).length }),
  }
  const got = await withServer(answers, () => give({ to, source: 'own', identity: me }, given, progress, () => undefined))
  assert.deepEqual(given, { granted: 1, skipped: [broken.case] })
  assert.equal(got['grant']?.length, 1)
  assert.equal(got['keys']?.length, 2)
})
