// What the tests of keys in motion share: what handlers do again and again.
import { ask } from '../lib/results.mjs'
import { at } from './handler.mjs'

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
      (await post(`cases/${id}/transfer/plan`, { queue: 'compliance', who: '' })).status, Object.keys(summaries.cases).length,
    ].join(' ')
  }, id)
  return `${rows} ${count.trim()} ${answers}`
}

/** What `seen` says of a case that is none for them, of so many others. */
export const nothing = (others) => `0 ${others} 404 404 404 0`

/** Keys that stand in the place of texts. */
export const untranslated = (me) => me.page.evaluate(() => document.body.innerText.match(/(?<![\w.@/-])(access|transfer|exclusion|name|event|queue|case)(\.[a-z][a-z-]*)+(?![\w@.])|\{\{/)?.[0] ?? '')

/** Unlocks a tab that has no siblings. */
export async function unlock({ page }, password) {
  await page.locator('#unlock input[type="password"]').fill(password)
  await page.locator('#unlock button[type="submit"]').click()
  await page.locator('#unlock').waitFor({ state: 'detached' })
}
