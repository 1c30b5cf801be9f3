// What the reporter's pages say to those who are too fast, and when too many write.
// Called with one JSON argument: chromium, limited (a server with limits), texts,
// screenshots, only.
import { connect } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { end, test } from '../lib/results.mjs'
import { languages } from '../lib/words.mjs'
import { lookAt } from './looks.mjs'
import { tooFast, tooMany } from './trouble.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
const shots = []

await test('too fast', (t) => tooFast(t, browser, site, 'en', shots))
await test('too many', (t) => tooMany(t, browser, site, languages, shots))
await lookAt(browser, site, shots)
end(figures)
