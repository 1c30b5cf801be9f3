// A day at the desk: it is set up, people enrol, a report comes from a reporter's
// page, is read, acknowledged, asked about, answered and closed, and the reporter
// sees it; then what somebody does with passkeys, tabs and a recovery file. Called with
// one JSON argument: chromium, url, setup (the link), folder, photo (base64).
import { connect } from '../lib/browser.mjs'
import { ask as request, end, print, story } from '../lib/results.mjs'
import { at, enrol, givePassword, handler, investigate, inviteAgain, openKnown, report, sibling, signIn, signOut, withAuthenticator, words } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
let admin, aiko, ken, reporter

async function setUp(t, browser, site) {
  const admin = await handler(t, browser, site, 'Mei Admin', 'mei@example.org')
  const { page } = admin
  await enrol(admin, site.setup, [])
  t.ok(!page.url().includes('#'), 'the token stays in the address')
  await page.locator('#done a.button').click()
  await page.waitForURL('**/admin/set-up')
  t.equal(await page.locator('.step-missing').count(), 4, 'steps with something missing')
  await page.locator('#step-organization a').click()
  await page.waitForURL('**/admin/organization')
  await page.locator('#name').fill('')
  await page.locator('main form .button').click()
  await page.locator('#errors').waitFor()
  await page.locator('#name').fill('Example Manufacturing')
  await page.locator('#country').selectOption('MX')
  await page.locator('main form .button').click()
  await page.locator('#time_zone-error').waitFor()
  await page.locator('#time_zone').selectOption('America/Mexico_City')
  await page.locator('main form .button').click()
  await page.waitForURL('**/admin/set-up?saved=1')
  t.equal(await page.locator('#step-organization.step-done').count(), 1, 'the step is done')
  t.equal(await page.locator('#now tbody tr').count(), 3, 'typical reports')
  await page.locator('#step-people a').click()
  await page.waitForURL('**/admin/people')
  t.match(await page.locator('.brand').textContent(), /Example Manufacturing/, 'the name on the page')
  t.equal(await page.locator('main .warning').count(), 3, 'queues that nobody reads')
  return admin
}

async function invite(t, browser, site, admin, name, email, queues) {
  const { page } = admin
  await request('confirmed')
  await at(admin, '/admin/people')
  await page.locator('#name').fill(name)
  await page.locator('#email').fill(email)
  for (const queue of queues) await page.locator(`input[name="queue"][value="${queue}"] + label`).click()
  await page.locator('main form .button').last().click()
  const link = await page.locator('#link').inputValue()
  await at(admin, '/admin/people')
  t.equal(await page.locator('#link').count(), 0, 'the link is shown once')
  const one = await handler(t, browser, site, name, email)
  await enrol(one, link)
  t.ok(one.recovery, `${name}: a recovery file`)
  await one.page.locator('#done a.button').click()
  await one.page.waitForURL('**/desk/cases')
  await one.page.locator('.empty').waitFor()
  return one
}

async function wrongThenRight(t, me) {
  const { page } = me
  t.equal(await page.evaluate(() => sessionStorage.length), 0, 'what a tab keeps after signing out')
  await givePassword(me, 'not the password')
  await page.locator('#sign-in .error, #errors').first().waitFor()
  t.equal(await page.locator('#email').inputValue(), me.email, 'the address after a wrong password')
  await signIn(me, '**/desk/cases')
}

/** Opens the first case of the list of all. */
export async function openTheCase(me) {
  await at(me, '/cases?tab=all')
  await me.page.locator('tr[data-case] .subject').first().waitFor()
  await me.page.locator('tr[data-case] a').first().click()
  await me.page.locator('#timeline .entry .text').first().waitFor()
}

