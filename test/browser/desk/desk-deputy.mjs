// A deputy: named on the account page, given keys by a colleague, and over. Called with
// one JSON argument: chromium, url, people, password, case.
import { connect } from '../lib/browser.mjs'
import { ask, end, test } from '../lib/results.mjs'
import { nothing, readers, seen, show, untranslated, yes } from './desk-keys.mjs'
import { at, enter } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
const today = new Date()
const day = (days) => new Date(today.getTime() + days * 86_400_000).toISOString().slice(0, 10)

/** Names a deputy on one's own page. */
async function name({ page }, who, from, until) {
  await page.locator('#deputy').selectOption({ label: who })
  await page.locator('#from').fill(from)
  await page.locator('#until').fill(until)
  await Promise.all([page.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/account/deputy')), page.locator('form[action$="/account/deputy"] [type=submit]').click()])
}

await test('a deputy', async (t) => {
  const aiko = await enter(t, browser, site, 'Aiko')
  const ken = await enter(t, browser, site, 'Ken')
  const mina = await enter(t, browser, site, 'Mina')
  t.equal(await seen(mina, site.case), nothing(0), 'what Mina sees before')
  await ask('confirmed')
  await at(aiko, '/account')
  await name(aiko, 'Mina Abe', day(3), day(1))
  await aiko.page.locator('#until-error').waitFor()
  t.equal(await aiko.page.locator('#from').inputValue(), day(3), 'what was typed')
  await name(aiko, 'Mina Abe', day(-1), day(1)) // yesterday
  await aiko.page.locator('#from-error').waitFor()
  await name(aiko, 'Mina Abe', day(0), day(2))
  await aiko.page.waitForURL('**/account?done=deputy')
  t.match(await aiko.page.locator('section:has(#deputies) li').innerText(), /Mina Abe, until/, 'who is the deputy')
  t.equal(await untranslated(aiko), '', 'keys in the place of texts')
  await at(mina, '/account')
  t.match(await mina.page.locator('main .notice').first().innerText(), /You are the deputy for Aiko Tanaka until /, 'what Mina is told')
  await show(mina, site.case, false) // without a key yet
  t.ok(!(await readers(site.case)).includes('mina'), 'Mina has a key before somebody gave her one')
  await at(ken, '/access')
  const row = ken.page.locator('#needs-keys li', { hasText: 'Mina' })
  await row.locator('.button:not([disabled])').click()
  await yes(ken)
  await ken.page.locator('#given:not([hidden]) p').first().waitFor()
  t.match(await ken.page.locator('#given').innerText(), /Access given to 1 case/, 'what is said to Ken')
  await show(mina, site.case)
  t.match(await mina.page.locator('#timeline .report .text').innerText(), /残業代/, 'what Mina reads')
  t.ok((await readers(site.case)).includes('mina'), 'Mina has no key')
  await ask('deputies are over')
  t.equal(await seen(mina, site.case), nothing(0), 'what Mina sees afterwards')
  t.ok(!(await readers(site.case)).includes('mina'), 'Mina has kept her key')
  await show(ken, site.case)
})

end()
