// How the desk looks and whether everybody can use it: every page that a day at
// the desk leaves behind, in five languages, on a wide and a narrow screen, in
// light and in dark colours; in English on a phone too, and with letters twice
// as large.
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { askedForCode, enrolling, signInFaulty } from './desk-looks-enter.mjs'
import { deskFaults, wordFaults } from './desk-layout.mjs'
import { password } from './handler.mjs'
import { ask } from '../lib/results.mjs'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
export const languages = { en: 'en', ja: 'ja', es: 'es', pt: 'pt-BR', zh: 'zh-Hans' }
const screens = [{ width: 1280, height: 800 }, { width: 768, height: 900 }]
const phone = { width: 320, height: 640 }
const schemes = ['light', 'dark']

export const figures = { looks: 0, axe: 0 }

/** Looks at all pages in one language, two handlers' at the same time. */
export async function looks(t, browser, site, { admin, aiko, ken }, lang) {
  const look = (page, name) => examine(t, site, page, name, lang)
  await anyNewReport(browser, site)
  const visitor = await browser.newContext({ viewport: screens[0] })
  const stranger = await visitor.newPage()
  await Promise.all([
    (async () => {
      await theCase(look, site, aiko, lang)
      await account(look, site, aiko, lang)
      await signInFaulty(look, site, stranger, lang)
      await askedForCode(look, site, stranger, ken, lang)
    })(),
    (async () => {
      await lists(look, site, ken, lang)
      await newCase(look, site, ken, lang)
    })(),
  ])
  const link = await administration(look, site, admin, lang)
  await enrolling(look, stranger, link)
  await visitor.close()
}

/** Examines a page as it stands, in every size and colour. */
export async function examine(t, site, page, name, lang) {
  const where = `${name}, ${lang}`
  await page.waitForLoadState() // a click does not wait for the style of the page that it leads to
  await page.evaluate(axe)
  figures.looks++
  for (const screen of screens) {
    await page.setViewportSize(screen)
    for (const fault of await page.evaluate(deskFaults)) t.fail(`${where}, ${screen.width} px: ${fault}`)
    for (const scheme of schemes) {
      await page.emulateMedia({ colorScheme: scheme })
      await accessible(t, page, `${where}, ${screen.width} px, ${scheme}`, scheme === 'light' ? everything : colours)
      if (site.screenshots) await picture(page, site.screenshots, `${name}-${lang}-${screen.width}-${scheme}`)
    }
  }
  for (const fault of await page.evaluate(wordFaults, languages[lang])) t.fail(`${where}: ${fault}`)
  await page.emulateMedia({ colorScheme: 'light' })
  if (lang === 'en') await small(t, site, page, where)
  await page.setViewportSize(screens[0])
}

/** What axe looks at: every rule, and in the dark those whose answer may be another one there. */
const everything = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: { 'color-contrast-enhanced': { enabled: true }, 'color-contrast': { enabled: false }, 'target-size': { enabled: true } },
}
const colours = { runOnly: { type: 'rule', values: ['color-contrast-enhanced', 'link-in-text-block'] } }

async function accessible(t, page, where, rules) {
  const violations = await page.evaluate(async (rules) => {
    const result = await globalThis.axe.run(document, { ...rules, resultTypes: ['violations'], preload: false })
    return result.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)
  }, rules)
  figures.axe++
  for (const violation of violations) t.fail(`${where}: axe: ${violation}`)
}

/** On the narrowest phone, and there with letters as somebody sets them who sees little. */
async function small(t, site, page, where) {
  await page.setViewportSize(phone)
  for (const fault of await page.evaluate(deskFaults)) t.fail(`${where}, ${phone.width} px: ${fault}`)
  if (site.screenshots) await picture(page, site.screenshots, `${where.replace(', ', '-')}-${phone.width}`)
  const letters = () => page.evaluate(() => getComputedStyle(document.documentElement).fontSize)
  const usual = await letters()
  const devtools = await page.context().newCDPSession(page) // never detached: that would take a virtual authenticator away
  const set = (standard) => devtools.send('Page.setFontSizes', { fontSizes: { standard, fixed: standard - 3 } })
  await set(32)
  while (await letters() === usual) await page.waitForTimeout(10)
  for (const fault of await page.evaluate(deskFaults)) t.fail(`${where}, letters at 200 %: ${fault}`)
  await set(16)
  while (await letters() !== usual) await page.waitForTimeout(10)
}

async function picture(page, folder, name) {
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `desk-${name}.png`), fullPage: true })
}

let reported = false

/** Sees that there is a new case, once for all languages. */
async function anyNewReport(browser, site) {
  if (!reported) await newReport(browser, site)
  reported = true
}

/** A second report, that nobody has read yet. It names no category, so it goes to compliance; its browser seals it, as the day's words want it. */
async function newReport(browser, site) {
  const context = await browser.newContext({ locale: 'pt' })
  const page = await context.newPage()
  const next = () => page.locator('.step:not([hidden]) > button.button:not(.second)').click()
  await page.goto(`${site.url}/pt/report`)
  await page.locator('.step-title').first().waitFor({ state: 'attached' })
  await page.locator('#text').fill('O gerente pede aos fornecedores que paguem as viagens dele. Isso acontece desde março, e todos sabem.')
  for (let step = 0; step < 3; step++) await next()
  await page.locator('p#receipt').waitFor()
  await context.close()
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
  await look(page, 'idle')
  await page.unrouteAll({ behavior: 'wait' })
  await page.locator('dialog.ask[open] .button').click({ timeout: 2_000 }).catch(() => undefined) // the page may have withdrawn the question by itself
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
async function provenAgain(look, page) {
  await ask('an hour')
  await page.locator('form.narrow .button:not(.second)').click()
  await page.locator('#prove input[type="password"]').waitFor()
  await look(page, 'step-up')
  await page.locator('#prove input[type="password"]').fill(password)
  await page.locator('#prove button[type="submit"]').click()
  await page.locator('main > .notice[role="status"]').waitFor()
}

/** The pages of the administration; returns the link of an invitation. */
async function administration(look, site, { page }, lang) {
  await open(page, site, lang, '/nothing')
  await look(page, 'problem')
  await open(page, site, lang, '/admin/organization')
  await page.locator('#name').fill('')
  await page.locator('main form .button').click()
  await page.locator('#errors').waitFor()
  await look(page, 'organization')
  await open(page, site, lang, '/admin/people')
  await page.locator('main form .button').last().click()
  await page.locator('#errors').waitFor()
  await look(page, 'people')
  await page.locator('#name').fill('Rosa Lima')
  await page.locator('#email').fill(`rosa.${lang}@example.org`)
  await page.locator('input[name="queue"][value="procurement"] + label').click()
  await page.locator('main form .button').last().click()
  const link = await page.locator('#link').inputValue()
  await look(page, 'people-link')
  await page.locator('.people a', { hasText: 'Rosa Lima' }).last().click()
  await page.waitForURL(/\/people\/[0-9a-f]{32}$/)
  await look(page, 'person')
  await page.locator('a[href*="disable"]').click()
  await page.locator('#disable').waitFor()
  await look(page, 'person-disable')
  await provenAgain(look, page)
  return link
}
