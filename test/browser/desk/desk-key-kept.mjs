// A key that does not open, and that the server keeps because nobody else has one
// of its case. Called with one JSON argument: chromium, url, people, password.
import { connect } from '../lib/browser.mjs'
import { ask, end, test } from '../lib/results.mjs'
import { untranslated } from './desk-keys.mjs'
import { at, enter } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)

/** Goes to a page and returns how often it asks for new keys, and tells what became of them, until a notice is there. */
async function asked({ page }, go, notice) {
  const paths = []
  const note = (request) => paths.push(new URL(request.url()).pathname)
  page.on('request', note)
  await go()
  await page.locator(notice).waitFor()
  page.off('request', note)
  const times = (name) => paths.filter((path) => path.endsWith(`/access/${name}`)).length
  return `${times('unchecked')} ${times('checked')}`
}

await test('a key that does not open, and that the server keeps', async (t) => {
  const aiko = await enter(t, browser, site, 'Aiko')
  const { page } = aiko
  t.equal((await ask('spoil', { name: aiko.email })).trim(), '2', 'keys that were never opened')
  t.equal(await asked(aiko, () => at(aiko, '/cases'), '#keys-notice'), '2 1', 'questions and writes of the list')
  t.match(await page.locator('#keys-notice').innerText(), /1 key that a colleague gave you does not open its case\.[^]*has been kept: try another browser\. Tell your administrator\./, 'the notice on the list')
  t.equal((await ask('unchecked', { name: aiko.email })).trim(), '1', 'keys that the server still hands out')
  t.equal(await asked(aiko, () => at(aiko, '/access'), '#given:not([hidden])'), '2 1', 'questions and writes of the page of access')
  t.match(await page.locator('#given').innerText(), /1 key that a colleague gave you does not open its case/, 'the notice on the page of access')
  t.equal(await untranslated(aiko), '', 'keys in the place of texts')
})

end()
