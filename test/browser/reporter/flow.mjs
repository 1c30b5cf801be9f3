// Drives chromium through the reporter's pages. Called with a JSON object that
// says where the servers are:
//
//	node flow.mjs '{"open": "http://127.0.0.1:1234", …}'
//
// It prints a JSON object a line: {"test", "failures", "ms"} for each test,
// {"case"} for each report it sent, {"ask"} for what only its caller can do, to
// be answered with the line "done" on stdin, and {"figures"} at the end.
import { launch } from '../lib/browser.mjs'
import { examine, figures } from './looks.mjs'
import { wholeWay } from './reporter.mjs'
import { print, test, together } from '../lib/results.mjs'
import { badDay, tooFast, tooMany } from './trouble.mjs'
import { languages } from '../lib/words.mjs'

const site = JSON.parse(process.argv[2])
const browser = await launch()
const shots = []

await together(languages, async (lang) => {
  const met = []
  await test(`${lang}/whole way`, (t) => wholeWay(t, browser, site, lang, met))
  await test(`${lang}/bad day`, (t) => badDay(t, browser, site, lang, met))
  shots.push(...met)
})
await test('too fast', (t) => tooFast(t, browser, site, 'en', shots))
await test('too many', (t) => tooMany(t, browser, site, languages, shots))
for (const shot of shots.filter((s) => ['form', 'form-closed', 'conversation'].includes(s.state))) {
  shots.push({ ...shot, state: shot.state + '-open', open: true })
}
await together(shots, (shot) => test(`${shot.lang}/looks/${shot.state}`, (t) => examine(t, browser, shot, site.screenshots)))

print({ figures })
await browser.close()
process.exit()
