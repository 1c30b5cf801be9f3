// A case with 130 messages: its reporter and a handler walk to the earlier ones, search
// finds what stands there, and an export has all of it. Called with one JSON argument:
// url, people, password, folder, receipt, cases (ids by name), screenshots.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect, fresh } from '../lib/browser.mjs'
import { end, story } from '../lib/results.mjs'
import { unzip } from '../lib/unzip.mjs'
import { at, enter } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
const id = site.cases.long
let aiko

/** The numbers of the messages that are shown, "message 7". */
const numbers = (page, within) => page.locator(`${within} .text`).evaluateAll((texts) => texts.map((text) => Number(/^message (\d+)$/.exec(text.textContent)?.[1] ?? 1)))

const range = ({ page }) => page.locator('#shown-messages').textContent()

/** What goes to the case's API from now on. */
function asked(page) {
  const paths = []
  page.on('request', (r) => r.url().includes(`/api/desk/cases/${id}/messages?`) && paths.push(new URL(r.url()).search))
  return paths
}

await story({
  'the reporter': (t) => asReporter(t),
  'the handler': async (t) => {
    aiko = await enter(t, browser, site, 'Aiko', 'en')
    await asHandler(t, aiko)
  },
  'the first unread message': (t) => unread(t, aiko),
  'search': (t) => search(t, aiko),
  'an export': (t) => exported(t, aiko),
  'nothing broke': async (t) => t.equal(aiko.broken.join('\n'), '', 'errors, or requests to elsewhere'),
})
end()

async function asReporter(t) {
  const context = await fresh(browser, { viewport: { width: 360, height: 740 } })
  const page = await context.newPage()
  const broken = []
  page.on('pageerror', (error) => broken.push(String(error)))
  await page.goto(`${site.url}/en/follow-up`)
  await page.locator('.field > [role=status]').waitFor({ state: 'attached' })
  await page.locator('#receipt').fill(site.receipt)
  await page.locator('#follow-up .button').click()
  await page.locator('#earlier').waitFor()
  const first = await numbers(page, '#messages')
  t.equal([first.length, first[0]].join(), '50,130', 'the newest messages')
  await page.locator('#text').fill('half a thought')
  await page.locator('#earlier').click()
  await page.locator('#earlier').waitFor({ state: 'hidden' })
  await page.locator('#messages .message.report').waitFor()
  const all = await numbers(page, '#messages')
  const wanted = Array.from({ length: 130 }, (_, i) => 130 - i).filter((seq) => seq === 1 || seq % 3 !== 2)
  t.equal(all.join(), wanted.join(), 'all of them, the newest first, without notes')
  t.equal(await page.evaluate(() => document.activeElement.querySelector('.text')?.textContent), `message ${wanted[50]}`, 'where the focus is')
  t.equal(await page.locator('#text').inputValue(), 'half a thought', 'what was typed')
  t.ok(!page.url().includes('#') && page.url().endsWith('/en/follow-up'), `the address is ${page.url()}`)
  await page.locator('.languages [lang=ja]').click()
  await page.waitForFunction(() => document.documentElement.lang === 'ja')
  t.equal((await numbers(page, '#messages')).length, wanted.length, 'messages in another language')
  t.equal(broken.join('\n'), '', 'errors')
  await context.close()
}

async function openCase(me) {
  await at(me, `/cases/${id}`)
  await me.page.locator('#timeline .report .text').waitFor()
}

async function asHandler(t, me) {
  const { page } = me
  const paths = asked(page)
  await openCase(me)
  t.equal(await range(me), 'Messages 81–130 of 130', 'what is shown')
  t.equal(paths.join(), '?before=81&kind=task', 'what else was asked for: the tasks')
  t.equal(await page.locator('#task-list > li').count(), 43, 'tasks, of all pages')
  t.equal((await numbers(page, '#timeline')).join(), [1, ...Array.from({ length: 50 }, (_, i) => 81 + i)].join(), 'the report, and the newest')
  await page.locator('#earlier').click()
  await page.locator('#shown-messages', { hasText: 'Messages 31–130' }).waitFor()
  t.equal(await page.evaluate(() => document.activeElement.id), 'earlier', 'the focus')
  t.ok(await page.locator('#timeline .text', { hasText: /^message 31$/ }).isVisible(), 'what was fetched is folded')
  t.ok(await page.evaluate(() => ((r) => r.top >= 0 && r.bottom <= innerHeight)(document.querySelector('#earlier').getBoundingClientRect())), 'the button has left the window')
  await page.locator('#note-text').fill('a note meanwhile')
  await page.locator('#note [type=submit]').click()
  await page.locator('#timeline .note .text', { hasText: 'a note meanwhile' }).waitFor()
  t.equal(await range(me), 'Messages 31–131 of 131', 'after writing')
  await page.locator('#earlier').click()
  await page.locator('#shown-messages', { hasText: 'Messages 1–131' }).waitFor()
  t.equal(await page.evaluate(() => document.activeElement.id), 'shown-messages', 'the focus where there are no more')
  t.equal((await numbers(page, '#timeline')).slice(0, 130).join(), Array.from({ length: 130 }, (_, i) => 1 + i).join(), 'each message once')
  t.equal(await page.locator('#earlier').count(), 0, 'the button')
}

/** The page was read up to its end by now: somebody else's read mark stands at message 20. */
async function unread(t, me) {
  const { page } = me
  await page.route(`**/api/desk/cases/${id}`, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...(await response.json()), read: 20 } })
  })
  await openCase(me)
  t.equal(await page.locator('#unread').count(), 0, 'a first unread message that is not the first')
  await page.locator('#first-unread a').click()
  await page.locator('#unread').waitFor()
  t.equal(await page.locator('#unread .text').textContent(), 'message 21', 'the first unread message')
  t.ok(await page.evaluate(() => document.activeElement.id === 'unread'), 'it has no focus')
  await page.unroute(`**/api/desk/cases/${id}`)
}

async function search(t, me) {
  const { page } = me
  await at(me, '/search')
  await page.locator('#loaded.ready').waitFor()
  await page.locator('#query').fill('message 22')
  await page.locator(`#results > li[data-case="${id}"]`).waitFor()
  t.ok(true, 'what stands on an earlier page is found')
}

async function exported(t, me) {
  const { page } = me
  await openCase(me)
  await page.locator('#export-opened').click()
  await page.locator('#export-reason').fill('for our counsel')
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('dialog.export [type="submit"]').click()])
  const path = join(site.folder, download.suggestedFilename())
  await download.saveAs(path)
  const html = unzip(await readFile(path)).get('case.html').toString('utf8')
  const found = [...html.matchAll(/>message (\d+)</g)].map((m) => Number(m[1]))
  t.equal(found.join(), Array.from({ length: 129 }, (_, i) => 2 + i).join(), 'what the export holds')
}
