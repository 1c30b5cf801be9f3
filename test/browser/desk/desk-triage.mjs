// What a handler sees at once among 80 cases, and says of them: somebody is in
// danger, and the desk acted; junk; a consultation that becomes a report. Called with
// one JSON argument: chromium, lang, url, people, password, texts, screenshots.
import { connect } from '../lib/browser.mjs'
import { figures, fits, look, picture } from '../lib/look.mjs'
import { end, story } from '../lib/results.mjs'
import { deskFaults } from './desk-layout.mjs'
import { at, enter } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const { lang } = site
const texts = site.texts[lang]
const browser = await connect(site.chromium)
const urgent = 5
let me

const countOf = (page, tab) => page.locator(`.tabs a[href*="tab=${tab}"] .count`).textContent()

const said = (page) => page.locator('#done p').innerText()
const events = (page) => page.locator('#timeline .event').allInnerTexts()
const kind = (page) => page.locator('#said-kind').textContent()

await story({
  'urgent cases stand first, locked and open': async (t) => {
    me = await enter(t, browser, site, 'Ken', lang)
    await seesUrgent(t, me)
  },
  'acted, and still in danger': (t) => acts(t, me),
  'a handler marks a case as urgent': (t) => marks(t, me),
  'junk, and back': (t) => junk(t, me),
  'a duplicate': (t) => duplicate(t, me),
  'a consultation becomes a report, and back': (t) => turns(t, me),
  "a handler's words": (t) => handlersWords(t, me),
  'nothing broke': async (t) => t.equal(me.broken.join('\n'), '', 'errors, or requests to elsewhere'),
})
end(figures)

/** Shows a list, and waits until it is open. */
async function list(me, tab) {
  await at(me, `/cases?tab=${tab}`)
  await me.page.locator('.tabs [aria-current]').waitFor()
  if (await me.page.locator('tr[data-case]').count()) await me.page.locator('.who:not(:empty)').first().waitFor()
  await me.page.waitForFunction(() => document.querySelector('#told').textContent === '')
}

/** Opens a case of a list, and waits until it is read. */
async function open(me, row) {
  await row.locator('a').click()
  await me.page.locator('#timeline .report .text').waitFor()
}

/** Presses a button that brings the page again. */
async function press(me, id) {
  await me.page.evaluate(() => (document.querySelector('#triage details').open = true))
  await Promise.all([me.page.waitForEvent('load'), me.page.locator(`#${id}`).click()])
  await me.page.locator('#timeline .report .text').waitFor()
}

/** The first rows of a list are those that say so in words. */
async function firstRows(t, page, where) {
  const rows = page.locator('tr[data-case]')
  for (let i = 0; i < urgent; i++) t.equal(await rows.nth(i).locator('.mark.high:visible').allTextContents().then((all) => all.join()), texts['cases.urgent'], `the mark of row ${i + 1}, ${where}`)
  t.equal(await rows.nth(urgent).locator('.mark.high:visible').count(), 0, `marks of row ${urgent + 1}, ${where}`)
}

async function seesUrgent(t, me) {
  const { page } = me
  for (const tab of ['new', 'all']) {
    await list(me, tab)
    await firstRows(t, page, tab)
  }
  t.equal(await page.locator('.tabs a').first().getAttribute('href').then((href) => /tab=urgent/.test(href)), true, 'the first tab is that of urgent cases')
  t.equal(await countOf(page, 'urgent'), String(urgent), 'urgent cases in the tab')
  t.equal(await page.locator('.tabs a').first().locator('.count.urgent').count(), 1, 'the count that stands out')
  t.ok(await page.locator('.kind-mark:visible').count() > 0, 'a consultation has its mark')
  t.equal(await page.locator('.danger-mark:visible').count(), 0, 'marks of danger beside those of urgent cases')
  await looks(t, page, 'eighty')
  const kept = await page.evaluate(() => Object.entries(sessionStorage))
  await page.evaluate(() => sessionStorage.clear())
  await page.reload()
  await page.locator('#unlock').waitFor()
  await firstRows(t, page, 'locked')
  t.equal(await page.locator('.kind-mark:visible').count(), 0, 'what is sealed in a locked list')
  await page.evaluate((all) => all.forEach(([key, value]) => sessionStorage.setItem(key, value)), kept)
  await list(me, 'urgent')
  t.equal(await page.locator('tr[data-case]').count(), urgent, 'rows of urgent cases')
}

