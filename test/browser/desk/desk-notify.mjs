// How people hear of what is new, in chromium: the choice on the page of the account,
// the page that says whom mail does not reach, both without scripts too, and the menu of
// the administration on a small screen. Called with one JSON argument: chromium, url,
// sessions (cookies of admin and handler), off (url and admin of a hotline without mail),
// screenshots.
import { connect } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { end, test } from '../lib/results.mjs'
import { examine, languages } from './desk-look.mjs'
import { signedIn } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const wanted = new RegExp(site.only || '.')
const browser = await connect(site.chromium)

const admin = await signedIn(browser, site.url, site.sessions.admin)
const handler = await signedIn(browser, site.url, site.sessions.handler)
const other = await signedIn(browser, site.off.url, site.off.admin)
const phone = await signedIn(browser, site.url, site.sessions.admin, { javaScriptEnabled: false, viewport: { width: 320, height: 640 } })

for (const lang of Object.keys(languages)) {
  if (wanted.test(`how it looks, ${lang}`)) await test(`how it looks, ${lang}`, async (t) => {
    const look = async (page, path, name, url = site.url) => {
      await page.goto(`${url}/${lang}/desk/${path}`)
      await examine(t, site, page, name, lang)
    }
    await look(admin, 'admin/notifications', 'notifications')
    t.equal(await admin.locator('#unreached tbody tr').count(), 1, 'people whom mail does not reach')
    t.equal(await admin.locator('#silent tbody tr').count(), 1, 'people who want no mail')
    await look(other, 'admin/notifications', 'notifications-off', site.off.url)
    await handler.goto(`${site.url}/${lang}/desk/account`)
    await handler.locator('time[data-ago]:not(:empty)').first().waitFor()
    await examine(t, site, handler, 'account-notify', lang)
    if (lang === 'en') await look(admin, 'admin/people', 'people-mail-failing')
    for (const page of [admin, handler, other]) for (const failure of page.failures.splice(0)) t.fail(failure)
  })
}

await test('the choice is made with the keyboard alone, and what was typed stays', async (t) => {
  await handler.goto(`${site.url}/en/desk/account`)
  await handler.locator('#notify').focus()
  await handler.keyboard.press('ArrowDown')
  await handler.keyboard.press('Tab')
  t.equal(await handler.evaluate(() => document.activeElement.id), 'notify_hour', 'what comes after the choice')
  await handler.keyboard.type('17')
  await handler.keyboard.press('Tab')
  await handler.keyboard.type('Portu')
  await handler.keyboard.press('Tab')
  await Promise.all([handler.waitForURL('**/account?done=notify'), handler.keyboard.press('Enter')])
  t.ok(await handler.locator('.notice[role="status"]').isVisible(), 'it is not said that it was saved')
  const value = (id) => handler.locator(id).inputValue()
  t.equal(`${await handler.locator('#notify-daily').isChecked()} ${await value('#notify_hour')} ${await value('#notify_language')}`, 'true 17 pt', 'the choice')
})

await test('a test mail, without scripts', async (t) => {
  await phone.goto(`${site.url}/en/desk/admin/notifications`)
  await Promise.all([phone.waitForEvent('load'), phone.locator('#test button').click()])
  t.ok(await phone.locator('#test [role="status"]').isVisible(), 'it is not said that the mail was taken')
})

await test('the menu on a small screen, without scripts and with the keyboard', async (t) => {
  await phone.goto(`${site.url}/en/desk/admin/notifications`)
  const summary = phone.locator('.admin-menu summary')
  const link = phone.locator('.admin-menu a', { hasText: 'Designated people' })
  t.ok((await summary.innerText()).includes('Notifications'), 'the menu does not name the present page')
  t.ok(!await link.isVisible(), 'the menu is open at first')
  const closed = (await phone.locator('.admin-menu').boundingBox()).height
  t.ok(closed < 80, `the closed menu is ${closed} px high`)
  await summary.focus()
  await phone.keyboard.press('Enter')
  t.ok(await link.isVisible(), 'the menu does not open')
  await phone.keyboard.press('Tab')
  t.equal(await phone.locator(':focus').innerText(), 'Set-up', 'what comes after the summary')
  await Promise.all([phone.waitForURL('**/admin/register'), link.click()])
  for (const [width, most] of [[768, 3], [1280, 2]]) {
    await phone.setViewportSize({ width, height: 800 })
    const { height } = await phone.locator('.admin-menu').boundingBox()
    t.ok(await link.isVisible() && !await summary.isVisible(), `the menu is closed at ${width} px`)
    t.ok(height < most * 50, `the menu is ${height} px high at ${width} px`)
  }
})

end(figures)
