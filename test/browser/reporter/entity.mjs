// Reporters who say which company or site it is about, with and without scripts.
// Called with one JSON argument: chromium, url, texts, screenshots, only. {"case"}
// says where a report went.
import { connect, lead, snapshot, visitor } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { end, print, test } from '../lib/results.mjs'
import { lookAt } from './looks.mjs'
import { atStep, capture, next, receiptOf, reporter, send, visit } from '../lib/scripted.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
const shots = []

/** From a poster: the address is a company's, and stays so in another language. */
async function plainForm(t) {
  const v = await visitor(browser, 'pt', [site.url])
  const { page } = v
  const press = async (state, target, status) => {
    const response = await lead(page, () => target.click())
    shots.push(await snapshot(state, await page.locator('html').evaluate((html) => html.lang.slice(0, 2)), response))
    t.equal(response.status(), status, state)
  }
  shots.push(await snapshot('at-landing', 'pt', await page.goto(`${site.url}/pt/at/br/`)))
  await press('at-form', page.locator('.actions a.button').first(), 200)
  t.equal(await page.locator('#entity').inputValue(), 'br', 'the company of the address')
  await page.locator('#entity').selectOption('br-sp')
  await press('at-form-es', page.locator('.languages button[value="es"]'), 200)
  t.equal(new URL(page.url()).pathname, '/es/at/br/report', 'the address in another language')
  t.equal(await page.locator('#entity').inputValue(), 'br-sp', 'the site after a change of language')
  await press('at-form-pt', page.locator('.languages button[value="pt"]'), 200)
  await page.locator('[name="desk"][value="outside"] + label').click()
  await page.locator('#text').fill('Meu chefe grita.')
  await press('at-receipt', page.locator('#report button.button'), 201)
  t.equal(await page.locator('#queue').textContent(), 'Escritório externo (Fábrica do Brasil)', 'who reads it')
  print({ case: { lang: 'pt', receipt: (await page.locator('#receipt').textContent()).trim(), queue: 'outside', fields: { entity: 'br-sp', desk: 'outside' } } })
  shots.push(await snapshot('at-companies', 'ja', await page.goto(`${site.url}/ja/at/`)))
  await v.close()
}

/** With scripts the site and what can be chosen there stay in the browser until they are sealed. */
async function scriptedForm(t) {
  const me = await reporter(t, browser, site, 'ja', { url: site.url, requests: [] }, shots)
  const { page } = me
  const asked = []
  page.on('request', (request) => request.url().endsWith('/api/intake') && asked.push(request.headers()['hotline-entity'] ?? ''))
  await visit(me, 'report')
  await page.locator('#text').fill('上司がどなります。')
  await next(me).click()
  await atStep(me, 2)
  const outside = page.locator('[name="desk"][value="outside"]')
  await outside.locator('+ label').click()
  await page.locator('#entity').selectOption('pt')
  await page.locator('#errors a[href="#desk"]').waitFor()
  t.ok(!(await outside.isVisible()) && await page.locator('#desk').isChecked(), 'a desk that nobody reads there can be chosen')
  await page.locator('#entity').selectOption('br-sp')
  await outside.waitFor()
  await page.locator('[name="subject"][value="own"] + label').click()
  await page.locator('#category').selectOption('power-harassment')
  await capture(me, 'entity')
  await next(me).click()
  await atStep(me, 3)
  await page.locator('#reads[data-queue="hr"]').waitFor()
  t.ok((await page.locator('#reads p').textContent()).includes('（ブラジル工場）'), 'the desk that is told')
  t.ok((await page.locator('#review').innerText()).includes('サントス倉庫'), 'the site in the review')
  await capture(me, 'entity-review')
  await send(me)
  const receipt = await receiptOf(me)
  t.ok((await page.locator('#queue').textContent()).includes('ブラジル工場'), 'who reads it')
  t.ok(asked.includes('br-sp') && asked.at(-1) === 'br-sp', `what is asked about: ${asked.join()}`)
  print({ case: { lang: 'ja', receipt, queue: 'hr', fields: { entity: 'br-sp' } } })
  t.equal(me.seen.errors.join('\n'), '', 'errors in the console')
  await me.close()
  await comeBack(t, receipt)
}

async function comeBack(t, receipt) {
  const me = await reporter(t, browser, site, 'ja', { url: site.url, requests: [] }, shots)
  const { page } = me
  await visit(me, 'follow-up')
  await page.locator('#receipt').fill(receipt)
  await page.locator('form [type=submit]').first().click()
  await page.locator('#written-down').waitFor()
  t.ok((await page.locator('#written-down').innerText()).includes('サントス倉庫'), 'the site on the page of its reporter')
  t.equal(me.seen.errors.join('\n'), '', 'errors in the console')
  await me.close()
}

await test('without scripts', plainForm)
await test('with scripts', scriptedForm)
await lookAt(browser, site, shots, { everywhere: ['ja', 'pt', 'es'], first: true })
end(figures)