async function acts(t, me) {
  const { page } = me
  await list(me, 'urgent')
  await open(me, page.locator('tr[data-case]').first())
  await page.locator('#in-danger-by:not(:empty)').waitFor()
  t.equal(await page.locator('#in-danger-by').textContent(), texts['danger.by-reporter'], 'who said it')
  t.equal(await page.locator('#in-danger button').textContent(), texts['danger.act'], 'what can be done')
  await looks(t, page, 'in-danger')
  await page.locator('#in-danger button').focus()
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
  await page.locator('#timeline .report .text').waitFor()
  t.equal(await said(page), texts['case.done.danger-acted'], 'what is said')
  t.equal(await page.locator('#in-danger').count(), 0, 'notices of danger')
  const happened = (await events(page)).filter((text) => text.includes(texts['event.danger-acted']))
  t.equal(happened.length, 1, 'events')
  t.match(happened[0], /Ken Sato.*\d{2}:\d{2}/s, 'who acted, and when')
  t.equal(await page.locator('#undo').textContent(), texts['danger.still'], 'the way back')
  await press(me, 'undo')
  t.equal(await page.locator('#in-danger').count(), 1, 'notices of danger, again')
  t.ok((await events(page)).some((text) => text.includes(texts['event.danger-still'])), 'that somebody is still in danger')
  await press(me, 'danger-acted')
  await list(me, 'all')
  t.equal(await countOf(page, 'urgent'), String(urgent - 1), 'urgent cases after one was acted on')
  t.equal(await page.locator('.danger-mark:visible').count(), 0, 'marks of danger that was acted on')
}

async function marks(t, me) {
  const { page } = me
  await list(me, 'all')
  await open(me, page.locator('tr[data-case]:not(.urgent)').first())
  await press(me, 'danger-open')
  await page.locator('#in-danger-by:not(:empty)').waitFor()
  t.ok((await page.locator('#in-danger-by').textContent()).includes('Ken Sato'), 'who said it')
  await press(me, 'undo')
  t.equal(await page.locator('#in-danger').count(), 0, 'notices of danger')
}

async function junk(t, me) {
  const { page } = me
  await list(me, 'new')
  const row = page.locator('tr[data-case]:not(.urgent)').nth(2)
  const id = await row.getAttribute('data-case')
  await open(me, row)
  await press(me, 'standing-junk')
  t.equal(await said(page), texts['case.done.standing-junk'], 'what is said')
  t.ok((await page.locator('.marks').innerText()).includes(texts['standing.junk']), 'the mark of junk')
  await looks(t, page, 'junk')
  const back = page.url()
  await list(me, 'new')
  t.equal(await page.locator(`#case-${id}`).count(), 0, 'junk among the new cases')
  await list(me, 'junk')
  t.equal(await page.locator(`#case-${id}`).count(), 1, 'junk among junk')
  await page.goto(back)
  await page.locator('#timeline .report .text').waitFor()
  await press(me, 'undo')
  t.equal(await said(page), texts['case.done.standing-counts'], 'what is said')
  t.equal((await events(page)).filter((text) => text.includes(texts['event.standing-junk']) || text.includes(texts['event.standing-counts'])).length, 2, 'events')
  await list(me, 'junk')
  t.equal(await page.locator('tr[data-case]').count(), 0, 'cases in a list of junk')
  await looks(t, page, 'no-junk')
}

async function duplicate(t, me) {
  const { page } = me
  await list(me, 'new')
  const row = page.locator('tr[data-case]:not(.urgent)').nth(3)
  const id = await row.getAttribute('data-case')
  await open(me, row)
  await press(me, 'standing-duplicate')
  t.equal(await said(page), texts['case.done.standing-duplicate'], 'what is said')
  await list(me, 'new')
  t.ok((await page.locator(`#case-${id} .what`).innerText()).includes(texts['standing.duplicate']), 'the mark of a duplicate in the list')
  await open(me, page.locator(`#case-${id}`))
  await press(me, 'standing-counts')
}

