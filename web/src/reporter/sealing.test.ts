import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromBase64 } from '../crypto/bytes.ts'
import { fingerprint, fromName, openMessage, openSummary } from '../crypto/message.ts'
import { newIdentity, openCaseKey, recipientOf } from '../crypto/seal.ts'
import type { Progress } from '../lib/progress.ts'
import type { Outgoing } from '../lib/upload.ts'
import { Closed, ListChanged, NobodyLeft, OtherDesk, pendingReport, type Written } from './sealing.ts'

interface Sent {
  readonly keys: Record<string, string>
  readonly sealed_to: Record<string, string>
  readonly recipient: string
}

const progress: Progress = { signal: new AbortController().signal, sent: () => undefined, waiting: () => undefined, step: () => undefined }
const rules = [{ desk: ['compliance'], queue: 'compliance' }, { category: ['bribery'], queue: 'independent' }, { relationship: ['trainee'], queue: 'hr' }, { kind: ['consultation'], queue: 'compliance' }, { queue: 'hr' }]
const note: Outgoing = { name: 'note.txt', type: 'text/plain', content: new Blob(['wages']), cleaned: false }

/** Sends a report to a server whose only handler has another key as soon as a file has come. Returns it, and what was asked of the server. */
async function sentWhile(recipients: readonly string[], files: readonly Outgoing[]): Promise<{ sent: Sent; asked: string[] }> {
  const [first = '', next = ''] = recipients
  let current = first
  const asked: string[] = []
  let sent: Sent | undefined
  const real = globalThis.fetch
  const answer = (path: string, init?: RequestInit): Response => {
    asked.push(path)
    if (path === '/api/intake') return Response.json({ form: 'form', on: '2026-11-21', entity: '', handlers: { h: current }, queues: { hr: ['h'] }, branches: { hr: 'hr' }, names: {}, rules, excludable: [], limits: { chunk: 1 << 20 } })
    if (path === '/api/files') {
      current = next
      return Response.json({ offset: (init?.body as Uint8Array).length })
    }
    sent = JSON.parse(init?.body as string) as Sent
    return Response.json({ branch: 'hr', dates: {} })
  }
  globalThis.fetch = (input, init) => Promise.resolve(answer(input as string, init))
  try {
    await pendingReport({ language: 'en', text: 'wages', fields: {}, files }, { token: '' }).send(progress)
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

/** Sends a report, which three people could read, and returns it and the identities of those who can. */
async function sentFor(written: Partial<Written>, announced?: string, deputies: Record<string, string[]> = {}): Promise<{ sent: Sent & Record<string, unknown>; identities: Record<string, string> }> {
  const identities: Record<string, string> = { aiko: await newIdentity(), ken: await newIdentity(), carla: await newIdentity(), recovery: await newIdentity() }
  const handlers = Object.fromEntries(await Promise.all(Object.entries(identities).map(async ([id, identity]) => [id, await recipientOf(identity)] as const)))
  const branches = { hr: 'hr', compliance: 'compliance@br' }
  const names = { 'compliance@br': { en: 'Compliance (Brazil)' } }
  const queues = { hr: ['aiko', 'ken', 'recovery'], compliance: ['carla', 'recovery'], independent: [] }
  const excludable = ['aiko', 'ken', 'carla'].map((id) => ({ id, shown_as: id, ...(id === 'aiko' && { deputies }) }))
  let sent: (Sent & Record<string, unknown>) | undefined
  const real = globalThis.fetch
  const answer = (path: string, init?: RequestInit): Response => {
    const asked = new Headers(init?.headers).get('Hotline-Entity')
    if (path === '/api/intake') return Response.json({ form: 'form', on: '2026-11-21', entity: asked ? 'br' : '', handlers, queues, branches, names, rules, excludable, limits: { chunk: 1 << 20 } })
    sent = JSON.parse(init?.body as string) as Sent & Record<string, unknown>
    return Response.json({ branch: 'hr', dates: {} })
  }
  globalThis.fetch = (input, init) => Promise.resolve(answer(input as string, init))
  try {
    await pendingReport({ language: 'en', text: 'wages', fields: {}, files: [], ...written }, { token: '' }).send(progress, announced)
  } finally {
    globalThis.fetch = real
  }
  return { sent: sent!, identities }
}

test('a report that is stopped while it is sealed was not sent, and does not pass for one that may have arrived', async () => {
  const recipient = await recipientOf(await newIdentity())
  const stop = new AbortController()
  const asked: string[] = []
  const real = globalThis.fetch
  globalThis.fetch = (input) => {
    asked.push(input as string)
    return Promise.resolve(Response.json({ form: 'form', on: '2026-11-21', entity: '', handlers: { h: recipient }, queues: { hr: ['h'] }, branches: { hr: 'hr' }, names: {}, rules, excludable: [], limits: { chunk: 1 << 20 } }))
  }
  const report = pendingReport({ language: 'en', text: 'wages', fields: {}, files: [] }, { token: '' })
  const stopping: Progress = { ...progress, signal: stop.signal, step: (now) => now === 'sealing' && stop.abort() }
  try {
    await assert.rejects(report.send(stopping), { name: 'AbortError' })
  } finally {
    globalThis.fetch = real
  }
  assert.deepEqual(asked, ['/api/intake'])
  assert.equal(report.begun(), false)
})

test('who is excluded gets no key, and the report goes on where nobody is left', async () => {
  const one = (await sentFor({ excluded: ['ken'] })).sent
  assert.deepEqual([one['branch'], Object.keys(one.keys), one['excluded']], ['hr', ['aiko', 'recovery'], ['ken']])
  const both = (await sentFor({ excluded: ['ken', 'aiko'] })).sent
  assert.deepEqual([both['branch'], Object.keys(both.keys)], ['compliance@br', ['carla', 'recovery']])
  await assert.rejects(sentFor({ excluded: ['ken', 'aiko', 'carla'] }), NobodyLeft)
  await assert.rejects(sentFor({ excluded: ['somebody'] }), ListChanged)
})

test('who reads in the place of somebody who is excluded gets no key either', async () => {
  const away = (await sentFor({ excluded: ['aiko'] }, undefined, { hr: ['ken'] })).sent
  assert.deepEqual([away['branch'], Object.keys(away.keys), away['excluded']], ['compliance@br', ['carla', 'recovery'], ['aiko']])
  const elsewhere = (await sentFor({ excluded: ['aiko'] }, undefined, { compliance: ['carla'] })).sent
  assert.deepEqual([elsewhere['branch'], Object.keys(elsewhere.keys)], ['hr', ['ken', 'recovery']])
})

test('the name is sealed apart from the report', async () => {
  const { sent, identities } = await sentFor({ fields: { where: 'here', name: 'Hanako', contact: 'h@home.example' } })
  const identity = await openCaseKey(fromBase64(sent.keys['aiko']!), identities['aiko']!)
  const row = { case: String(sent['case']), seq: 1 }
  const report = await openMessage(fromBase64(String(sent['message'])), identity, { ...row, from: 'report' })
  const name = await openMessage(fromBase64(String(sent['name'])), identity, { ...row, from: fromName })
  assert.deepEqual([report.text, report.fields], ['wages', { where: 'here' }])
  assert.deepEqual([name.text, name.fields], ['', { name: 'Hanako', contact: 'h@home.example' }])
  const anonymous = (await sentFor({})).sent
  assert.equal(String(anonymous['name']).length, String(sent['name']).length)
})

test('in the clear travel the desk, the topic, danger and exclusions, and no other answer', async () => {
  const fields = { kind: 'consultation', relationship: 'trainee', subject: 'own', category: 'health-safety', danger: 'yes', country: 'JP', identity: 'desk', name: 'Hanako' }
  const { sent, identities } = await sentFor({ fields, language: 'ja', excluded: ['ken'] })
  const sealed = ['recipient', 'reporter_recipient', 'lookup', 'message', 'name', 'summary', 'keys', 'sealed_to']
  assert.deepEqual(Object.keys(sent).sort(), ['case', 'category', 'danger', 'entity', 'excluded', 'files', 'form', 'branch', 'website', ...sealed].sort())
  assert.deepEqual([sent['branch'], sent['category'], sent['danger'], sent['excluded'], sent['files'], sent['website']], ['hr', 'health-safety', true, ['ken'], [], ''])
  const identity = await openCaseKey(fromBase64(sent.keys['aiko']!), identities['aiko']!)
  const { case: id, text, language, relationship, kind, danger } = await openSummary(fromBase64(String(sent['summary'])), identity, String(sent['case']))
  assert.deepEqual([id, text, language, relationship, kind, danger], [sent['case'], 'wages', 'ja', 'trainee', 'consultation', true])
  const plain = (await sentFor({})).sent
  assert.deepEqual([plain['branch'], plain['category'], plain['danger'], plain['excluded']], ['hr', '', false, []])
})

test('what a report is about goes as a header, sealed as it was chosen, and in the clear as the server answered', async () => {
  const { sent, identities } = await sentFor({ fields: { entity: 'br-sp', desk: 'compliance' } }, 'compliance@br')
  assert.deepEqual([sent['branch'], sent['entity']], ['compliance@br', 'br'])
  const identity = await openCaseKey(fromBase64(sent.keys['carla']!), identities['carla']!)
  const { fields } = await openMessage(fromBase64(String(sent['message'])), identity, { case: String(sent['case']), seq: 1, from: 'report' })
  assert.deepEqual(fields, { entity: 'br-sp', desk: 'compliance' })
  assert.equal((await sentFor({ fields: { entity: 'main' } })).sent['entity'], '')
})

test('who chose a desk that nobody reads does not get another one in its place', async () => {
  await assert.rejects(sentFor({ fields: { desk: 'outside' } }), (error) => error instanceof Closed && error.desk === 'outside')
})

test('nothing is sent to another desk than the one that was announced', async () => {
  assert.equal((await sentFor({ fields: { kind: 'consultation' } }, 'compliance@br')).sent['branch'], 'compliance@br')
  await assert.rejects(sentFor({}, 'compliance'), (error) => error instanceof OtherDesk && error.desk.branch === 'hr')
  await assert.rejects(sentFor({ excluded: ['aiko', 'ken'] }, 'hr'), (error) => error instanceof OtherDesk && error.desk.branch === 'compliance@br')
  await assert.rejects(sentFor({ fields: { category: 'bribery' } }, 'hr'), (error) => error instanceof Closed && error.desk === 'independent')
})
