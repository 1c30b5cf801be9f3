// A handler works through a list of 80 cases: with the keyboard, several at once, beside
// a colleague, and by what is sealed. Called with one JSON argument: chromium, lang,
// url, people, password, texts, screenshots.
import { connect } from '../lib/browser.mjs'
import { figures, look } from '../lib/look.mjs'
import { end, story } from '../lib/results.mjs'
import { deskFaults } from '../desk/desk-layout.mjs'
import { at, enter, signIn, signOut } from '../desk/handler.mjs'

const site = JSON.parse(process.argv[2])
const { lang, texts } = site
const browser = await connect(site.chromium)
let ken
let rin

const words = (key, count) => ((count === 1 && texts[`${key}.one`]) || texts[key]).replace('{{.Count}}', count)

const rows = ({ page }) => page.locator('tr[data-case]')
const ids = ({ page }) => page.locator('tr[data-case]').evaluateAll((all) => all.map((row) => row.dataset.case))
const said = ({ page }) => page.locator('#list-said .done p').innerText()
const countOf = ({ page }, tab) => page.locator(`.tabs a[href*="tab=${tab}"] .count`).textContent()

await story({
  'twelve rows and more are in sight, and say which they are': (t) => sees(t),
  'rows are selected with the keyboard, and between two': (t) => selects(t),
  'junk from the row, and back': (t) => junk(t),
  'two handlers act on the same cases': (t) => together(t),
  'a label for several cases, and what is sealed as a filter': (t) => labels(t),
  'several reports are acknowledged, each once': (t) => acknowledges(t),
  'a saved filter comes back after sign-in': (t) => saves(t),
  'nothing broke': (t) => t.equal([...ken.broken, ...rin.broken].join('\n'), '', 'errors, or requests to elsewhere'),
})
end(figures)

/** Waits until every row of the list is open. */
async function opened({ page }) {
  await page.waitForFunction(() => document.querySelector('#told')?.textContent === '' && [...document.querySelectorAll('.who')].every((who) => who.textContent !== ''))
}

async function list(me, query) {
  await at(me, `/cases${query}`)
  await opened(me)
}

/** Does something after which the list shows what has become of it. */
async function refreshed(me, act) {
  await me.page.locator('#rows').evaluate((rows) => { rows.dataset.before = '' })
  await act()
  await me.page.locator('#rows:not([data-before])').waitFor({ state: 'attached' })
  await opened(me)
}

async function sees(t) {
  ken = await enter(t, browser, site, 'Ken', lang)
  await list(ken, '')
  t.equal(await ken.page.locator('.tabs [aria-current]').getAttribute('href').then((href) => /tab=urgent/.test(href)), true, 'the list opens where something is to be done')
  for (const other of ['es', 'ja', lang]) {
    await ken.page.goto(`${site.url}/${other}/desk/cases?tab=new`)
    await opened(ken)
    const { top, tallest, height } = await ken.page.evaluate(() => {
      const boxes = [...document.querySelectorAll('tr[data-case]')].map((row) => row.getBoundingClientRect())
      return { top: boxes[0].top, tallest: Math.max(...boxes.map((box) => box.height)), height: innerHeight }
    })
    t.ok(top + 12 * tallest <= height, `${other}: twelve rows of ${tallest} px from ${top} px do not end within ${height} px`) // in any order of the rows
  }
  const ranges = await ken.page.locator('.range').allTextContents()
  t.equal(ranges.join('|'), [1, 2].map(() => texts['list.range'].replace('{{.First}}', 1).replace('{{.Last}}', 50).replace('{{.All}}', 80)).join('|'), 'the range above and below')
  const first = await ids(ken)
  await ken.page.locator('#paging-above [rel="next"]').click()
  await ken.page.waitForURL('**after=**')
  await opened(ken)
  const rest = await ids(ken)
  t.equal(new Set([...first, ...rest]).size, 80, 'cases of both pages')
  await ken.page.locator('#paging-below [rel="prev"]').click()
  await ken.page.waitForURL('**until=**')
  await opened(ken)
  t.equal((await ids(ken)).join(), first.join(), 'the page before')
  await list(ken, '?tab=new')
  await looks(t, 'list')
}

