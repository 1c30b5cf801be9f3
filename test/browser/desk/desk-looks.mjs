// How the desk looks and whether everybody can use it: every page that a day at
// the desk leaves behind, in some languages, on a wide and a narrow screen; in English
// in dark colours and on a phone too, and with letters twice as large. Called with
// one JSON argument: chromium, langs, url, people, password, screenshots, only.
import { connect } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { ask, end, test } from '../lib/results.mjs'
import { askedForCode, enrolling, signInFaulty } from './desk-looks-enter.mjs'
import { examine } from './desk-look.mjs'
import { enter, handler } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const wanted = new RegExp(site.only || '.')
const browser = await connect(site.chromium)
const links = {} // of invitations, by language

/** Tests of pages that somebody sees, one for each language, in one browser; what their pages broke fails them too. */
async function looks(name, who, pages, ...needs) {
  let me
  for (const lang of site.langs) {
    const called = `${lang}/${name}`
    if (!wanted.test(called)) continue
    await test(called, async (t) => {
      me ??= await (who ? enter(t, browser, site, who, lang) : handler(t, browser, site, '', '', lang))
      const { broken, context } = me
      try {
        await pages((page, state) => examine(t, site, page, state, lang), site, me, lang)
      } catch (error) {
        me = undefined // the next language begins with a browser of its own
        context.close().catch(() => {})
        throw error
      }
      t.equal(broken.splice(0).join('\n'), '', 'errors, or requests to elsewhere')
    }, ...needs.map((need) => `${lang}/${need}`))
  }
  await me?.context.close()
}

const open = (page, site, lang, path) => page.goto(`${site.url}/${lang}/desk${path}`)

async function lists(look, site, { page }, lang) {
  for (const path of ['?tab=new', '?tab=overdue', '?tab=closed', '?tab=all&state=investigating&priority=high', '?tab=all']) {
    const response = await open(page, site, lang, `/cases${path}`)
    if (!response.ok()) throw new Error(`${path}: ${response.status()}`)
    if (await page.locator('tr[data-case]').count()) await page.locator('.who:not(:empty)').first().waitFor()
    await look(page, `cases-${path.replace(/\W+/g, '-').slice(1)}`)
  }
  await page.keyboard.press('?')
  await page.locator('dialog[open]').waitFor()
  await look(page, 'keys')
  await page.keyboard.press('Escape')
  // The server says that the session ends soon: the page asks.
  await page.route('**/api/desk/session', async (route) => {
    if (route.request().method() !== 'GET') return route.continue()
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...await response.json(), idle: 50 } })
  })
  await page.reload()
  await page.locator('dialog.ask[open] .time-left:not(:empty)').waitFor()
  await page.evaluate(() => { // time stands still: the session does not end while it is looked at
    const now = Date.now()
    Date.now = () => now
  })
  await look(page, 'idle')
  await page.unrouteAll({ behavior: 'wait' })
  // Once the server says that there is more time, the page takes the question away by itself.
  await page.locator('dialog.ask[open] .button').evaluateAll((buttons) => buttons.forEach((button) => button.click()))
  await page.locator('dialog.ask').waitFor({ state: 'detached' })
  // The tab has no key: it asks for the password.
  const kept = await page.evaluate(() => Object.entries(sessionStorage))
  await page.evaluate(() => sessionStorage.clear())
  await page.reload()
  await page.locator('#unlock').waitFor()
  await look(page, 'locked')
  await page.evaluate((all) => all.forEach(([key, value]) => sessionStorage.setItem(key, value)), kept)
}

async function newCase(look, site, { page }, lang) {
  await open(page, site, lang, '/cases?tab=new')
  await page.locator('tr[data-case] a').first().click()
  await page.locator('#acknowledging:not([hidden])').waitFor().catch(async () => {
    throw new Error(`no new case to write in at ${page.url()}: ${await page.locator('main').innerText()}`)
  })
  for (const part of await page.locator('.middle summary').all()) await part.click()
  await look(page, 'case-new')
}

async function theCase(look, site, { page }, lang) {
  await open(page, site, lang, '/cases?tab=closed')
  await page.locator('tr[data-case] a').first().click()
  await page.locator('#timeline .report .text').waitFor()
  await page.locator('.files button').nth(1).click()
  await page.locator('.preview canvas').waitFor()
  await page.locator('#move-buttons button').last().click()
  await page.locator('#move:not([hidden])').waitFor()
  await look(page, 'case-closed')
}

