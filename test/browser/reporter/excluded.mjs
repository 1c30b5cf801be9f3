// Reporters who keep somebody from reading their report, with and without
// scripts, and what they see of it. Called with one JSON argument: chromium, url, people
// (ids by name), texts, screenshots, only. {"case"} says for whom a report is.
import { connect, lead, snapshot, visitor } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { ask, end, print, test } from '../lib/results.mjs'
import { lookAt } from './looks.mjs'
import { atStep, capture, next, receiptOf, reporter, send, unfold, visit } from '../lib/scripted.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
const shots = []

const box = (page, name) => page.locator(`[name="not_for"][value="${site.people[name]}"]`)
const tick = (page, name) => page.locator('.choice').filter({ has: box(page, name) }).locator('label').click()
const queueOf = (page) => page.locator('#queue').getAttribute('data-queue')

/** Ticks without scripts stay through another language and an error, and decide where the report goes. */
async function plainForm(t) {
  const v = await visitor(browser, 'ja', [site.url])
  const { page } = v
  const press = async (state, target, status) => {
    const response = await lead(page, () => target.click())
    shots.push(await snapshot(state, state === 'excluded-en' ? 'en' : 'ja', response))
    t.equal(response.status(), status, state)
  }
  await page.goto(`${site.url}/ja/report`)
  t.ok(!await box(page, 'ken').isVisible(), 'the list is not folded away')
  await page.locator('#exclusions summary').click()
  await tick(page, 'ken')
  await page.locator('#about summary').click()
  await page.locator('[name="subject"][value="own"] + label').click()
  await page.locator('#category').selectOption('power-harassment')
  await press('excluded-en', page.locator('.languages button[value="en"]'), 200)
  await press('excluded-errors', page.locator('.languages button[value="ja"]'), 200)
  t.ok(await box(page, 'ken').isChecked() && !await box(page, 'aiko').isChecked(), 'another tick after two changes of language')
  await page.locator('#text').fill('健さんがどなります。')
  for (const name of ['aiko', 'carla']) await tick(page, name)
  await press('excluded-nobody-left', page.locator('#report button.button'), 422)
  const link = page.locator('#errors a[href="#not_for"]')
  t.equal(await link.textContent(), site.texts.ja['error.nobody-left'], 'the error')
  await link.click()
  t.equal(await page.evaluate(() => document.activeElement.name), 'not_for', 'where the error leads')
  await tick(page, 'carla')
  await page.locator('#text').press('End')
  await press('excluded-receipt', page.locator('#report button.button'), 201)
  t.equal(await queueOf(page), 'compliance', 'the desk')
  print({ case: { lang: 'ja', receipt: (await page.locator('#receipt').textContent()).trim(), queue: 'compliance', fields: { not_for: 'aiko ken' } } })
  await v.close()
}

/** A report with scripts up to its review; names says who must not read it. */
async function write(me, text, ...names) {
  const { page } = me
  await visit(me, 'report')
  await page.locator('#text').fill(text)
  await next(me).click()
  await atStep(me, 2)
  await page.locator('[name="subject"][value="own"] + label').click()
  await page.locator('#category').selectOption('power-harassment')
  await unfold(me, '#not_for')
  for (const name of names) await tick(page, name)
}

async function toReview(me) {
  await next(me).click()
  await atStep(me, 3)
}

/** The whole way with scripts: kept in another language, seen in the review, sealed to others. */
async function scriptedForm(t) {
  const me = await reporter(t, browser, site, 'en', { url: site.url, requests: [] }, shots)
  const { page } = me
  await write(me, 'Ken shouts at us.', 'ken', 'aiko')
  await unfold(me, '#name')
  await page.locator('[name="identity"][value="desk"] + label').click()
  await page.locator('#name').fill('Hanako Canary')
  await capture(me, 'excluded-ticked')
  await page.locator('.languages button[value="es"]').click()
  await page.locator('html[lang="es"] .step-title').first().waitFor({ state: 'attached' })
  t.ok(await box(page, 'ken').isChecked() && await box(page, 'aiko').isChecked() && !await box(page, 'carla').isChecked(), 'ticks after a change of language')
  await page.locator('.languages button[value="en"]').click()
  await page.locator('html[lang="en"] .step-title').first().waitFor({ state: 'attached' })
  await toReview(me)
  const row = page.locator('#review dl div').filter({ hasText: site.texts.en['report.not-for.label'] })
  t.ok(/HR manager, 佐藤 健|佐藤 健, HR manager/.test(await row.locator('dd').textContent()), `the review says ${await row.textContent()}`)
  t.ok(await page.locator('#recovery').isVisible(), 'nothing is said of the recovery key')
  await capture(me, 'excluded-review')
  await row.locator('button').click()
  await atStep(me, 2)
  t.equal(await page.evaluate(() => document.activeElement.name), 'not_for', 'where the review leads to')
  await toReview(me)
  await send(me)
  const receipt = await receiptOf(me)
  t.equal(await queueOf(page), 'compliance', 'the desk')
  print({ case: { lang: 'en', receipt, queue: 'compliance', fields: { not_for: 'aiko ken', name: 'Hanako Canary' } } })
  t.equal(me.seen.errors.join('\n'), '', 'errors in the console')
  await me.close()
}

