// The results of the tests, one JSON object a line on stdout, and questions to the
// Go test that started the program, answered by a line on stdin. The lines:
//
//	{"test", "failures", "ms"}  a test has ended
//	{"test", "skipped"}         a test was not run; why
//	{"at"}                      the program is at work: what it did last, once a second at most
//	{"ask", …}                  a question
//	{"figures"}, {"case"}, …    what a suite has to say besides
import { createInterface } from 'node:readline'

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
let asking = Promise.resolve()

// Pages keep words together with characters that nobody sees: a test asks for the words.
const plain = (said) => (typeof said === 'string' ? said.replaceAll('\u00a0', ' ').replaceAll('\u2060', '') : said)

export function print(line) {
  process.stdout.write(JSON.stringify(line) + '\n')
}

/** Asks for something that a browser cannot do, waits until it is done, and returns what came of it. */
export function ask(what, details = {}) {
  const asked = asking.then(async () => {
    print({ ask: what, ...details })
    const { value, done } = await answers.next()
    progress(`asked for “${what}”`)
    if (done || !/^done\b/.test(value)) throw new Error(`${what}: ${value}`)
    return value.slice('done '.length)
  })
  asking = asked.catch(() => {})
  return asked
}

/** Seconds without any progress after which a test has failed. There is no other limit: a busy machine makes tests slow, not red. */
const patience = Number(process.env.HOTLINE_PATIENCE) || 120

let idle = 0 // ticks without progress
const lately = ['the start'] // what happened last
let told = 0 // when the last {"at"} was printed

/** Notes that something happened, so that the test is not taken for hanging. */
export function progress(what) {
  idle = 0
  lately.push(what)
  if (lately.length > 8) lately.shift()
  if (Date.now() - told < 1000) return
  told = Date.now()
  print({ at: what })
}

/** The browsers that a stalled test closes, so that every pending action ends and says what it waited for: { seen, close }. */
export const open = new Set()

// Ticks are counted, not time: a process that gets no processor has no ticks either.
function whenStalled(act) {
  idle = 0
  const timer = setInterval(() => {
    if (++idle < patience) return
    clearInterval(timer)
    act()
  }, 1000)
  return () => clearInterval(timer)
}

const causes = new Map() // by test that failed or was skipped: the test that failed first
let broken = '' // the test that stalled; what comes after it has no browser any more

/** Runs one test and prints what failed in it; a thrown error ends it. It is skipped if one of the tests that it needs has failed. */
export async function test(name, run, ...needs) {
  const cause = broken || needs.map((need) => causes.get(need)).find(Boolean)
  if (cause) {
    causes.set(name, cause)
    return print({ test: name, skipped: `“${cause}” failed` })
  }
  const failures = []
  const check = (fine, text) => {
    progress(text)
    if (!fine) failures.push(text)
  }
  const t = {
    fail: (text) => failures.push(text),
    ok: check,
    equal: (got, want, text) => check(plain(got) === plain(want), plain(got) === plain(want) ? text : `${text}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`),
    match: (got, want, text) => check(want.test(plain(got)), want.test(plain(got)) ? text : `${text}: ${JSON.stringify(got)} is not like ${want}`),
  }
  const began = Date.now()
  let ended
  const stalled = new Promise((_, fail) => {
    ended = whenStalled(async () => {
      broken = name
      failures.push(`nothing has happened for ${patience} s, after: ${lately.join('; ')}`)
      failures.push(...(await Promise.all([...open].map((one) => one.seen()))).flat())
      for (const one of open) one.close().catch(() => {})
      setTimeout(fail, 10_000, new Error('it does not end although its browsers were closed')).unref()
    })
  })
  try {
    await Promise.race([run(t), stalled])
  } catch (error) {
    failures.push(String(error.stack ?? error))
  }
  ended()
  if (failures.length > 0) causes.set(name, name)
  print({ test: name, failures, ms: Date.now() - began })
}

/** Runs tests one after the other, each of which needs all before it. */
export async function story(tests) {
  const before = []
  for (const [name, run] of Object.entries(tests)) {
    await test(name, run, ...before)
    before.push(name)
  }
}

/** Ends the program when all tests are done. */
export function end(figures = {}) {
  print({ figures })
  process.exit()
}
