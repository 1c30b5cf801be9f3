// What goes wrong at the desk, or is done with intent: it must harm nobody's
// work, and nothing written may get lost or go to the wrong people. Each is done to a
// desk of its own. Called with one JSON argument: chromium, trouble (its name), url,
// people, password, folder, photo (base64).
import { connect } from '../lib/browser.mjs'
import { ask, end, test } from '../lib/results.mjs'
import { keyboardOnly } from './desk-keyboard.mjs'
import { at, begins, enrol, enter, givePassword, handler, inviteAgain, openKnown, report, signOut } from './handler.mjs'

const question = (page) => page.locator('dialog[open]')

/** Anybody can seal what they like: a summary and a report of another shape stand beside the others. */
async function strangeReport(t, browser, site) {
  const aiko = await enter(t, browser, site, 'Aiko')
  await report(browser, site, () => {
    const stringify = JSON.stringify
    JSON.stringify = (value, ...more) => stringify(value?.v === 1 ? { ...value, language: { ja: true } } : value, ...more)
  })
  const { page } = aiko
  await at(aiko, '/cases?tab=all')
  await page.locator('tr[data-case] .subject', { hasText: begins }).first().waitFor()
  await page.waitForFunction(() => document.querySelector('#told').textContent === '')
  const strange = page.locator('tr[data-case]', { hasText: 'Cannot be opened' })
  t.equal(await strange.count(), 1, 'strange rows')
  t.equal(await page.locator('.subject', { hasText: 'Locked' }).count(), 0, 'rows after the strange one that stay locked')
  await strange.locator('a').click()
  await page.locator('#timeline .report .error').waitFor()
  t.equal(await page.locator('#timeline .report .text').count(), 0, 'the strange report is shown as text')
}

/** What a handler chose beside the case is still chosen after the facts came anew. */
async function unsavedChoice(t, browser, site) {
  const aiko = await enter(t, browser, site, 'Aiko')
  const { page } = aiko
  await openKnown(aiko)
  t.equal(await page.locator('textarea:not([spellcheck="false"][writingsuggestions="false"])').count(), 0, 'texts that a browser may send to a service')
  const before = await page.locator('#facts').textContent()
  const other = (await page.locator('#priority').inputValue()) === 'high' ? 'normal' : 'high'
  await page.locator('#work summary').click()
  await page.locator('#priority').selectOption(other)
  await page.locator('#note-text').fill('A note between choosing and saving.')
  await page.locator('#note button[type="submit"]').click()
  await page.waitForFunction((text) => document.querySelector('#facts').textContent !== text, before)
  t.equal(await page.locator('#priority').inputValue(), other, 'the choice after the note')
  await page.locator('#save-facts').click()
  await page.locator('#notices [role="status"]').first().waitFor()
  t.equal(await page.locator('#priority').inputValue(), other, 'the choice after it was saved')
}

/** Whoever deletes a row of the database takes the check away, but not the question. */
async function withoutKey(t, browser, site) {
  const ken = await enter(t, browser, site, 'Ken')
  const { page } = ken
  await openKnown(ken)
  const text = 'Written although the case is closed to me.'
  await ask('no key', { name: ken.email })
  await page.reload()
  await page.locator('#closed-to-you').waitFor()
  await page.locator('#reply-text').fill(text)
  await page.waitForFunction(() => Object.keys(sessionStorage).some((key) => key.includes('draft')))
  await page.reload()
  await page.waitForFunction((text) => document.querySelector('#reply-text')?.value === text, text)
  t.equal(await page.locator('#unlock').count(), 0, 'unlocking is offered where nothing can be opened')
  await notWithoutAsking(t, ken, text)
  const before = await page.locator('#timeline .desk').count()
  await page.locator('#reply button[type="submit"]').click()
  await question(page).locator('button.button:not(.second)').click()
  await page.locator('#timeline .desk').nth(before).waitFor()
  await page.waitForFunction(() => document.querySelector('#reply-text').value === '') // once the page knows the new facts
  await page.locator('#note-text').fill('A note needs no question.')
  const notes = await page.locator('#timeline .note').count()
  await page.locator('#note button[type="submit"]').click()
  await page.locator('#timeline .note').nth(notes).waitFor()
  // Without the identity the draft cannot be kept: the person is asked.
  await page.evaluate(() => sessionStorage.clear())
  await page.reload()
  await page.locator('#writing:not([hidden])').waitFor()
  await losesNothing(t, ken, text)
}

/** Enter says no: nothing has been sent, nothing is lost. */
async function notWithoutAsking(t, { page }, text) {
  await page.locator('#reply button[type="submit"]').click()
  await question(page).waitFor()
  t.match(await question(page).textContent(), /cannot open the case/, 'the question')
  await page.keyboard.press('Enter')
  await question(page).waitFor({ state: 'detached' })
  await page.locator('#said').waitFor()
  t.match(await page.locator('#said').textContent(), /Nothing has been sent/, 'after no')
  t.equal(await page.locator('#reply-text').inputValue(), text, 'the text after no')
}