async function looks(t, name) {
  const views = [[1280, 'light'], [768, 'light'], [320, 'dark']].map(([width, scheme]) => ({ width, height: 800, scheme }))
  await look(t, ken.page, { name: `triage-${name}`, lang, views, layout: deskFaults, first: true, folder: site.screenshots })
  await ken.page.setViewportSize({ width: 1280, height: 800 })
  await ken.page.emulateMedia({ colorScheme: 'light' })
}

async function selects(t) {
  const { page } = ken
  await page.locator('h1').click()
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key)
  t.equal(await page.locator('tr.picked').count(), 2, 'rows after j x j x')
  await rows(ken).nth(0).locator('.pick input').click()
  await rows(ken).nth(0).locator('.pick input').click()
  await rows(ken).nth(6).locator('.pick input').click({ modifiers: ['Shift'] })
  t.equal(await page.locator('tr.picked').count(), 7, 'rows after a click with shift')
  t.equal(await page.locator('#selected-count').textContent(), words('list.selected', 7), 'what the bar says')
  await looks(t, 'several')
  await page.locator('h1').click()
  await page.keyboard.press('X')
  t.equal(await page.locator('tr.picked').count(), 50, 'rows after X')
  await page.locator('#select-all').click()
  t.equal(await page.locator('#several').isHidden(), true, 'the bar is gone with the selection')
}

async function junk(t) {
  const { page } = ken
  const before = await ids(ken)
  const row = page.locator(`[id="case-${before[10]}"]`)
  await row.locator('.act button').focus()
  await refreshed(ken, () => page.keyboard.press('Enter'))
  t.equal(await row.count(), 0, 'rows of the case that is junk')
  t.equal(await said(ken), words('list.done.junk', 1), 'what is said')
  t.equal(await countOf(ken, 'junk'), '1', 'cases in the tab of junk')
  t.equal(await page.evaluate(() => document.activeElement?.matches('tr[data-case]')), true, 'the focus stays among the rows')
  await refreshed(ken, () => page.locator('#list-said .done button').click())
  t.equal(await countOf(ken, 'junk'), '0', 'cases in the tab of junk, after undo')
  t.equal((await ids(ken)).join(), before.join(), 'the list after undo')
}

async function assign(me, name) {
  await me.page.locator('#assign-to').selectOption({ label: name })
  await refreshed(me, () => me.page.locator('#assign-several button').click())
}

async function together(t) {
  rin = await enter(t, browser, site, 'Rin', lang)
  for (const me of [ken, rin]) {
    await list(me, '?tab=new')
    for (const i of [6, 7, 8]) await rows(me).nth(i).locator('.pick input').click()
  }
  await assign(ken, 'Ken Sato')
  t.equal(await said(ken), words('list.done.assigned', 3), 'what Ken reads')
  await rows(rin).nth(9).locator('.pick input').click()
  await assign(rin, 'Rin Mori')
  t.equal(await said(rin), words('list.done.assigned', 1), 'what Rin reads')
  const lines = await rin.page.locator('#list-said .failed li').allTextContents()
  t.equal(lines.length, 3, 'cases in which Ken was faster')
  t.ok(lines.every((line) => line.endsWith(` – ${texts['list.why.conflict']}`)), lines.join('\n'))
  t.equal(await rin.page.locator('tr.picked').count(), 3, 'rows that stay selected')
  await refreshed(ken, () => ken.page.locator('#list-said .done button').click())
  t.equal(await rows(ken).nth(6).getAttribute('data-assignee'), '', 'who is in charge after undo')
}