/** Nobody left, and a list that changes while somebody writes: nothing is sent, and nothing lost. */
async function corrected(t) {
  const me = await reporter(t, browser, site, 'ja', { url: site.url, requests: [] }, shots)
  const { page, texts } = me
  const problem = async (key) => {
    const link = page.locator('#errors a[href="#not_for"]')
    await link.waitFor()
    t.equal(await link.textContent(), texts[key], key)
    t.equal(await page.locator('#text').inputValue(), '三人のことです。', 'the text')
    await capture(me, key.replace('error.', 'excluded-'))
  }
  await write(me, '三人のことです。', 'aiko', 'ken', 'carla')
  await toReview(me)
  await send(me)
  await problem('error.nobody-left')
  await tick(page, 'aiko')
  await ask('not shown', { name: 'ken' })
  await toReview(me)
  await send(me)
  await problem('error.not-for-changed')
  t.equal(await box(page, 'ken').count(), 0, 'boxes of somebody who is not offered any more')
  t.ok(await box(page, 'carla').isChecked(), 'the other tick is lost')
  await page.locator('#errors a[href="#not_for"]').click()
  t.equal(await page.evaluate(() => document.activeElement.name), 'not_for', 'where the error leads')
  await toReview(me)
  await send(me)
  const receipt = await receiptOf(me)
  print({ case: { lang: 'ja', receipt, queue: 'hr', fields: { not_for: 'carla' } } })
  t.equal(me.seen.errors.join('\n'), '', 'errors in the console')
  await ask('shown', { name: 'ken' })
  await me.close()
}

/**
 * A report whose answer was lost. Somebody excluded after that is kept from it if it has not arrived; if it has, that is
 * said. stored: it arrived.
 */
async function afterTheSending(t, stored) {
  const me = await reporter(t, browser, site, 'en', { url: site.url, requests: [] }, shots)
  const { page, texts } = me
  await page.route('**/api/reports', async (route) => {
    if (stored) await route.fetch()
    await route.fulfill({ status: 403, contentType: 'application/json', body: '{"error":"refused"}' }) // a proxy's own answer
  })
  await write(me, 'About Ken.', 'ken')
  await toReview(me)
  await send(me)
  await page.locator('#error-message').waitFor()
  await page.unroute('**/api/reports')
  await page.goBack()
  await atStep(me, 2)
  await tick(page, 'aiko')
  await toReview(me)
  await send(me)
  if (stored) {
    const link = page.locator('#errors a[href="#not_for"]')
    await link.waitFor()
    t.equal(await link.textContent(), texts['error.not-for-late'], 'the error')
    await tick(page, 'aiko')
    await page.locator('#where').evaluate((field) => field.closest('details').setAttribute('open', ''))
    await page.locator('#where').fill('Second floor')
    await toReview(me)
    await send(me)
  }
  const receipt = await receiptOf(me)
  print({ case: { lang: 'en', receipt, queue: stored ? 'hr' : 'compliance', fields: { not_for: stored ? 'ken' : 'aiko ken' } } })
  t.equal(me.seen.errors.join('\n'), '', 'errors in the console')
  await me.close()
}

await test('without scripts', plainForm)
await test('with scripts', scriptedForm)
await test('after a report that arrived', (t) => afterTheSending(t, true))
await test('after one that did not', (t) => afterTheSending(t, false))
await test('corrected', corrected)
await lookAt(browser, site, shots, { everywhere: ['en'], first: true })
end(figures)