/** Both ways out ask first: leaving the page, and signing out. */
async function losesNothing(t, { page }, text) {
  await page.locator('#reply-text').click()
  await page.locator('#reply-text').fill(text)
  const asked = new Promise((resolve) => page.once('dialog', (dialog) => {
    resolve(dialog.type())
    void dialog.dismiss()
  }))
  await page.evaluate(() => void setTimeout(() => location.reload()))
  const left = page.waitForEvent('load').then(() => 'nothing', () => 'nothing')
  t.equal(await Promise.race([asked, left]), 'beforeunload', 'what is asked before leaving')
  await page.locator('form.sign-out button').click()
  await question(page).waitFor()
  await question(page).locator('button.second').click()
  t.equal(await page.locator('#reply-text').inputValue(), text, 'the text after staying')
  await page.locator('form.sign-out button').click()
  await Promise.all([page.waitForURL('**/sign-in**'), question(page).locator('button.button:not(.second)').click()])
}

/** A tab that is still locked knows the old salt: the new password opens it all the same. */
async function changedElsewhere(t, browser, site) {
  const aiko = await enter(t, browser, site, 'Aiko')
  const anotherPassword = `${aiko.password} and a half`
  const first = aiko.page
  await first.evaluate(() => sessionStorage.clear())
  await at(aiko, '/cases?tab=all')
  await first.locator('#unlock input[type="password"]').waitFor()
  const other = await aiko.context.newPage()
  await other.goto(`${site.url}/en/desk/account`)
  await other.locator('#unlock').waitFor()
  await other.locator('#current').fill(aiko.password)
  for (const field of ['#new-password', '#repeat']) await other.locator(field).fill(anotherPassword)
  await other.locator('#change button[type="submit"]').click()
  await other.waitForFunction(() => document.querySelector('#changed').textContent !== '')
  await other.close()
  await first.locator('#unlock input[type="password"]').fill(anotherPassword)
  await first.locator('#unlock button[type="submit"]').click()
  await first.locator('#unlock').waitFor({ state: 'detached' })
  await first.locator('tr[data-case] .subject', { hasText: begins }).first().waitFor()
}

/** The form counts down and says so; then it can be sent again, with all that was typed. */
async function tooMany(t, browser, site) {
  const aiko = await enter(t, browser, site, 'Aiko')
  const { page } = aiko
  await at(aiko, '/cases')
  await signOut(aiko)
  await page.route('**/api/desk/sign-in', (route) => route.fulfill({ status: 429, json: { error: 'too-many', wait: 3 } }))
  await givePassword(aiko)
  const send = page.locator('#sign-in button[type="submit"]')
  await page.locator('#sign-in button[type="submit"][disabled]').waitFor()
  await page.waitForFunction(() => /[123]/.test(document.querySelector('#password-error')?.textContent ?? ''))
  await page.locator('#sign-in button[type="submit"]:not([disabled])').waitFor()
  t.equal(await page.locator('#password-error:not(:empty)').count(), 0, 'errors after the countdown')
  await page.unrouteAll({ behavior: 'wait' })
  await send.click()
  await page.locator('#second:not([hidden])').waitFor()
}

async function offlineHandler(t, browser, site) {
  const admin = await enter(t, browser, site, 'Mei')
  const name = 'oki@example.org'
  await ask('offline handler', { name })
  const oki = await handler(t, browser, site, name, name)
  await enrol(oki, await inviteAgain(admin, name))
  t.equal(oki.recovery, undefined, 'a recovery file for a key that is elsewhere')
  await oki.page.locator('#done a.button').click()
  await oki.page.locator('#offline').waitFor()
  t.equal(await oki.page.locator('#unlock').count(), 0, 'unlocking is offered')
  await report(browser, site)
  await at(oki, '/cases?tab=all')
  await oki.page.locator('tr[data-case] a').first().click()
  await oki.page.locator('#elsewhere').waitFor()
  await oki.page.locator('#writing:not([hidden])').waitFor()
  await oki.page.locator('#reply-text').fill('Written beside a closed case.')
  await notWithoutAsking(t, oki, 'Written beside a closed case.')
  await losesNothing(t, oki, 'Written beside a closed case.')
  t.equal(oki.broken.join('\n'), '', 'errors of the offline handler')
}

const troubles = {
  'one strange report blinds nobody': strangeReport,
  'a choice not saved survives a note': unsavedChoice,
  'a case without a key keeps its draft and asks before sending': withoutKey,
  'a password changed in another tab': changedElsewhere,
  'too many tries at sign-in': tooMany,
  'a handler whose key is offline': offlineHandler,
  'keyboard only': async (t, browser, site) => keyboardOnly(t, await enter(t, browser, site, 'Ken')),
}
const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
await test(site.trouble, (t) => troubles[site.trouble](t, browser, site))
end()