async function turns(t, me) {
  const { page } = me
  await list(me, 'all')
  const row = page.locator('tr[data-case]', { has: page.locator('.kind-mark:not([hidden])') }).first()
  const id = await row.getAttribute('data-case')
  await open(me, row)
  t.equal(await kind(page), texts['answers.kind.consultation'], 'what the reporter chose')
  t.equal(await page.locator('#acknowledge-title').textContent(), texts['consultation.case.acknowledge.title'], 'the heading')
  t.equal(await page.locator('#timeline .report .author').textContent(), texts['consultation.case.from.report'], 'what was written')
  const advice = await acknowledgement(page)
  await looks(t, page, 'consultation')
  await press(me, 'kind-report')
  t.equal(await said(page), texts['case.done.kind-report'], 'what is said')
  t.equal(await page.locator('#acknowledge-title').textContent(), texts['case.acknowledge.title'], 'the heading of a report')
  t.equal(await page.locator('#timeline .report .author').textContent(), texts['case.from.report'], 'what was written')
  t.equal(await kind(page), texts['answers.kind.consultation'], 'what the reporter chose, still')
  t.ok(await acknowledgement(page) !== advice, 'a report is acknowledged like a question')
  t.ok((await events(page)).some((text) => text.includes(texts['event.kind-report'])), 'the event')
  await list(me, 'all')
  if (await page.locator(`#case-${id}`).count()) t.equal(await page.locator(`#case-${id} .kind-mark:visible`).count(), 0, 'the mark in the list after it became a report')
  await at(me, `/cases/${id}`)
  await page.locator('#timeline .report .text').waitFor()
  await press(me, 'kind-consultation')
  t.equal(await said(page), texts['case.done.kind-consultation'], 'what is said')
  t.equal(await acknowledgement(page), advice, 'the acknowledgement of a consultation')
}

/** What would be sent. */
async function acknowledgement(page) {
  await page.locator('#acknowledge:not([disabled])').waitFor()
  return page.locator('#acknowledgement').textContent()
}

/** What the reporter chose is read in the words of a handler, in the language of the page. */
async function handlersWords(t, me) {
  const { page } = me
  await at(me, '/search')
  await page.locator('#loaded.ready').waitFor()
  await page.locator('#query').fill(texts['answers.subject.supplier'])
  await page.locator('#results .found').first().waitFor()
  const id = await page.locator('#results .found').first().getAttribute('data-case')
  for (const [lang, texts] of Object.entries(site.texts)) {
    await page.goto(`${site.url}/${lang}/desk/cases/${id}`)
    await page.locator('#timeline .report .text').waitFor()
    await inWords(t, page, texts)
  }
}

async function inWords(t, page, texts) {
  const answers = await page.locator('#timeline .report .facts').innerText()
  for (const key of ['answers.relationship.label', 'answers.relationship.employee', 'answers.subject.supplier', 'answers.identity.desk']) t.ok(answers.includes(texts[key]), `${key} is not on the page: ${answers}`)
  for (const key of ['relationship.employee', 'report.relationship.label']) {
    const own = key.replace(/^(report\.)?/, 'answers.')
    t.ok(texts[key] === texts[own] || !answers.includes(texts[key]), `${key} is the reporter's`)
  }
  t.equal(await kind(page), texts['case.kind.unsaid'], 'a kind that nobody chose')
  t.equal(await page.locator('#timeline .report .facts div').count(), 3, 'answers that were given')
}

/** Examines a page as it stands, and then in every other language, on three widths, in light and in dark colours. */
async function looks(t, page, name) {
  const here = page.url()
  await looksIn(t, page, name, lang)
  for (const other of Object.keys(site.texts).filter((one) => one !== lang)) {
    await page.goto(here.replace(`/${lang}/desk/`, `/${other}/desk/`))
    await page.locator('.tabs [aria-current], #timeline .report .text').first().waitFor()
    await page.waitForFunction(() => document.querySelector('#told').textContent === '')
    await looksIn(t, page, name, other)
  }
  await page.goto(here)
  await page.locator('.tabs [aria-current], #timeline .report .text').first().waitFor()
}

async function looksIn(t, page, name, lang) {
  const views = [[1280, 'light'], [768, 'light'], [320, 'dark']].map(([width, scheme]) => ({ width, height: 800, scheme }))
  await look(t, page, { name: `triage-${name}`, lang, views, layout: deskFaults, first: lang === site.lang, folder: site.screenshots })
  if (site.screenshots && name === 'eighty') {
    for (const [width, scheme] of [[360, 'light'], [360, 'dark'], [1280, 'dark'], [768, 'dark']]) {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme: scheme })
      await fits(t, page, deskFaults, `${name}, ${lang}, ${width} px`)
      await picture(page, site.screenshots, `triage-${name}-${lang}-${width}-${scheme}`)
    }
    await page.emulateMedia({ colorScheme: 'light' })
  }
  await page.setViewportSize({ width: 1280, height: 800 })
}
