// Holds the scripts' sealing to the vectors that Go is held to as well
// (crypto/testdata). Runs in Node and in a browser.
import type receiptVectors from '../../../crypto/testdata/receipts.json'
import type sealedVectors from '../../../crypto/testdata/sealed.json'
import { fromBase64, toHex, toText } from './bytes.ts'
import { openFile } from './file.ts'
import { MisplacedError, openMessage, openSummary, type Sender } from './message.ts'
import { padme } from './padding.ts'
import { holdsReceipt, isReceipt, newReceipt, parseReceipt, shown } from './receipt.ts'
import { bind, lookup, reporterIdentity } from './receipt-keys.ts'
import { open, openCaseKey, OpenError, recipientOf } from './seal.ts'

/** Returns what is wrong, nothing if all is well. */
export async function receipts(vectors: typeof receiptVectors): Promise<string[]> {
  const wrong: string[] = []
  const same = (what: string, got: unknown, want: unknown) => got === want || wrong.push(`${what}: ${String(got)}, want ${String(want)}`)
  for (const v of vectors.valid) {
    const bits = Uint8Array.from(v.bits.match(/../g)!, (pair) => parseInt(pair, 16))
    const receipt = newReceipt(bits)
    same('shown', shown(receipt), v.shown)
    same('lookup', lookup(receipt), v.lookup)
    same('hash', toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', decode64url(v.lookup)))), v.hash)
    same('identity', reporterIdentity(receipt), v.identity)
    same('recipient', await recipientOf(v.identity), v.recipient)
    same('bound', bind(receipt, '0123456789abcdef'.repeat(2), v.recipient), v.bound)
    for (const typed of [v.shown, ...v.typed]) same(`typed ${typed}`, parseReceipt(typed), receipt)
    if (/[0-9]/.test(v.shown)) same(`a text with ${v.shown}`, holdsReceipt(`my number is ${v.shown}.`), true)
  }
  for (const v of vectors.wrong) {
    const parsed = parseReceipt(v.typed)
    same(`wrong ${v.typed}`, isReceipt(parsed) ? 'right' : parsed.fault, v.why)
  }
  return wrong
}

const decode64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))

/** Opens a whole case that Go has sealed. */
export async function sealedByGo(v: typeof sealedVectors): Promise<string[]> {
  const wrong: string[] = []
  const parsed = parseReceipt(v.receipt)
  if (!isReceipt(parsed)) return ['the receipt is not read']
  const reporter = reporterIdentity(parsed)
  const caseIdentity = await openCaseKey(fromBase64(v.key), v.handler)
  for (const m of v.messages) {
    for (const identity of [reporter, caseIdentity]) {
      try {
        const opened = await openMessage(fromBase64(m.sealed), identity, { case: v.case, seq: m.seq, from: m.from as Sender })
        if (m.broken) wrong.push(`message ${m.seq} opened in the wrong place`)
        if (m.seq === 1 && (opened.text !== v.text || opened.files?.[0]?.id !== v.file.ID || !opened.files[0].found)) wrong.push(`the report reads ${opened.text}`)
      } catch (error) {
        if (!m.broken || !(error instanceof MisplacedError)) wrong.push(`message ${m.seq}: ${String(error)}`)
      }
    }
  }
  const summary = await openSummary(fromBase64(v.summary), caseIdentity, v.case)
  if (!v.text.startsWith(summary.text) || summary.text === '' || summary.kind !== 'consultation' || !summary.danger) wrong.push(`the summary reads ${summary.text}`)
  return [...wrong, ...(await file(v, caseIdentity, reporter))]
}

async function file(v: typeof sealedVectors, caseIdentity: string, reporter: string): Promise<string[]> {
  const wrong: string[] = []
  const plain = fromBase64(v.file.Plain)
  const sealed = fromBase64(v.file.Sealed)
  const padded = await open(sealed, caseIdentity)
  if (padded.length !== padme(plain.length)) wrong.push(`the file is padded to ${padded.length}`)
  const sum = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', plain as Uint8Array<ArrayBuffer>)))
  const stream = () => new Blob([sealed as Uint8Array<ArrayBuffer>]).stream()
  const opened = await openFile(stream(), caseIdentity, plain.length, sum)
  if (toText(new Uint8Array(await opened.arrayBuffer())) !== toText(plain)) wrong.push('the file reads differently')
  for (const [what, identity, size, hash] of [
    ['for the reporter', reporter, plain.length, sum],
    ['with another hash', caseIdentity, plain.length, '0'.repeat(64)],
    ['with another size', caseIdentity, plain.length + 5000, sum],
  ] as const) {
    const error: unknown = await openFile(stream(), identity, size, hash).catch((e: unknown) => e)
    if (!(error instanceof OpenError)) wrong.push(`the file opens ${what}`)
  }
  return wrong
}