async function readAndAcknowledge(t, me) {
  const { page } = me
  await at(me, '/cases')
  await page.locator('tr.unread').waitFor()
  await page.waitForFunction((text) => document.querySelector('.subject').textContent.startsWith(text), words.report.slice(0, 10))
  t.match(await page.locator('tr[data-case]').textContent(), /acknowledge within 7\sdays/i, 'what is due')
  await page.locator('tr[data-case] a').click()
  await page.locator('#timeline .report .text').waitFor()
  t.equal(await page.locator('#timeline .report .text').textContent(), words.report, 'the report')
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.files button').first().click()])
  t.equal(download.suggestedFilename(), words.fileName, 'the name of the saved file')
  await page.locator('.files button').nth(1).click()
  await page.locator('.preview canvas').waitFor()
  t.equal(await page.locator('main img, main iframe, main object').count(), 0, 'active content')
  await page.locator('#acknowledge').click()
  await page.locator('#timeline .desk .text').waitFor()
  await page.locator('#state[data-state="acknowledged"]').waitFor()
  t.match(await page.locator('#timeline .desk .text').textContent(), /通報/, 'the acknowledgement is in the language of the report')
  t.equal(await page.locator('#acknowledging').isVisible(), false, 'acknowledging is offered again')
  await at(me, '/cases?tab=new')
  t.equal(await page.locator('tr[data-case]').count(), 0, 'new cases after the acknowledgement')
}

async function ask(t, me) {
  const { page } = me
  await openTheCase(me)
  await page.locator('#note-text').fill(words.note)
  await page.locator('#note button[type="submit"]').click()
  await page.locator('#timeline .note .text').waitFor()
  await page.locator('label[for="kind-question"]').click()
  await page.locator('#reply-text').fill(words.question)
  // Nothing typed is lost by going elsewhere: it waits in the tab, sealed.
  await page.waitForFunction(() => Object.keys(sessionStorage).some((key) => key.includes('draft')))
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }))
  t.ok(!kept.includes('カナリア') && !kept.includes('AGE-SECRET-KEY'), 'the tab keeps a draft or the identity in the clear')
  await at(me, '/account')
  await page.goBack()
  await page.waitForFunction((text) => document.querySelector('#reply-text')?.value === text, words.question)
  await page.locator('#reply button[type="submit"]').click()
  await page.locator('#timeline .desk').nth(1).locator('.text').waitFor()
  await at(me, '/cases?tab=reporter')
  t.equal(await page.locator('tr[data-case]').count(), 1, 'cases that wait for the reporter')
}

/** Shows the case of the reporter's receipt. */
async function followUp({ page, receipt }, site) {
  await page.goto(`${site.url}/ja/follow-up`)
  await page.locator('.field > [role=status]').first().waitFor({ state: 'attached' })
  await page.locator('input#receipt').fill(receipt)
  await page.locator('main form button[type="submit"]').click()
  await page.locator('#messages .message').first().waitFor()
}

async function reporterAnswers(t, reporter, site) {
  const { page } = reporter
  await followUp(reporter, site)
  t.equal(await page.locator('#state').getAttribute('data-state'), 'acknowledged', "the state on the reporter's page")
  const shown = await page.locator('#messages').textContent()
  t.ok(shown.includes(words.question) && !shown.includes(words.note), 'the reporter sees the question, and no note')
  await page.locator('#text').fill(words.answer)
  await page.locator('#message button.button').last().click()
  await page.locator('#added:not([hidden])').waitFor()
}

async function readTheAnswer(t, me) {
  await openTheCase(me)
  await me.page.locator('#timeline .reporter .text').waitFor()
  t.equal(await me.page.locator('#timeline .reporter .text').textContent(), words.answer, "the reporter's answer")
  t.equal(await me.page.locator('#unread').count(), 1, 'what is new is marked')
}

/** Two handlers write and decide at the same time: nothing is lost, and nobody overwrites the other. */
async function bothAtOnce(t, aiko, ken) {
  await openTheCase(ken)
  await openTheCase(aiko)
  const note = async (me, text) => {
    await me.page.locator('#note-text').fill(text)
    await me.page.locator('#note button[type="submit"]').click()
  }
  await note(ken, 'First of two notes')
  await ken.page.locator('#timeline .note').nth(1).waitFor()
  await note(aiko, 'Second of two notes')
  // A colleague was faster: what they wrote is shown, and sending is asked about.
  const asked = aiko.page.locator('dialog[open] button.button:not(.second)')
  const third = aiko.page.locator('#timeline .note').nth(2)
  await Promise.race([asked.waitFor(), third.waitFor()])
  if (await asked.isVisible()) await asked.click()
  await third.waitFor()
  const all = await aiko.page.locator('#timeline .note .text').allTextContents()
  t.equal(all.join('|'), [words.note, 'First of two notes', 'Second of two notes'].join('|'), 'the notes of both')
  await ken.page.reload()
  await ken.page.locator('#timeline .note').nth(2).waitFor()
}

