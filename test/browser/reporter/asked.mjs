// What the page of a case asks by itself, with and without scripts: a yes opens a report
// of its own, a no is one message, and a closed case asks whether its reporter is
// satisfied. Called with one JSON argument: chromium, url, texts, person (whom a report
// can exclude), screenshots, only. {"case"} names the receipts of a yes.
import { connect, lead, snapshot, visitor } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { ask, end, print, test } from '../lib/results.mjs'
import { lookAt } from './looks.mjs'
import { capture, next, receiptOf, reporter, send, visit, atStep } from '../lib/scripted.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
const shots = []

/** A report with scripts, put back by four months; closed: and closed. Returns its receipt. */
async function reported(me, closed = '') {
  await visit(me, 'report')
  await me.page.locator('#text').fill('The first report.')
  await next(me).click()
  await atStep(me, 2)
  await next(me).click()
  await atStep(me, 3)
  await send(me)
  const receipt = await receiptOf(me)
  await me.page.locator('#check').fill(receipt.slice(-5))
  await ask('ago', { receipt, state: closed })
  return receipt
}

async function open(me, receipt) {
  await visit(me, 'follow-up')
  await me.page.locator('#receipt').fill(receipt)
  await me.page.locator('#follow-up button').click()
}

const choose = (page, name, value) => page.locator(`[name="${name}"][value="${value}"] + label`).click()
const told = (page) => page.locator('#beside').getAttribute('data-beside')

async function scriptedYes(t) {
  const me = await reporter(t, browser, site, 'en', { url: site.url, requests: [] }, shots)
  const { page } = me
  const receipt = await reported(me)
  await open(me, receipt)
  await page.locator('#watch-part [name="happened"]').first().waitFor()
  t.ok(!await page.locator('#if-yes').isVisible(), 'what belongs to a yes is shown before')
  await page.locator('#watch-part button').click()
  t.equal(await page.locator('#errors a').getAttribute('href'), '#happened', 'where the error leads')
  await choose(page, 'happened', 'yes')
  await page.locator('#watch-part button').click()
  t.equal(await page.locator('#errors a').getAttribute('href'), '#account', 'where the next error leads')
  await page.locator('#account').fill('They took my shifts away.')
  await page.locator('#watch-not-for .choice label').click()
  await page.locator('.languages button[value="ja"], .languages a[hreflang="ja"]').first().click()
  await page.locator('html[lang="ja"] #watch-part #account').waitFor()
  t.equal(await page.locator('#account').inputValue(), 'They took my shifts away.', 'the text in another language')
  t.ok(await page.locator('#watch-not-for input').isChecked(), 'who was chosen is lost in another language')
  await capture(me, 'asked', 'ja')
  await page.locator('.languages button[value="en"], .languages a[hreflang="en"]').first().click()
  await page.locator('html[lang="en"] #watch-part #account').waitFor()
  await capture(me, 'asked', 'en')
  let refused = 0
  await page.route('**/api/follow-up/messages', (route) => (refused++ === 0 ? route.fulfill({ status: 409, contentType: 'application/json', body: '{"error":"moved"}' }) : route.continue()))
  await page.locator('#watch-part button').dblclick()
  const own = await receiptOf(me)
  t.ok(own !== receipt, 'the receipt is the first one')
  t.equal(await told(page), 'unsent', 'what is said of the answer')
  await capture(me, 'asked-receipt')
  await page.locator('#beside button').click()
  await page.locator('#beside[data-beside="stored"]').waitFor()
  t.equal((await page.locator('p#receipt').textContent()).trim(), own, 'the receipt afterwards')
  print({ case: { lang: 'en', receipt, queue: own, fields: { not_for: 'yes' } } })
  await page.locator('#check').fill(own.slice(-5))
  await open(me, receipt)
  await page.locator('#watch-said').waitFor()
  t.equal(me.seen.errors.join('\n'), '', 'errors in the console')
  await me.close()
}

async function scriptedOthers(t) {
  const me = await reporter(t, browser, site, 'es', { url: site.url, requests: [] }, shots)
  const { page } = me
  await open(me, await reported(me, 'closed'))
  await page.locator('#satisfied-part [name="satisfied"]').first().waitFor()
  await page.locator('#watch-part [name="happened"]').first().waitFor()
  await capture(me, 'asked-closed')
  await choose(page, 'satisfied', 'no')
  await page.locator('#remark').fill('Tardaron mucho.')
  await page.locator('#satisfied-part button').click()
  await page.locator('#satisfied-said').waitFor()
  await choose(page, 'happened', 'no')
  await page.locator('#watch-part button').click()
  await page.locator('#watch-said').waitFor()
  t.equal(await page.locator('#messages article').count(), 3, 'messages')
  await me.close()
}

async function plainYes(t) {
  const me = await reporter(t, browser, site, 'ja', { url: site.url, requests: [] }, [])
  const receipt = await reported(me)
  await me.close()
  const v = await visitor(browser, 'ja', [site.url])
  const { page } = v
  const press = async (state, target, status) => {
    const response = await lead(page, () => target.click())
    shots.push(await snapshot(state, 'ja', response))
    t.equal(response.status(), status, state)
  }
  await page.goto(`${site.url}/ja/follow-up`)
  await page.locator('#receipt').fill(receipt)
  await press('plain-asked', page.locator('#follow-up button'), 200)
  await page.locator('#account').fill('シフトを外されました。')
  await page.locator('#text').fill('書きかけの連絡')
  await press('plain-asked-errors', page.locator('#watch-part button'), 422)
  await choose(page, 'happened', 'yes')
  await press('plain-asked-receipt', page.locator('#watch-part button'), 201)
  t.equal(await told(page), 'stored', 'what is said of the answer')
  const own = (await page.locator('p#receipt').textContent()).trim()
  print({ case: { lang: 'ja', receipt, queue: own, fields: { not_for: '' } } })
  await v.close()
}

await test('yes with scripts', scriptedYes)
await test('the other answers with scripts', scriptedOthers)
await test('yes without scripts', plainYes)
await lookAt(browser, site, shots, { everywhere: ['en', 'ja', 'es'], first: true })
end(figures)
