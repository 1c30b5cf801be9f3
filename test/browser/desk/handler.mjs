// A handler's browser: on a desk, with scripts, and an authenticator that is a
// part of the browser.
import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { fresh, phone } from '../lib/browser.mjs'
import { ask } from '../lib/results.mjs'
import { unfold } from '../lib/scripted.mjs'

export const password = 'wandering otter kettle 42'

/** A fresh browser of a handler. Everything it breaks is kept in .broken. */
export async function handler(t, browser, site, name, email, lang = 'en') {
  const context = await fresh(browser, { viewport: { width: 1280, height: 800 }, locale: lang, acceptDownloads: true })
  const me = { t, site, name, email, lang, context, password, broken: [], secret: '', step: 0, downloads: site.folder }
  await context.addInitScript(() => addEventListener('securitypolicyviolation', (e) => console.error(`against the policy: ${e.violatedDirective} ${e.blockedURI}`)))
  me.page = await tab(me)
  return me
}

/** A browser of somebody whom the Go test has enrolled: signed in, and its tab unlocked. */
export async function enter(t, browser, site, name, lang = 'en') {
  const known = site.people.find((one) => one.name.startsWith(name))
  const me = await handler(t, browser, site, known.name, known.email, lang)
  Object.assign(me, { secret: known.secret, step: Infinity, password: site.password })
  await me.context.addCookies([{ name: 'hotline', value: known.session, url: site.url }])
  if (known.tab) {
    await me.page.goto(`${site.url}/${lang}/`)
    await me.page.evaluate((kept) => sessionStorage.setItem('hotline-identity', kept), known.tab)
  }
  return me
}

/** Another tab beside others, which unlock it. However slow this machine is, it waits for them. */
export async function sibling(me) {
  const page = await tab(me)
  await page.addInitScript(() => {
    const wait = globalThis.setTimeout
    globalThis.setTimeout = (act, time, ...more) => wait(act, time === 400 ? 3_600_000 : time, ...more) // waitForSiblings of session.ts
  })
  return page
}

/** Another tab of the same browser. */
export async function tab(me) {
  const page = await me.context.newPage()
  page.on('pageerror', (error) => me.broken.push(String(error.stack ?? error)))
  page.on('console', (m) => m.type() === 'error' && !/the server responded with a status of/.test(m.text()) && me.broken.push(m.text()))
  page.on('request', (r) => new URL(r.url()).origin !== me.site.url && me.broken.push(`asks ${r.url()}`))
  return page
}

/** A page of somebody who is signed in already: token is the cookie of their session. Notes in failures what breaks in it, but for answers that are expected. */
export async function signedIn(browser, url, token, options = {}, expected = /the server responded with a status of/) {
  const context = await fresh(browser, { viewport: { width: 1280, height: 800 }, ...options })
  await context.addCookies([{ name: 'hotline', value: token, url }])
  const page = await context.newPage()
  page.failures = []
  page.on('pageerror', (error) => page.failures.push(String(error)))
  page.on('console', (m) => m.type() === 'error' && !expected.test(m.text()) && page.failures.push(m.text()))
  return page
}

export const at = (me, path) => me.page.goto(`${me.site.url}/${me.lang}/desk${path}`)

/** Moves the case that is shown to investigating: nobody depends on the person concerned. */
export async function investigate(page) {
  await page.locator('#move-buttons [data-to="investigating"]').click()
  await page.locator('#conflict-no').check()
  await page.waitForFunction(() => document.querySelector('#move-text').value !== '') // the letter arrives
  await page.locator('#move-send').click()
}

/** A code of the authenticator app that is good now. A code is good once; here nobody waits for the next. */
export async function code(me) {
  const now = Math.floor(Date.now() / 30_000)
  if (me.step >= now) await ask('codes', { name: me.email })
  me.step = now
  return codeAt(me.secret, now)
}

function codeAt(secret, step) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))).update(counter).digest()
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** The button that goes on in the step that is shown. */
const onward = (me) => me.page.locator('#enrol section:not([hidden]) button.button:not(.second)').filter({ visible: true }).last()

/** Enrols with a link; queues are the first administrator's. Keeps and checks the recovery file where one is made, and brings .recovery where there was a key before; without it there is a new key. */
export async function enrol(me, link, queues) {
  const { page } = me
  await page.goto(link)
  await page.locator('#step-person:not([hidden])').waitFor()
  if (queues) {
    await page.locator('#name').fill(me.name)
    await page.locator('#email').fill(me.email)
    for (const queue of queues) await page.locator(`label[for="queue-${queue}"]`).click()
  }
  await onward(me).click()
  for (const field of ['#new-password', '#repeat']) await page.locator(field).fill(me.password)
  await onward(me).click()
  await page.locator('#step-key:not([hidden]), #step-code:not([hidden])').waitFor()
  if (await page.locator('#key-again').isVisible()) await (me.recovery ? bringRecoveryFile(me) : page.locator('label[for="key-choice-new"]').click())
  if (await page.locator('#step-key').isVisible() && await page.locator('#make-key').isVisible()) await keepRecoveryFile(me)
  if (await page.locator('#step-key').isVisible()) await onward(me).click()
  await page.locator('#step-code:not([hidden])').waitFor()
  me.secret = (await page.locator('.secret').textContent()).replace(/\s/g, '')
  await page.locator('#code').fill(await code(me))
  await onward(me).click()
  await page.locator('#done:not([hidden])').waitFor()
}