async function move(me, to) {
  const { page } = me
  await page.locator(`#move-buttons [data-to="${to}"]`).click()
}

/** A letter that comes late does not take the place of the one in the language that was chosen since. */
async function slowLetter(t, page) {
  const letter = await page.locator('#move-text').inputValue()
  const before = await page.locator('#move-language').inputValue()
  const url = await page.locator('#reply-language option[value="pt"]').getAttribute('data-texts')
  let come
  const waited = new Promise((resolve) => (come = resolve))
  await page.route('**/desk-texts.pt.js*', async (route) => {
    await waited
    await route.continue()
  })
  await page.locator('#move-language').selectOption('pt')
  await page.locator('#move-language').selectOption(before)
  come()
  await page.evaluate((url) => import(url), url) // it has come, for the page too
  t.equal(await page.locator('#move-text').inputValue(), letter, 'the letter after one in another language came late')
  await page.unroute('**/desk-texts.pt.js*')
}

async function close(t, me) {
  const { page } = me
  await openTheCase(me)
  await investigate(page)
  await page.locator('#state[data-state="investigating"]').waitFor()
  await move(me, 'closed')
  await page.locator('#move-outcome').selectOption('substantiated')
  await page.waitForFunction(() => document.querySelector('#move-text').value !== '') // a text to begin with arrives
  await slowLetter(t, page)
  await page.locator('#move-text').fill(words.closing)
  t.ok(await page.locator('#move-send').isDisabled(), 'closing a case that is not classified')
  await page.locator('#unclassified button.button:not(.second)').click()
  await page.locator('#unclassified').waitFor({ state: 'detached' })
  t.equal(await page.locator('#move-text').inputValue(), words.closing, 'what was typed, after classifying')
  await page.locator('#move-send').click()
  await page.locator('dialog[open] button.button:not(.second)').click()
  await page.locator('#state[data-state="closed"]').waitFor()
  await at(me, '/cases?tab=closed')
  t.equal(await page.locator('tr[data-case]').count(), 1, 'closed cases')
}

async function reporterSees(t, reporter, site) {
  await followUp(reporter, site)
  t.equal(await reporter.page.locator('#state').getAttribute('data-state'), 'closed', 'the state at the end')
  t.equal(await reporter.page.locator('#outcome').getAttribute('data-outcome'), 'substantiated', 'the outcome')
  t.ok((await reporter.page.locator('#messages').textContent()).includes(words.closing), 'the reason is there')
}

async function passkeys(t, me) {
  const { page } = me
  const { devtools, authenticatorId } = await withAuthenticator(me)
  await at(me, '/account')
  await page.locator('#add-passkey:not([hidden])').waitFor()
  await page.locator('#passkey-name').fill('Laptop')
  await page.locator('#add-passkey button').click()
  await page.locator('#passkeys li').waitFor()
  const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId })
  t.equal(credentials.length, 1, 'passkeys in the authenticator')
  // As a second factor.
  await signOut(me)
  await givePassword(me)
  await page.locator('#second-passkey').click()
  await page.waitForURL('**/desk/cases')
  // Alone; and it unlocks, without a password.
  await signOut(me)
  await page.locator('#by-passkey:not([hidden]) #passkey').click()
  await page.waitForURL('**/desk/cases')
  await openTheCase(me)
  t.equal(await page.locator('#unlock').count(), 0, 'the passkey has unlocked')
  t.equal(await page.locator('#timeline .report .text').textContent(), words.report, 'the report, unlocked by a passkey')
}

