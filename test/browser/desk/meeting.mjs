// A meeting that a reporter asks for: on their page with scripts, at the desk, and the
// record that they check without scripts. Called with one JSON argument: chromium, url,
// people, password, receipt, case, screenshots.
import { connect, lead, visitor, withCopy } from '../lib/browser.mjs'
import { layoutFaults } from '../lib/layout.mjs'
import { figures, look as lookAt } from '../lib/look.mjs'
import { end, story } from '../lib/results.mjs'
import { deskFaults } from './desk-layout.mjs'
import { at, enter } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
let me

await story({
  'asked for with scripts': (t) => asks(t),
  'recorded at the desk': async (t) => {
    me = await enter(t, browser, site, 'Handler', 'es')
    await records(t, me)
  },
  'checked without scripts': (t) => checks(t),
  'seen at the desk': (t) => sees(t, me),
})
end(figures)

/** The box alone is enough, and stays through a change of language. */
async function asks(t) {
  const v = await visitor(browser, 'ja', [site.url], true)
  const { page } = v
  await page.goto(`${site.url}/ja/follow-up`)
  await page.locator('.field > [role=status]').waitFor({ state: 'attached' })
  await page.locator('#receipt').fill(site.receipt)
  await page.locator('#follow-up .button').click()
  await page.locator('#meeting').waitFor({ state: 'attached' })
  t.equal(await page.locator('#meeting-open').count(), 0, 'a meeting before one was asked for')
  t.equal(await page.locator('#statement-part').count(), 0, 'a statement of a report that was written')
  await page.locator('label[for="meeting"]').click()
  await page.locator('.languages [lang="es"]').click()
  await page.waitForFunction(() => document.documentElement.lang === 'es' && document.querySelector('#meeting')?.checked)
  await look(t, page, 'meeting-ask', layoutFaults)
  await page.locator('form#message button.button[type="submit"]:not([name])').click()
  await page.locator('#meeting-open').waitFor()
  t.ok(/\d/.test(await page.locator('#meeting-open').textContent()), 'the day by which it is held')
  t.ok(!(await page.locator('#meeting-open').textContent()).includes('{{'), 'the days are filled in')
  t.equal(await page.locator('#meeting').count(), 0, 'the box while a meeting is open')
  t.equal(await page.locator('.message.reporter .asks-meeting').count(), 1, 'the message that asks')
  await look(t, page, 'meeting-open', layoutFaults)
  t.equal(v.seen.errors.concat(v.seen.foreign).join('\n'), '', 'what the pages with scripts broke')
  await v.close()
}

/** A day that cannot be is refused; the record goes to the reporter. */
async function records(t, { page, broken }) {
  await at(me, `/cases/${site.case}`)
  await page.locator('#timeline .asks-meeting').waitFor()
  await page.locator('#meeting[open] #meeting-state').waitFor()
  t.equal(await page.locator('#meeting-by').count(), 1, 'the day by which it is held, among the days')
  await page.locator('label[for="meeting-to-record"]').click()
  await page.locator('#meeting-text').fill('Acta: la persona dijo que los gritos son diarios.')
  await page.locator('#meeting-form button').click()
  t.ok(await page.locator('#errors a[href="#meeting-day"]').isVisible(), 'a meeting without a day')
  await look(t, page, 'meeting-record', deskFaults)
  await page.locator('#meeting-day').fill(await page.locator('#meeting-day').getAttribute('max'))
  await page.locator('#meeting-form button').click()
  await page.locator('#timeline .entry.desk [data-statement="offered"]').waitFor()
  await page.locator('#meeting-state').waitFor({ state: 'hidden' })
  t.ok((await page.locator('#timeline .event').allTextContents()).length >= 2, 'what was recorded, in the timeline')
  t.equal(broken.join('\n'), '', 'what the pages of the handler broke')
}

/** Without scripts the record stands among the messages, and is accepted. */
async function checks(t) {
  const v = await visitor(browser, 'es', [site.url])
  const { page } = v
  await page.goto(`${site.url}/es/follow-up`)
  await page.locator('#receipt').fill(site.receipt)
  await lead(page, () => page.locator('#follow-up .button').click())
  t.ok((await page.locator('#written-down').textContent()).includes('Acta:'), 'the record')
  await page.locator('[name="statement"][value="accepted"] + label').click()
  await page.locator('label[for="meeting"]').click()
  t.equal((await lead(page, () => page.locator('#statement-part .button').click())).status(), 200, 'accepting')
  t.equal(await page.locator('#statement-part').getAttribute('data-statement'), 'accepted', 'where the record stands')
  t.ok(await page.locator('#meeting').isChecked(), 'the box that was ticked beside the answer')
  await lookWithoutScripts(t, page, 'meeting-accepted')
  t.equal((await lead(page, () => page.locator('form#message button.button[type="submit"]:not([name])').click())).status(), 200, 'asking once more, without a text')
  t.equal(await page.locator('#meeting-open').count(), 1, 'the meeting that was asked for')
  t.equal(v.seen.errors.join('\n'), '', 'what the pages without scripts broke')
  await v.close()
}

async function sees(t, { page, broken }) {
  await at(me, `/cases/${site.case}`)
  await page.locator('#timeline .entry.desk [data-statement="accepted"]').waitFor()
  t.equal(await page.locator('dd[data-statement="accepted"]').count(), 1, 'the check among the facts')
  await look(t, page, 'meeting-checked', deskFaults)
  t.equal(broken.join('\n'), '', 'what the pages of the handler broke')
}

/** The same for a page that runs no scripts. */
function lookWithoutScripts(t, page, name) {
  return withCopy(browser, page, (copy) => look(t, copy, name, layoutFaults))
}

/** Examines a page as it stands, on a wide screen in light and on a narrow one in dark colours. */
async function look(t, page, name, layout) {
  const was = page.viewportSize()
  await page.evaluate(() => scrollTo(0, 0))
  const views = [{ width: 1280, height: 800, scheme: 'light' }, { width: 320, height: 800, scheme: 'dark' }]
  await lookAt(t, page, { name, lang: await page.locator('html').getAttribute('lang'), views, layout, first: true, folder: site.screenshots })
  await page.setViewportSize(was)
}
