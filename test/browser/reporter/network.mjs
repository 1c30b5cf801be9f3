// The reporter's pages with scripts when the network, the server or somebody with
// access to it does harm, and other ways through them. Called with one JSON argument:
// chromium, group, open, closed, limited, faulty (servers; the last is killed and
// changed meanwhile), neutral, photo, texts, screenshots, only.
import { connect } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { end, test } from '../lib/results.mjs'
import { changes } from './changed.mjs'
import { faults, refusals } from './faults.mjs'
import { lookAt } from './looks.mjs'
import { ways } from './ways.mjs'

const groups = { faults, refusals, changes, ways }
const site = JSON.parse(process.argv[2])
const wanted = new RegExp(site.only || '.')
const browser = await connect(site.chromium)
const shots = []

// One after the other: they share a server that is killed, and count its cases.
for (const [name, run] of Object.entries(groups[site.group])) {
  if (wanted.test(name)) await test(name, (t) => run(t, browser, site, shots))
}
await lookAt(browser, site, shots, { everywhere: ['en'] })
end(figures)