async function labels(t) {
  const { page } = ken
  for (const i of [0, 1, 2]) await rows(ken).nth(i).locator('.pick input').click()
  await page.locator('#label-text').fill('Canary-label')
  await refreshed(ken, () => page.keyboard.press('Enter'))
  t.equal(await said(ken), words('list.done.labelled', 3), 'what is said')
  await page.locator('tr .chip', { hasText: 'Canary-label' }).nth(2).waitFor()
  const asked = []
  const note = (request) => asked.push(`${request.url()} ${request.postData() ?? ''}`)
  page.on('request', note)
  await filter({ label: 'canary-LABEL' })
  t.equal(await rows(ken).count(), 3, 'cases with the label')
  await filter({ label: '', language: 'zh' })
  t.equal(await rows(ken).count(), 16, 'reports in Chinese, of both pages')
  await looks(t, 'sealed')
  await filter({ language: '', severity: '4' })
  t.ok((await page.locator('#walk').innerText()).includes(texts['list.sealed.none']), 'what is said where nothing fits')
  page.off('request', note)
  t.equal(asked.filter((one) => /canary|language|severity/i.test(one)).join('\n'), '', 'requests that say what is looked for')
  t.equal(/canary|language|severity/i.test(page.url()), false, 'the address says what is looked for')
}

async function filter({ label, language, severity }) {
  const { page } = ken
  await page.locator('details.filter').evaluate((details) => { details.open = true })
  if (label !== undefined) await page.locator('#by-label').fill(label)
  if (language !== undefined) await page.locator('#by-language').selectOption(language)
  if (severity !== undefined) await page.locator('#by-severity').selectOption(severity)
  await page.locator('#walk').evaluate((walk) => walk.replaceChildren())
  await page.locator('#filter button[type="submit"]').click()
  await page.locator('#walk .notice').waitFor()
}

async function acknowledges(t) {
  const { page } = ken
  await list(ken, '?tab=new')
  const before = Number(await countOf(ken, 'new'))
  for (const i of [0, 1, 2]) await rows(ken).nth(i).locator('.pick input').click()
  await page.locator('#acknowledge-several').click()
  const dialog = page.locator('dialog[open]')
  await dialog.waitFor()
  t.equal(await dialog.locator('h2').textContent(), words('list.acknowledge.question', 3), 'what is asked')
  t.ok(await dialog.locator('li').count() > 0, 'the languages of the letters')
  await refreshed(ken, () => dialog.locator('button').first().click())
  t.equal(await said(ken), words('list.done.acknowledged', 3), 'what is said')
  t.equal(await page.locator('#list-said .done button').count(), 0, 'ways to take it back')
  t.equal(await countOf(ken, 'new'), String(before - 3), 'new cases')
  await list(ken, '?tab=desk')
  for (const i of [0, 1]) await rows(ken).nth(i).locator('.pick input').click()
  await refreshed(ken, () => page.locator('#acknowledge-several').click())
  const lines = await page.locator('#list-said .failed li').allTextContents()
  t.ok(lines.length === 2 && lines.every((line) => line.endsWith(texts['list.why.acknowledged'])), lines.join('\n'))
}

async function saves(t) {
  const { page } = ken
  await list(ken, '?tab=all&category=bribery')
  await page.locator('#by-language').selectOption('ja')
  await page.locator('#saved-name').fill('Bribery, in Japanese')
  await page.locator('#save-filters button').click()
  await page.waitForFunction((text) => document.querySelector('#saved-said').textContent === text, texts['list.saved.done'])
  await signOut(ken)
  await signIn(ken)
  await list(ken, '?tab=new')
  await page.locator('details.filter').evaluate((details) => { details.open = true })
  await page.locator('#saved').selectOption('Bribery, in Japanese')
  await page.locator('#use-saved button[type="submit"]').click()
  await page.locator('#walk .notice').waitFor()
  t.match(page.url(), /category=bribery/, 'the filters of the server')
  const languages = await page.locator('tr[data-case] .subject').evaluateAll((all) => all.map((one) => one.lang))
  t.ok(languages.length > 0 && languages.every((one) => one === 'ja'), `languages: ${languages}`)
}
