// One language of the reporter's pages in chromium without scripts: the whole way
// from the first page to the answer, bad days, and how every page looks that was met.
// Called with one JSON argument: chromium, lang, open and closed (servers), neutral,
// folder, photo, paper, unknown, files, fileSize, texts, tags, screenshots, only.
import { connect } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { end, test } from '../lib/results.mjs'
import { lookAt } from './looks.mjs'
import { wholeWay } from './reporter.mjs'
import { badDay } from './trouble.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
const shots = []

await test('whole way', (t) => wholeWay(t, browser, site, site.lang, shots))
await test('bad day', (t) => badDay(t, browser, site, site.lang, shots))
for (const shot of shots.filter((s) => ['form', 'form-closed', 'conversation'].includes(s.state))) {
  shots.push({ ...shot, state: shot.state + '-open', open: true })
}
await lookAt(browser, site, shots)
end(figures)
