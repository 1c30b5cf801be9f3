// Drives chromium with scripts through the reporter's pages, as flow.mjs does
// without. It is called in the same way and prints the same lines.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { launch, traces } from '../lib/browser.mjs'
import { secretsOf, told } from './canaries.mjs'
import { changes } from './changed.mjs'
import { faults, refusals } from './faults.mjs'
import { examine, figures } from './looks.mjs'
import { startProxy } from '../lib/proxy.mjs'
import { print, test, together } from '../lib/results.mjs'
import { comeBack } from './returning.mjs'
import { reporter } from '../lib/scripted.mjs'
import { writeAndSend } from './sending.mjs'
import { canaries, quickExit, vectors, withoutMouse } from './ways.mjs'
import { languages } from '../lib/words.mjs'

const site = JSON.parse(process.argv[2])
const wanted = new RegExp(site.only || '.')
const browser = await launch()
const shots = []

async function wholeWay(t, lang) {
  const network = await startProxy(site.open)
  const me = await reporter(t, browser, site, lang, network, shots)
  const { report, page } = me
  const receipt = await writeAndSend(me)
  const names = [me.files.photo, me.files.paper, me.files.turned].map((file) => basename(file))
  print({ case: { lang, receipt, queue: report.queue, text: report.text, files: names, kept: names[2], more: report.more, note: report.note,
    fields: { ...report.choices, ...report.lists, ...(report.danger ? { danger: 'yes' } : {}), ...report.fields } } })
  await comeBack(me, receipt)
  const left = await traces(me.context, page)
  t.equal(left.cookies + left.stored, 0, 'cookies and stored things')
  t.equal(me.seen.foreign.join(' '), '', 'requests to other sites')
  t.equal(me.seen.errors.join('\n'), '', 'errors in the console')
  await me.close()
  const files = await Promise.all([site.photo, site.paper].map((file) => readFile(file)))
  const sent = network.bytes()
  t.ok(sent.includes('/api/reports') && sent.includes('age-encryption.org'), 'the network saw nothing: this test is blind')
  for (const fault of told(sent, sent.subarray(0, me.before), secretsOf({ report, names: [...names, report.note], files, receipt }))) t.fail(`told in the clear: ${fault}`)
}

/** Looks at the pages that were met since the last time. */
const look = () => together(shots.splice(0).filter((shot) => wanted.test(`looks/${shot.state}`)), (shot) => test(`${shot.lang}/looks/${shot.state}`, (t) => examine(t, browser, shot, site.screenshots, ['en'])))

const chosen = (tests) => tests.filter(([name]) => wanted.test(name))
const inEveryLanguage = chosen(languages.map((lang) => [`${lang}/whole way`, (t) => wholeWay(t, lang)]))
const once = chosen([['canaries', canaries], ['vectors', vectors]])
// One after the other: they share a server that is killed, and count its cases.
const oneByOne = chosen([['quick exit', quickExit], ['without a mouse', withoutMouse], ...Object.entries({ ...faults, ...refusals, ...changes })])

await Promise.all([
  together([...inEveryLanguage, ...once], ([name, run]) => test(name, (t) => run(t, browser, site))).then(look),
  (async () => {
    for (const [name, run] of oneByOne) await test(name, (t) => run(t, browser, site, shots))
  })(),
])
await look()

print({ figures })
await browser.close()
process.exit()
