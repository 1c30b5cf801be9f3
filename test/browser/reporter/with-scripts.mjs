// One language of the reporter's pages in chromium with scripts, behind a network
// that keeps every byte: the whole way, and how every page looks that was met. Called
// with one JSON argument: chromium, lang, open (the server), folder, photo, paper,
// unknown, files, fileSize, texts, tags, screenshots, only.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { connect, traces } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { startProxy } from '../lib/proxy.mjs'
import { end, print, test } from '../lib/results.mjs'
import { reporter } from '../lib/scripted.mjs'
import { openFields, secretsOf, told } from './canaries.mjs'
import { sealedAnswers } from '../lib/words.mjs'
import { lookAt } from './looks.mjs'
import { comeBack } from './returning.mjs'
import { writeAndSend } from './sending.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
const shots = []

await test('whole way', async (t) => {
  const { lang } = site
  const network = await startProxy(site.open)
  const me = await reporter(t, browser, site, lang, network, shots)
  const { report, page } = me
  const receipt = await writeAndSend(me)
  const names = [me.files.photo, me.files.paper, me.files.turned].map((file) => basename(file))
  print({ case: { lang, receipt, queue: report.queue, text: report.text, files: names, kept: names[2], more: report.more, note: report.note,
    fields: sealedAnswers(report) } })
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
  for (const fault of openFields(sent, me.before, report)) t.fail(`told in the clear: ${fault}`)
})
await lookAt(browser, site, shots, { everywhere: ['en'] })
end(figures)
