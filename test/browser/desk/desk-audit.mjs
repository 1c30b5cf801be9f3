// The audit log, the register and the recovery key in chromium: how they look in
// five languages, and that the keyboard is enough. Called with one JSON argument:
// chromium, url, sessions (cookies of admin and auditor), broken (url and auditor of a hotline
// whose log was changed), line (of the register), person, recipient, screenshots.
import { connect } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { ask, end, test } from '../lib/results.mjs'
import { examine, languages } from './desk-look.mjs'
import { signedIn } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const wanted = new RegExp(site.only || '.')
const browser = await connect(site.chromium)

const admin = await signedIn(browser, site.url, site.sessions.admin)
const auditor = await signedIn(browser, site.url, site.sessions.auditor)
const other = await signedIn(browser, site.broken.url, site.broken.auditor)

for (const lang of Object.keys(languages)) {
  if (wanted.test(`how it looks, ${lang}`)) await test(`how it looks, ${lang}`, async (t) => {
    const look = async (page, path, name, url = site.url) => {
      await page.goto(`${url}/${lang}/desk/${path}`)
      await examine(t, site, page, name, lang)
    }
    await Promise.all([
      (async () => {
        await look(auditor, 'audit?what=case.read', 'audit')
        if (lang === 'en') await look(auditor, 'audit?case=no&from=2026-11-02&to=x', 'audit-errors')
        if (lang === 'en') await look(other, 'audit', 'audit-broken', site.broken.url)
      })(),
      (async () => {
        await look(admin, `admin/register?end=${site.line}`, 'register')
        await look(admin, 'admin/recovery?remove=1', 'recovery')
        if (lang === 'en') await look(admin, `admin/people/${site.person}?disable=1`, 'person-keys')
      })(),
    ])
    for (const page of [admin, auditor, other]) for (const failure of page.failures.splice(0)) t.fail(failure)
  })
}

await test('the log is narrowed and saved with the keyboard alone', async (t) => {
  await auditor.goto(`${site.url}/en/desk/audit`)
  await auditor.locator('.filter summary').focus()
  await auditor.keyboard.press('Enter')
  await auditor.keyboard.press('Tab')
  t.equal(await auditor.evaluate(() => document.activeElement.id), 'who', 'what comes after the summary')
  await auditor.locator('#what').focus()
  await auditor.keyboard.type('Read the case')
  await auditor.keyboard.press('Tab')
  await auditor.keyboard.type(site.case.slice(0, 8))
  await Promise.all([auditor.waitForURL('**/audit?**'), auditor.keyboard.press('Enter')])
  t.equal(await auditor.locator('.audit tbody tr').count(), 1, 'rows')
  t.equal(await auditor.locator('.audit .case-id').getAttribute('title'), site.case, 'the whole id')
  const [download] = await Promise.all([auditor.waitForEvent('download'), auditor.locator('a[download]').click()])
  t.equal(download.suggestedFilename(), 'audit-log.csv', 'the name of the table')
})

await test('a recovery key is pasted, and refused when it is none', async (t) => {
  await admin.goto(`${site.url}/en/desk/admin/recovery`)
  await admin.locator('#recipient').fill('age1qqqq')
  await ask('confirmed')
  await Promise.all([admin.waitForResponse((r) => r.request().method() === 'POST'), admin.locator('main form .button').click()])
  await admin.locator('#errors').waitFor()
  t.equal(await admin.locator('#recipient').getAttribute('aria-invalid'), 'true', 'the field says that it is wrong')
  await admin.locator('#recipient').fill(site.recipient)
  await ask('confirmed')
  await Promise.all([admin.waitForURL('**/recovery?saved=1'), admin.locator('main form .button').click()])
  t.ok(await admin.locator('.notice[role="status"]').isVisible(), 'it is not said that it was saved')
  t.equal(await admin.locator('.fingerprint span').count(), 16, 'groups of the fingerprint')
})

end(figures)
