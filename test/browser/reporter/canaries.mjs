// What must not leave the browser in the clear: searched in every byte that it
// sent, as it stands and in the usual codings.

/** Lists the secrets that stand in what was sent, but not in what a browser says anyway. */
export function told(sent, anyway, secrets) {
  const [known, all] = [readings(anyway), readings(sent)]
  return secrets.filter(({ bytes }) => all.includes(lower(bytes)) && !known.includes(lower(bytes)))
    .map(({ what, bytes }) => `${what}: ${bytes.toString().slice(0, 60)}`)
}

const lower = (bytes) => Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1')

/** The bytes as they are, and read as percent-encoding, as JSON escapes and as base64, all in lower case. */
function readings(bytes) {
  const text = bytes.toString('latin1')
  const unescaped = text.replace(/\\u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
  const unpercented = text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))).replaceAll('+', ' ')
  const views = [bytes, Buffer.from(unpercented, 'latin1'), Buffer.from(unescaped)]
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{16,}/g)) {
    for (let skipped = 0; skipped < 4; skipped++) views.push(Buffer.from(run.slice(skipped), 'base64'))
  }
  return lower(Buffer.concat(views.flatMap((view) => [view, Buffer.from('\n')])))
}

/** The secrets of a report: each line, word and name in it, its files, and its receipt in every spelling. */
export function secretsOf({ report, names, files, receipt }) {
  const secrets = []
  const add = (what, bytes) => secrets.push({ what, bytes: Buffer.from(bytes) })
  const texts = { text: report.text, 'the message': report.more, ...report.fields }
  for (const [what, text] of Object.entries(texts)) {
    for (const word of words(text)) {
      add(what, word)
      add(`${what} in UTF-16`, Buffer.from(word, 'utf16le'))
    }
  }
  for (const name of names) add('a file name', name.replace(/\.\w+$/, ''))
  for (const content of files) {
    for (let at = 0; at + 24 <= content.length; at += Math.max(24, content.length >> 4)) {
      const part = content.subarray(at, at + 24)
      if (new Set(part).size > 4) secrets.push({ what: 'bytes of a file', bytes: part })
    }
  }
  const bare = receipt.replaceAll('-', '')
  for (const code of [receipt, bare, receipt.replaceAll('-', ' ')]) {
    for (const spelling of [code, code.toLowerCase()]) {
      for (const part of [spelling.slice(0, 12), spelling.slice(-12)]) add('the receipt', part)
    }
  }
  add('an identity', 'SECRET-KEY')
  return secrets
}

/** Long words; of a text without spaces, every four characters. */
function words(text) {
  if (/\p{Script=Latin}/u.test(text)) return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 5)
  return [...text].map((_, i, all) => all.slice(i, i + 4).join('')).filter((word) => [...word].length === 4 && !/\s/.test(word))
}

const sealedFields = ['form', 'recipient', 'reporter_recipient', 'lookup', 'message', 'name', 'summary', 'keys', 'sealed_to', 'files', 'case', 'website']

/**
 * Lists what a report and all that was sent with it say in the clear beside branch, entity (none: the organisation itself), category, danger and exclusions, which
 * the server is told. What a browser sent in the first bytes it says anyway.
 */
export function openFields(sent, first, { queue, lists, choices, danger }) {
  const faults = []
  const requests = requestsIn(sent)
  const reports = requests.filter(({ head }) => head.startsWith('POST /api/reports ')).map(({ body }) => JSON.parse(body))
  if (reports.length === 0) faults.push('no report was sent: this test is blind')
  for (const report of reports) {
    const { branch, entity, category, danger: inDanger, excluded, ...rest } = report
    const open = JSON.stringify([branch, entity, category, inDanger, excluded])
    if (open !== JSON.stringify([queue, '', lists.category, danger, []])) faults.push(`branch, entity, category, danger, exclusions: ${open}`)
    if (Object.keys(rest).sort().join() !== sealedFields.toSorted().join()) faults.push(`fields ${Object.keys(rest)}`)
  }
  for (const { head } of requests.filter(({ head }) => /^POST \/api\//.test(head))) {
    const languages = /^accept-language: (.*)$/im.exec(head)?.[1]?.trim()
    if (languages !== '*') faults.push(`the language ${languages} in ${head.split('\r')[0]}`)
  }
  const { kind, ...others } = choices
  const codes = [lists.relationship, lists.country, ...Object.values(others), ...(kind === 'report' ? [] : [kind])]
  const anyway = wordsOf(sent.subarray(0, first).toString('latin1'))
  for (const { head, body } of requests) {
    const said = [...wordsOf(head), ...(head.includes('application/json') && body ? leaves(JSON.parse(body)) : [])]
    for (const code of codes) if (said.includes(code) && !anyway.includes(code)) faults.push(`${code} in ${head.split('\r')[0]}`)
  }
  return faults
}

const wordsOf = (text) => text.split(/[^\w-]+/)

/** The names and values in JSON, apart from the topic and the branch. */
const leaves = (value, name) => (value && typeof value === 'object' ? Object.entries(value).flatMap(([name, value]) => [name, ...leaves(value, name)]) : ['category', 'branch'].includes(name) ? [] : [String(value)])

/** The requests in what browsers sent, connection by connection. */
function requestsIn(sent) {
  const requests = []
  for (let at = 0; at < sent.length;) {
    const end = sent.indexOf('\r\n\r\n', at) + 4
    const head = sent.subarray(at, end).toString('latin1')
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
    at = end + length
    requests.push({ head, body: /application\/json/.test(head) ? sent.subarray(end, at).toString() : '' })
  }
  return requests
}
