// Drives chromium through the desk. Called with one JSON argument:
// url, setup (the link), folder, photo (base64), screenshots, only.
import { launch } from '../lib/browser.mjs'
import { print, test } from '../lib/results.mjs'
import { wholeDay } from './desk-day.mjs'
import { deskFaults } from './desk-faults.mjs'
import { keyboardOnly } from './desk-keyboard.mjs'
import { figures, languages, looks } from './desk-looks.mjs'

const site = JSON.parse(process.argv[2])
const wanted = new RegExp(site.only || '.')
const browser = await launch()
let day

await test('a whole day', async (t) => {
  day = await wholeDay(t, browser, site)
})
const after = {
  ...Object.fromEntries(Object.keys(languages).map((lang) => [`how it looks, ${lang}`, (t) => looks(t, browser, site, day, lang)])),
  'keyboard only': (t) => keyboardOnly(t, day.ken),
  ...Object.fromEntries(Object.entries(deskFaults).map(([name, fault]) => [name, (t) => fault(t, browser, site, day)])),
}
for (const [name, run] of Object.entries(after)) if (wanted.test(name)) await test(name, run)
print({ figures: { tests: 1 + Object.keys(after).length, ...figures } })
await browser.close()
process.exit()
