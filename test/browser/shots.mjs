// Takes pictures of pages: of each page, in each language, on each width, in each
// colour scheme. It starts a demonstration of its own and prints the files. The defaults:
//
//	PAGES= LANGS=ja,en WIDTHS=360,1280 SCHEMES=light OUT=shots node test/browser/shots.mjs HOTLINE
//
// PAGES is a regular expression of names of pages, so that an empty one is all.
import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { launch } from './lib/browser.mjs'
import { languages, reports } from './lib/words.mjs'

const [program] = process.argv.slice(2)
const { PAGES = '', LANGS = 'ja,en', WIDTHS = '360,1280', SCHEMES = 'light', OUT = 'shots' } = process.env
const heights = (width) => (width < 700 ? 740 : 800)

const handler = 'beatriz.almeida@hotline.example'
const administrator = 'kenji.sato@hotline.example'
const operator = 'linh.tran@hotline.example'
const auditor = 'sofia.herrera@hotline.example'

const next = (page) => page.locator('.step:not([hidden]) > button.button:not(.second)').click()
const written = async (page, lang) => {
  await page.locator('.step-title').first().waitFor()
  await page.locator('#text').fill(reports[lang].text)
}
const listed = async (page) => {
  await page.locator('tr[data-case] .who:not(:empty)').first().waitFor()
  await page.waitForFunction(() => document.querySelector('#told').textContent === '')
}
const followed = async (page) => {
  await page.locator('.field > [role=status]').first().waitFor({ state: 'attached' })
  await page.locator('#receipt').fill(receipt)
  await page.locator('#follow-up button.button').click()
  await page.locator('form#message').waitFor()
}

const tried = async (page) => {
  await page.locator('.conditions-form details:has([name="category"]) > summary').click()
  await page.locator('#rule-category-bribery').check()
  await page.locator('#queue').selectOption('independent')
  await page.locator('.conditions-form > button').click()
  await page.locator('#examples').waitFor()
}

/** Each page: its path, who signs in to see it, and what happens there before the picture is taken. */
const pages = {
  landing: { path: '/' },
  report: { path: '/report', act: (page) => page.locator('.step-title').first().waitFor() },
  'report-details': { path: '/report', act: async (page, lang) => { await written(page, lang); await next(page) } },
  'report-send': { path: '/report', act: async (page, lang) => { await written(page, lang); await next(page); await next(page) } },
  'report-without-scripts': { path: '/report', plain: true },
  'follow-up': { path: '/follow-up' },
  conversation: { path: '/follow-up', act: followed },
  'not-found': { path: '/nothing' },

  'sign-in': { path: '/desk/sign-in', act: (page) => page.locator('#sign-in button[type="submit"]:not([disabled])').waitFor() },
  cases: { path: '/desk/cases?tab=all', who: handler, act: listed },
  case: { path: '/desk/cases?tab=all', who: handler, act: async (page) => {
    await listed(page)
    await page.locator('tr[data-case] a').last().click()
    await page.locator('#timeline .entry .text').first().waitFor()
  } },
  access: { path: '/desk/access', who: handler },
  search: { path: '/desk/search', who: handler },
  account: { path: '/desk/account', who: handler },
  intake: { path: '/desk/intake', who: operator },
  people: { path: '/desk/admin/people', who: administrator },
  person: { path: '/desk/admin/people', who: administrator, act: async (page) => {
    await page.locator('.people a').first().click()
    await page.waitForURL('**/people/*')
  } },
  organization: { path: '/desk/admin/organization', who: administrator },
  'set-up': { path: '/desk/admin/set-up', who: administrator },
  entities: { path: '/desk/admin/entities', who: administrator },
  entity: { path: '/desk/admin/entities', who: administrator, act: async (page) => {
    await page.locator('.tree a[href*="/entities/"]').first().click()
    await page.waitForURL('**/entities/*')
  } },
  poster: { path: '/desk/admin/poster', who: administrator },
  queues: { path: '/desk/admin/queues', who: administrator },
  queue: { path: '/desk/admin/queues/hr', who: administrator },
  routing: { path: '/desk/admin/routing?asked=1&category=bribery&subject=own&relationship=employee', who: administrator },
  'routing-preview': { path: '/desk/admin/routing', who: administrator, act: tried },
  webhooks: { path: '/desk/admin/webhooks', who: administrator },
  contacts: { path: '/desk/admin/contacts', who: administrator },
  register: { path: '/desk/admin/register', who: administrator },
  recovery: { path: '/desk/admin/recovery', who: administrator },
  audit: { path: '/desk/audit', who: auditor },
}

/** Starts the demonstration and waits for all that it prints. */
async function demonstration() {
  const server = spawn(program, ['serve', '--demo', '--listen', '127.0.0.1:0', '--ops-listen', ''], { stdio: ['ignore', 'pipe', 'inherit'] })
  process.once('exit', () => server.kill())
  let said = ''
  for await (const chunk of server.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    said += chunk
    if (/\n  \S+ case open .*\n/.test(said)) break
  }
  server.stdout.resume()
  const [, site] = said.match(/listens on (\S+)\//) ?? []
  if (!site) throw new Error('the demonstration does not start')
  return { server, site, receipt: said.match(/^ {2}(\w{5}(-\w{5}){4}) /m)[1], password: said.match(/password is {2}(.*)/)[1] }
}

/** A page of somebody's browser, signed in if they have an address. */
async function opened(who, plain) {
  const context = await browser.newContext({ javaScriptEnabled: !plain })
  const page = await context.newPage()
  page.on('dialog', (dialog) => dialog.accept()) // leaving what was typed
  if (!who) return page
  await page.goto(`${site}/en/desk/sign-in`)
  await pages['sign-in'].act(page)
  await page.locator('#email').fill(who)
  await page.locator('#password').fill(password)
  await page.locator('#sign-in button[type="submit"]').click()
  await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'))
  return page
}

const wanted = Object.keys(pages).filter((name) => new RegExp(PAGES).test(name))
const langs = LANGS.split(',')
if (wanted.length === 0) throw new Error(`no page is like ${PAGES}; there are ${Object.keys(pages).join(', ')}`)
if (!langs.every((lang) => languages.includes(lang))) throw new Error(`LANGS are of ${languages.join(',')}`)

const { server, site, receipt, password } = await demonstration()
const browser = await launch()
const browsers = new Map() // pages of those who have signed in, and of those who need not
await mkdir(OUT, { recursive: true })
for (const name of wanted) {
  const { path, who, plain, act } = pages[name]
  const key = who ?? String(plain)
  if (!browsers.has(key)) browsers.set(key, await opened(who, plain))
  const page = browsers.get(key)
  for (const lang of langs) {
    await page.goto(`${site}/${lang}${path}`)
    await act?.(page, lang)
    await page.waitForLoadState('networkidle')
    for (const width of WIDTHS.split(',').map(Number)) {
      await page.setViewportSize({ width, height: heights(width) })
      for (const colorScheme of SCHEMES.split(',')) {
        await page.emulateMedia({ colorScheme })
        const file = join(OUT, `${name}-${lang}-${width}-${colorScheme}.png`)
        await page.evaluate(() => scrollTo(0, 0))
        await page.screenshot({ path: file, fullPage: true })
        console.log(file)
      }
    }
  }
}
await browser.close()
server.kill()
await new Promise((ended) => server.once('exit', ended))
process.exit()
