// What the tests found, one JSON object a line on stdout, and questions to
// whoever started them, answered by a line on stdin.
import { createInterface } from 'node:readline'

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
let asking = Promise.resolve()

export function print(line) {
  process.stdout.write(JSON.stringify(line) + '\n')
}

/** Asks for something that a browser cannot do, waits until it is done, and returns what came of it. */
export function ask(what, details = {}) {
  const asked = asking.then(async () => {
    print({ ask: what, ...details })
    const { value, done } = await answers.next()
    if (done || !/^done\b/.test(value)) throw new Error(`${what}: ${value}`)
    return value.slice('done '.length)
  })
  asking = asked.catch(() => {})
  return asked
}

const timeLimit = 120_000 // milliseconds

/** Runs one test and prints what failed in it. A thrown error ends it, and so does its time. */
export async function test(name, run) {
  const failures = []
  const t = {
    fail: (text) => failures.push(text),
    ok: (fine, text) => fine || failures.push(text),
    equal: (got, want, text) => got === want || failures.push(`${text}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`),
    match: (got, want, text) => want.test(got) || failures.push(`${text}: ${JSON.stringify(got)} is not like ${want}`),
  }
  const began = Date.now()
  try {
    await Promise.race([run(t), new Promise((_, late) => setTimeout(late, timeLimit, new Error('it takes too long')).unref())])
  } catch (error) {
    failures.push(String(error.stack ?? error))
  }
  print({ test: name, failures, ms: Date.now() - began })
}

/** Works on a list with two at a time. */
export async function together(list, work) {
  const left = [...list]
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all([worker(), worker()])
}
