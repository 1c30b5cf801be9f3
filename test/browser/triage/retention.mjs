// A hold and an early deletion on the case page, each with its reason. Called with one
// JSON argument: chromium, url, people, password, case, screenshots.
import { connect } from '../lib/browser.mjs'
import { figures, look as lookAt } from '../lib/look.mjs'
import { end, story } from '../lib/results.mjs'
import { deskFaults } from '../desk/desk-layout.mjs'
import { at, enter } from '../desk/handler.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
let first

await story({
  'a hold is set and lifted': async (t) => {
    first = await enter(t, browser, site, 'aiko', 'es')
    await holds(t, first)
  },
  'a deletion is asked for': (t) => asks(t, first),
  'a colleague confirms it': async (t) => confirms(t, await enter(t, browser, site, 'ken', 'ja')),
})
end(figures)

/** A hold without a reason or a day is not sent; what was typed stays. */
async function holds(t, { page, broken }) {
  await at(first, `/cases/${site.case}`)
  const unfold = (form) => page.locator(`#retention details:has(${form}) summary`).click()
  await unfold('#set-hold')
  await page.locator('#set-hold-reason').fill('Un juicio está pendiente.')
  await page.locator('#set-hold button').click()
  t.ok(await page.locator('#set-hold [aria-invalid="true"]#hold-until').isVisible(), 'a hold without a last day')
  t.equal(await page.locator('#set-hold-reason').inputValue(), 'Un juicio está pendiente.', 'the reason that was typed')
  await look(t, page, 'retention-hold')
  await page.locator('#hold-until').fill(await page.evaluate(() => new Date(Date.now() + 200 * 86_400_000).toISOString().slice(0, 10)))
  await page.locator('#set-hold button').click()
  await page.locator('#lift-hold').waitFor({ state: 'attached' })
  t.equal(await page.locator('#ask-deletion').count(), 0, 'asking for a deletion while a hold stands')
  await page.locator('#timeline .text', { hasText: 'Un juicio está pendiente.' }).waitFor()
  await unfold('#lift-hold')
  await page.locator('#lift-hold button').click()
  t.ok(await page.locator('#lift-hold [aria-invalid="true"]').isVisible(), 'lifting without a reason')
  await page.locator('#lift-hold-reason').fill('El juicio terminó.')
  await page.locator('#lift-hold button').click()
  await page.locator('#ask-deletion').waitFor({ state: 'attached' })
  t.equal(broken.join('\n'), '', 'what the page broke')
}

async function asks(t, { page, broken }) {
  await page.locator('#retention details:has(#ask-deletion) summary').click()
  await page.locator('#ask-deletion-reason').fill('La persona denunciante lo pide.')
  await page.locator('#ask-deletion button').click()
  await page.locator('#withdraw-deletion').waitFor({ state: 'attached' })
  t.equal(await page.locator('#confirm-deletion').count(), 0, 'confirming what oneself asked for')
  await look(t, page, 'retention-asked')
  t.equal(broken.join('\n'), '', 'what the page broke')
}

/** The question is answered with no first, which deletes nothing. */
async function confirms(t, me) {
  const { page } = me
  await at(me, `/cases/${site.case}`)
  await page.locator('#confirm-deletion').click()
  await look(t, page, 'retention-question')
  await page.locator('dialog.question .button.second').click()
  await page.locator('dialog.question').waitFor({ state: 'detached' })
  await page.locator('#confirm-deletion').click()
  await page.locator('dialog.question .button:not(.second)').click()
  await page.waitForURL('**/desk/cases?*deleted=yes*')
  await page.locator('#list-said .notice').waitFor()
  await look(t, page, 'retention-deleted')
  await at(me, `/cases/${site.case}`)
  t.equal(await page.locator('[data-status="404"]').count(), 1, 'the page of the deleted case')
  t.equal(me.broken.join('\n'), '', 'what the pages broke')
}

/** Examines a page as it stands, on a wide screen in light and on a narrow one in dark colours. */
async function look(t, page, name) {
  const was = page.viewportSize()
  const views = [{ width: 1280, height: 800, scheme: 'light' }, { width: 320, height: 800, scheme: 'dark' }]
  await lookAt(t, page, { name, lang: await page.locator('html').getAttribute('lang'), views, layout: deskFaults, first: true, folder: site.screenshots })
  await page.setViewportSize(was)
}
