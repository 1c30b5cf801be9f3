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
