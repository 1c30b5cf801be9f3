// Opens reports that no form would have taken, on every page that shows them. Called with
// one JSON argument: url, people, password, cases (ids by name).
import { connect } from '../lib/browser.mjs'
import { end, test } from '../lib/results.mjs'
import { at, enter } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
const ids = Object.values(site.cases)
let me

/** How many elements and characters a part of a page has: what a browser has to lay out. */
const weight = (page, part) => page.locator(part).first().evaluate((shown) => ({ elements: shown.querySelectorAll('*').length, characters: shown.textContent.length }))

await test('the list', async (t) => {
  me = await enter(t, browser, site, 'Aiko')
  await at(me, '/cases?tab=all')
  await me.page.locator('#told:empty').waitFor({ state: 'attached' })
  t.equal(await me.page.locator('.subject', { hasText: 'needle' }).count(), ids.length, 'cases that opened')
})

for (const [name, id] of Object.entries(site.cases)) {
  await test(`a case: ${name}`, async (t) => {
    await at(me, `/cases/${id}`)
    const text = me.page.locator('#timeline .report .text')
    await text.waitFor()
    t.match(await text.textContent(), /^needle/, 'its text')
    const { elements, characters } = await weight(me.page, '#timeline')
    t.ok(elements < 1_500 && characters < 300_000, `${elements} elements, ${characters} characters`)
    t.equal(await me.page.locator('#timeline .error').count(), 0, 'what is called damaged')
    if (name === 'file') t.match(await me.page.locator('#timeline .files li').first().textContent(), /\.exe/, 'the ending of the file')
  }, 'the list')
}

await test('search', async (t) => {
  await at(me, '/search')
  await me.page.locator('#loaded.ready').waitFor()
  await me.page.locator('#query').fill('needle')
  await me.page.locator('#results > li').nth(ids.length - 1).waitFor()
  t.equal(await me.page.locator('#unopened').textContent(), '', 'cases that did not open')
  const { elements, characters } = await weight(me.page, '#results')
  t.ok(elements < 2_000 && characters < 20_000, `${elements} elements, ${characters} characters`)
}, 'the list')

await test('blacking out', async (t) => {
  await at(me, `/cases/${site.cases.marks}`)
  await me.page.locator('#timeline .report .text').waitFor()
  await me.page.locator('#export-masked').click()
  await me.page.locator('dialog.masking').waitFor()
  const { elements, characters } = await weight(me.page, 'dialog.masking')
  t.ok(elements < 1_500 && characters < 80_000, `${elements} elements, ${characters} characters`)
}, 'the list')

await test('nothing broke', (t) => t.equal(me.broken.join('\n'), '', 'errors'), 'the list')
end()