async function keepRecoveryFile(me) {
  const { page } = me
  await page.locator('.recovery .passphrase').waitFor()
  const words = (await page.locator('.recovery .passphrase').textContent()).trim()
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.recovery .tools button').first().click()])
  me.recovery = { words, file: join(me.downloads, `${me.email}-${download.suggestedFilename()}`) }
  await download.saveAs(me.recovery.file)
  await openRecoveryFile(page.locator('.recovery'), me.recovery)
  await page.locator('.recovery .notice').waitFor()
}

async function bringRecoveryFile(me) {
  const { page } = me
  await page.locator('label[for="key-choice-old"]').click()
  await openRecoveryFile(page.locator('#key-old'), me.recovery)
  await page.waitForFunction(() => document.querySelector('#old-opened').textContent !== '')
}

/** Chooses a recovery file, types its words and opens it. */
export async function openRecoveryFile(panel, { file, words }) {
  await panel.locator('input[type="file"]').setInputFiles(file)
  await panel.locator('input.mono').fill(words)
  await panel.locator('.tools button').last().click()
}

/** Signs in with password and code, and waits for the page after it. */
export async function signIn(me, next = '**/desk/**') {
  const { page } = me
  await givePassword(me)
  await page.locator('#second:not([hidden])').waitFor()
  await page.locator('#code').fill(await code(me))
  await Promise.all([page.waitForURL((url) => !url.pathname.endsWith('/sign-in')), page.locator('#by-code .button').click()])
  await page.waitForURL(next)
}

/** Address and password, and no more. */
export async function givePassword(me, typed = me.password) {
  const { page } = me
  await page.locator('#sign-in button[type="submit"]:not([disabled])').waitFor()
  await page.locator('#email').fill(me.email)
  await page.locator('#password').fill(typed)
  await page.locator('#sign-in button[type="submit"]').click()
}

/** Signs out by the button of the page. */
export async function signOut(me) {
  await Promise.all([me.page.waitForURL('**/sign-in**'), me.page.locator('form.sign-out button').click()])
}

/** Gives the browser an authenticator that verifies its user and has the PRF extension. */
export async function withAuthenticator(me) {
  const devtools = await me.context.newCDPSession(me.page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, hasPrf: true },
  })
  return { devtools, authenticatorId }
}

/** What the reporter and the desk write: canaries that nobody but them may ever read. */
export const words = {
  report: '工場長が退職者の印鑑で残業の記録を書き換えています。カナリア壱',
  question: 'いつごろ、どの部署で見ましたか。カナリア弐',
  answer: '先月の末、第二工場の組立課です。カナリア参',
  note: 'Canary four: ask payroll for the October sheets.',
  closing: '記録を確認し、事実と認めました。訂正して支払います。カナリア伍',
  fileName: 'canary-six.jpg',
}

/** A report from the reporter's own page, with scripts and a photograph. before: what runs in the page before its scripts. */
export async function report(browser, site, before = () => {}) {
  const context = await fresh(browser, { viewport: phone, locale: 'ja' })
  await context.addInitScript(before)
  const page = await context.newPage()
  const next = () => page.locator('.step:not([hidden]) > button.button:not(.second)').click()
  await page.goto(`${site.url}/ja/report`)
  await page.locator('.step-title').first().waitFor({ state: 'attached' })
  await page.locator('#text').fill(words.report)
  await next()
  await unfold({ page }, '[name="subject"]')
  await page.locator('input[name="subject"][value="own"] + label').click()
  await page.locator('#category').selectOption('working-hours-wages')
  await unfold({ page }, '#files')
  await page.locator('#files').setInputFiles({ name: words.fileName, mimeType: 'image/jpeg', buffer: Buffer.from(site.photo, 'base64') })
  await page.locator('.selected-files li').waitFor()
  await next()
  await next()
  await page.locator('p#receipt').waitFor()
  return { context, page, receipt: await page.locator('p#receipt').textContent() }
}

export const begins = words.report.slice(0, 10)

/** Opens the first case of a list that holds the report we know. */
export async function openKnown(me, tab = 'all') {
  await at(me, `/cases?tab=${tab}`)
  await me.page.locator('tr[data-case]', { hasText: begins }).first().locator('a').click()
  await me.page.locator('#timeline .report .text').waitFor()
}

/** Shows somebody's page of the administration and has them invited. An old session proves itself first. */
export async function inviteAgain(admin, name) {
  const { page, password } = admin
  await at(admin, '/admin/people')
  await page.locator('.people a', { hasText: name }).click()
  await ask('an hour')
  await page.locator('form[action$="/invite"] button').click()
  await page.locator('#prove input[type="password"]').fill(password)
  await page.locator('#prove button[type="submit"]').click()
  return page.locator('#link').inputValue()
}
