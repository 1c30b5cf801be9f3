// What the tests of keys in motion share: handlers whom the command line
// invited, and what they do again and again.
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { deskFaults } from './desk-layout.mjs'
import { at, code, givePassword, handler } from './handler.mjs'
import { ask } from '../lib/results.mjs'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Signs somebody in whom the command line invited. */
export async function enter(t, browser, site, name) {
  const known = site.people.find((one) => one.name.startsWith(name))
  const me = await handler(t, browser, site, known.name, known.email)
  me.secret = known.secret
  me.step = known.step // whose code may have been used for enrolling
  await at(me, '/sign-in')
  await givePassword(me, site.password)
  await me.page.locator('#second:not([hidden])').waitFor()
  await me.page.locator('#code').fill(await code(me))
  await Promise.all([me.page.waitForURL('**/desk/cases**'), me.page.locator('#by-code .button').click()])
  return me
}

/** Shows the page of a case and waits until it has opened, or stays closed. */
export async function show(me, id, opened = true) {
  await at(me, `/cases/${id}`)
  await me.page.locator(opened ? '#timeline .report .text' : '#timeline .report .hint').waitFor()
}

/** The question that is open. */
export const question = (me) => me.page.locator('dialog.question[open]')

/** Says yes to it. */
export async function yes(me) {
  await forget(me)
  await question(me).locator('.button:not(.second)').click()
}

/** Takes away what was said before, so that the next thing is waited for. */
const forget = (me) => me.page.evaluate(() => document.getElementById('said')?.remove())

/** Says no to it. */
export const no = (me) => question(me).locator('.button.second').click()

/** Fills in a form of the case page that asks for a reason, and sends it. */
export async function send(me, form, why, choice) {
  const details = me.page.locator(`details:has(form#${form})`)
  if (await details.count() && !(await details.evaluate((d) => d.open))) await details.locator('summary').click()
  if (choice) await me.page.locator(`form#${form} select`).selectOption(choice)
  await me.page.locator(`form#${form} textarea`).fill(why)
  await forget(me)
  await me.page.locator(`form#${form} [type=submit]`).click()
}

/** What the page says above the timeline. */
export async function said(me) {
  await me.page.locator('#said').waitFor()
  return me.page.locator('#said').textContent()
}

/** Who has a key of a case, as age says. */
export const readers = (id) => ask('readers', { text: id })

/** Everything that the desk shows of a case to somebody: rows of the list, its tab's count, the page, and the API. */
export async function seen(me, id) {
  await at(me, '/cases?tab=all')
  const rows = await me.page.locator(`#case-${id}`).count()
  const count = await me.page.locator('.tabs [aria-current] .count').textContent()
  const answers = await me.page.evaluate(async (id) => {
    const post = (path, body) => fetch(`/api/desk/${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    const summaries = await (await post('summaries', { cases: [id] })).json()
    return [
      (await fetch(location.pathname + '/' + id)).status, (await fetch(`/api/desk/cases/${id}`)).status,
      (await post(`cases/${id}/passing`, { queue: 'compliance', who: '' })).status, Object.keys(summaries.cases).length,
    ].join(' ')
  }, id)
  return `${rows} ${count.trim()} ${answers}`
}

/** What `seen` says of a case that is none for them, of so many others. */
export const nothing = (others) => `0 ${others} 404 404 404 0`

const rules = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: { 'color-contrast-enhanced': { enabled: true }, 'color-contrast': { enabled: false }, 'target-size': { enabled: true } },
}

/** Examines a page as it stands: axe in light and dark, and its layout on a wide and a narrow screen. */
export async function examine(me, name, widths = [1280, 320]) {
  const { page, t, site } = me
  await page.evaluate(axe)
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 })
    for (const fault of await page.evaluate(deskFaults)) t.fail(`${name}, ${me.lang}, ${width} px: ${fault}`)
    const colorScheme = width === 320 ? 'dark' : 'light'
    await page.emulateMedia({ colorScheme })
    const found = await page.evaluate(async (rules) => {
      const result = await globalThis.axe.run(document, { ...rules, resultTypes: ['violations'], preload: false })
      return result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)
    }, rules)
    for (const violation of found) t.fail(`${name}, ${me.lang}, ${width} px, ${colorScheme}: axe: ${violation}`)
    if (site.screenshots) {
      await mkdir(site.screenshots, { recursive: true })
      await page.screenshot({ path: join(site.screenshots, `keys-${name}-${me.lang}-${width}.png`), fullPage: true })
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1280, height: 800 })
}

/** Keys that stand in the place of texts. */
export const untranslated = (me) => me.page.evaluate(() => document.body.innerText.match(/(?<![\w.@/-])(access|pass|exclusion|name|event|queue|case)(\.[a-z][a-z-]*)+(?![\w@.])|\{\{/)?.[0] ?? '')

/** Unlocks a tab that has no siblings. */
export async function unlock({ page }, password) {
  await page.locator('#unlock input[type="password"]').fill(password)
  await page.locator('#unlock button[type="submit"]').click()
  await page.locator('#unlock').waitFor({ state: 'detached' })
}