/** Another tab opens by what its siblings keep; signing out ends them all. */
async function otherTabs(t, me) {
  const first = me.page
  me.page = await sibling(me)
  await openTheCase(me)
  t.equal(await me.page.locator('#unlock').count(), 0, 'a second tab asks for the password')
  // Without a sibling it asks.
  await Promise.all([first.waitForURL('**/sign-in**'), signOut(me)])
  t.equal(await first.locator('#timeline').count(), 0, 'the first tab still shows a case')
  await me.page.close()
  me.page = first
  await signIn(me, '**/desk/**')
  await me.page.evaluate(() => sessionStorage.clear())
  await at(me, '/cases?tab=all')
  await me.page.locator('#unlock input[type="password"]').fill(me.password)
  await me.page.locator('#unlock button[type="submit"]').click()
  await me.page.waitForFunction((text) => document.querySelector('.subject').textContent.startsWith(text), words.report.slice(0, 10))
}

/** An administrator who is no handler reads nothing. */
async function noAccess(t, admin) {
  const response = await at(admin, '/cases')
  t.equal(response.status(), 404, 'the list of cases for an administrator')
}

async function removedPasskey(t, me) {
  const { page } = me
  await at(me, '/account')
  const rows = page.locator('#passkeys li')
  await rows.first().waitFor()
  const before = await rows.count()
  await request('confirmed')
  await rows.first().locator('button').click()
  await page.waitForFunction((n) => document.querySelectorAll('#passkeys li').length === n, before - 1)
  t.ok((await page.locator('#passkey-done').textContent()) !== '', 'nothing is said of the removal')
  await page.reload()
  await page.locator('#passkeys-none:not([hidden]), #passkeys li').first().waitFor()
  t.equal(await rows.count(), before - 1, 'passkeys after a reload')
}

/** The recovery file brings the old identity back: what was sealed to it opens still. */
async function enrolledAgain(t) {
  const link = await inviteAgain(admin, aiko.name)
  const again = await handler(t, browser, site, aiko.name, aiko.email)
  again.recovery = aiko.recovery
  await enrol(again, link)
  await again.page.locator('#done a.button').click()
  await again.page.waitForURL('**/desk/cases**')
  await openKnown(again, 'closed')
  t.equal(await again.page.locator('#unlock').count(), 0, 'the tab asks for the old key')
  t.equal(await again.page.locator('#timeline .report .text').textContent(), words.report, 'an old case')
  await signOut(again)
  await signIn(again)
  await openKnown(again, 'closed')
  t.equal(again.broken.join('\n'), '', 'errors of the one enrolled again')
}

await story({
  'it is set up': async (t) => (admin = await setUp(t, browser, site)),
  'people enrol': async (t) => {
    aiko = await invite(t, browser, site, admin, 'Aiko Tanaka', 'aiko@example.org', ['hr'])
    ken = await invite(t, browser, site, admin, 'Ken Sato', 'ken@example.org', ['hr', 'compliance'])
  },
  'a wrong password, then the right one': async (t) => {
    await signOut(aiko)
    await wrongThenRight(t, aiko)
  },
  'a report': async () => {
    reporter = await report(browser, site)
    print({ stored: { text: words.report, receipt: reporter.receipt, name: 'hr' } })
  },
  'read and acknowledged': (t) => readAndAcknowledge(t, aiko),
  'a note, and a question': (t) => ask(t, aiko),
  'the reporter answers': (t) => reporterAnswers(t, reporter, site),
  'the answer is read': (t) => readTheAnswer(t, aiko),
  'two at once': (t) => bothAtOnce(t, aiko, ken),
  'closed': (t) => close(t, aiko),
  'the reporter sees it': (t) => reporterSees(t, reporter, site),
  'passkeys': (t) => passkeys(t, aiko),
  'other tabs': (t) => otherTabs(t, aiko),
  'an administrator reads nothing': (t) => noAccess(t, admin),
  'a passkey is removed': (t) => removedPasskey(t, aiko),
  'enrolled again with the recovery file': enrolledAgain,
  'nothing broke': async (t) => {
    for (const one of [admin, aiko, ken]) t.equal(one.broken.join('\n'), '', `${one.name}: errors, or requests to elsewhere`)
  },
})
end()