async function account(look, site, { page }, lang) {
  await open(page, site, lang, '/account')
  await page.locator('#passkeys li').waitFor()
  await page.locator('#make-recovery:not([disabled])').click()
  await page.locator('#recovery .passphrase').waitFor()
  await page.locator('#change button[type="submit"]').click()
  await page.locator('#change .error:not(:empty)').first().waitFor()
  await look(page, 'account')
  // The server wants the password again.
  await page.route('**/api/desk/account/totp/begin', (route) => route.fulfill({ status: 403, json: { error: 'step-up' } }))
  await page.locator('#new-totp').click()
  await page.locator('dialog.ask[open]').waitFor()
  await look(page, 'step-up-dialog')
  await page.unrouteAll({ behavior: 'wait' })
  await page.locator('dialog.ask[open] .button.second').last().click()
}

/** An hour after the password was given, a form asks for it again, and then goes on. */
async function provenAgain(look, { page, password }) {
  await ask('an hour')
  await page.locator('form.narrow .button:not(.second)').click()
  await page.locator('#prove input[type="password"]').waitFor()
  await look(page, 'step-up')
  await page.locator('#prove input[type="password"]').fill(password)
  await page.locator('#prove button[type="submit"]').click()
  await page.locator('main > .notice[role="status"]').waitFor()
}

/** Companies, desks and rules, the first time where there are none of one's own. */
async function organized(look, site, page, lang) {
  const code = `c-${lang}`
  await open(page, site, lang, '/admin/set-up')
  await look(page, 'set-up')
  await open(page, site, lang, '/admin/entities')
  await look(page, 'entities')
  await page.locator('#name').fill('Hikari do Brasil Ltda.')
  await page.locator('#code').fill(code)
  await page.locator('#country').selectOption('BR')
  await page.locator('main form .button').click()
  await page.locator('#time_zone-error').waitFor()
  await look(page, 'entities-zone')
  await page.locator('#time_zone').selectOption('America/Sao_Paulo')
  await ask('confirmed')
  await page.locator('main form .button').click()
  await page.waitForURL(`**/entities/${code}?added=1`)
  await look(page, 'entity')
  await page.locator('a[href*="remove"]').click()
  await look(page, 'entity-remove')
  await open(page, site, lang, '/admin/queues')
  await page.locator('main form .button').click()
  await page.locator('#errors').waitFor()
  await look(page, 'queues')
  await open(page, site, lang, '/admin/queues/procurement')
  await look(page, 'queue')
  await open(page, site, lang, '/admin/routing?asked=1&category=bribery&subject=own')
  await look(page, 'routing')
  await page.locator('.conditions-form > button').click()
  await page.locator('#errors').waitFor()
  await page.locator('#queue').selectOption('hr')
  await page.locator('.conditions-form > button').click()
  await page.locator('#examples').waitFor()
  await look(page, 'routing-preview')
}

/** The pages of the administration, and the link of an invitation. */
async function administration(look, site, me, lang) {
  const { page } = me
  const name = `Rosa ${lang.toUpperCase()}`
  await ask('confirmed')
  await open(page, site, lang, '/nothing')
  await look(page, 'problem')
  await open(page, site, lang, '/admin/organization')
  await page.locator('#name').fill('')
  await page.locator('main form .button').click()
  await page.locator('#errors').waitFor()
  await look(page, 'organization')
  await organized(look, site, page, lang)
  await open(page, site, lang, '/admin/contacts')
  await ask('confirmed')
  await page.locator('#police-JP').fill('one')
  await page.locator('main form .button').first().click()
  await page.locator('#errors').waitFor()
  await look(page, 'contacts')
  await open(page, site, lang, '/admin/people')
  await page.locator('main form .button').last().click()
  await page.locator('#errors').waitFor()
  await look(page, 'people')
  await page.locator('#name').fill(name)
  await page.locator('#email').fill(`rosa.${lang}@example.org`)
  await page.locator('input[name="queue"][value="procurement"] + label').click()
  await ask('confirmed')
  await page.locator('main form .button').last().click()
  links[lang] = await page.locator('#link').inputValue()
  await look(page, 'people-link')
  await page.locator('.people a', { hasText: name }).last().click()
  await page.waitForURL(/\/people\/[0-9a-f]{32}$/)
  await look(page, 'person')
  await page.locator('a[href*="disable"]').click()
  await page.locator('#disable').waitFor()
  await look(page, 'person-disable')
  await provenAgain(look, me)
}

await looks('the case', 'Aiko', theCase)
await looks('account', 'Aiko', account)
await looks('sign-in', '', signInFaulty)
await looks('second factor', '', askedForCode)
await looks('lists', 'Ken', lists)
await looks('new case', 'Ken', newCase)
await looks('administration', 'Mei', administration)
await looks('enrolment', '', (look, site, me, lang) => enrolling(look, me.page, links[lang]), 'administration')
end(figures)
