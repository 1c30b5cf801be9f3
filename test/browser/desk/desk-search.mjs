// Drives chromium through searching, labels and links. Called with one JSON
// argument: url, people, password, cases (ids by name), screenshots, only.
import { connect } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { end, test } from '../lib/results.mjs'
import { question, show, yes } from './desk-keys.mjs'
import { examineBoth } from './desk-look.mjs'
import { at, enter, tab } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const wanted = new RegExp(site.only || '.')
const { cases } = site
const browser = await connect(site.chromium)
const languages = ['en', 'ja', 'es', 'pt', 'zh']
let aiko, ken

const short = (id) => id.slice(0, 8)
const found = (me) => me.page.locator('#results > li').evaluateAll((items) => items.map((item) => item.dataset.case))
const names = async (me) => (await found(me)).map((id) => Object.keys(cases).find((name) => cases[name] === id)).sort().join(' ')

/** What a search finds; it waits until the page has said so. */
async function search(me, text) {
  const before = await me.page.locator('#query').inputValue()
  if (before !== text) await me.page.locator('#query').fill(text)
  await shown(me)
  return names(me)
}

/** Waits until the page shows what was asked for. */
const shown = ({ page }) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))

async function toSearch(me) {
  await at(me, '/search')
  await me.page.locator('#loaded.ready').waitFor()
}

/** Everything that a page could leave behind or send. */
const kept = (page) => page.evaluate(async () => {
  const stored = [...Object.entries(localStorage), ...Object.entries(sessionStorage)].flat()
  return JSON.stringify([stored, (await indexedDB.databases()).length, (await globalThis.caches?.keys()) ?? [], location.href, JSON.stringify(history.state), document.title])
})

async function searching(t) {
  const { page } = aiko
  const sent = []
  page.on('request', (r) => sent.push(`${r.url()} ${r.postData() ?? ''}`))
  await toSearch(aiko)
  t.match(await page.locator('#loaded').textContent(), /5 cases/, 'how many are there')
  const began = await page.evaluate(() => history.length)
  t.equal(await search(aiko, ''), '', 'without a question')
  const finds = {
    'ざんぎょう': 'ja', 'ｻﾞﾝｷﾞｮｳ': 'ja', 'やまだ': 'ja', '組立課 残業': 'ja', 'カナリア壱': 'ja', '技能実習': '', '写真': 'ja', '加班费': 'zh', '工卡': 'zh', 'GOMEZ nunez': 'es', 'companeras': 'es',
    'almacén': 'es', 'kickback': '', 'canaryquery twelve': '', [short(cases.es)]: 'es', 'hyperlink': 'attack', '本名花子': 'ja',
  }
  for (const [text, wanted] of Object.entries(finds)) t.equal(await search(aiko, text), wanted, `searching for ${text}`)
  await search(aiko, 'gomez')
  t.equal(await page.locator('#results mark.hit').allTextContents().then((all) => all.join()), 'Gómez', 'the hit is marked')
  t.equal(await page.locator('#results h3 a').getAttribute('href'), `/en/desk/cases/${cases.es}`, 'the link to the case')
  t.match(await page.locator('#hits').textContent(), /1 case\./, 'the number of hits')
  t.match(await page.locator('#unopened').textContent(), new RegExp(short(cases.broken)), 'the case that does not open is named')
  await search(aiko, 'xss-one')
  t.equal(await page.locator('#results :is(img, script, textarea)').count(), 0, 'markup out of a report')
  t.match(await page.locator('#results').textContent(), /\[U\+202E\]/, 'what turns text is visible')
  await search(aiko, '')
  await page.locator('#of-state').selectOption('received')
  await shown(aiko)
  t.equal((await found(aiko)).length, 5, 'all of a state')
  await page.locator('#of-state').selectOption('')
  t.equal(await page.locator('#of-queue option:not([disabled])').count(), 2, 'queues that can be chosen')
  await aiko.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await search(aiko, '工卡')
  await page.locator('#results button').click()
  await page.waitForFunction((id) => navigator.clipboard.readText().then((text) => text === id), short(cases.zh))
  const words = /canaryquery|gomez|nunez|ざんぎょう|ｻﾞﾝ|工卡|kickback|hyperlink|companeras|%E5%B7%A5/i
  t.equal(sent.filter((request) => words.test(decodeURIComponent(request))).join(), '', 'what was looked for was sent')
  t.equal(words.test(await kept(page)), false, 'what was looked for was kept')
  t.equal(await page.evaluate(() => history.length), began, 'the history has grown')
  await page.reload()
  await page.locator('#loaded.ready').waitFor()
  t.equal(await page.locator('#query').inputValue(), '', 'the query after a reload')
}

/** The connection breaks before everything has come: what is there can be searched, and the rest comes later. */
async function interrupted(t) {
  const { page } = aiko
  let pages = 0
  await page.route('**/api/desk/search', async (route) => {
    if (++pages > 1) return route.abort()
    const response = await route.fetch()
    const json = await response.json()
    await route.fulfill({ response, json: { cases: json.cases.slice(0, 3), next: json.cases[2].case } })
  })
  await at(aiko, '/search')
  await page.locator('#error-message button').waitFor()
  await page.locator('#of-state').selectOption('received')
  await shown(aiko)
  const before = await found(aiko)
  t.ok(before.length > 0 && before.length <= 3, `${before.length} cases before the connection broke`)
  await page.unrouteAll({ behavior: 'wait' })
  await page.locator('#error-message button').click()
  await page.locator('#loaded.ready').waitFor()
  t.equal((await found(aiko)).length, 5, 'cases in the end')
  t.equal(await page.locator('#error-message').textContent(), '', 'the error message is gone')
  aiko.broken = aiko.broken.filter((text) => !/ERR_FAILED/.test(text))
}

/** Two handlers change the labels of a case that both have open. */
async function labels(t) {
  await Promise.all([show(aiko, cases.ja), show(ken, cases.ja)])
  await Promise.all([aiko, ken].map(({ page }) => page.locator('#labels:not([hidden])').waitFor()))
  const add = async (me, label) => {
    await me.page.locator('#new-label').fill(label)
    await me.page.locator('#add-label button').click()
  }
  const there = ({ page }) => page.locator('#labels li bdi').allTextContents()
  const told = async ({ page }, pattern, what) => {
    await page.waitForFunction(() => document.querySelector('#label-said').textContent !== '')
    t.match(await page.locator('#label-said').textContent(), pattern, what)
  }
  await add(aiko, 'canary label 残業')
  await aiko.page.locator('#labels li').first().waitFor()
  await add(ken, '  Line\u202e 3 ')
  await ken.page.locator('#labels li').nth(1).waitFor()
  t.equal((await there(ken)).join(), 'canary label 残業,Line 3', 'both labels')
  await told(ken, /same time/, 'what the slower one is told')
  await aiko.page.locator('#labels li button').first().click() // she does not know of the second one yet
  await aiko.page.waitForFunction(() => document.querySelector('#labels li')?.textContent.startsWith('Line 3'))
  t.equal((await there(aiko)).join(), 'Line 3', 'after she removed hers')
  await add(aiko, 'x'.repeat(41))
  await told(aiko, /40 characters/, 'a long label')
  await add(aiko, 'Line 3')
  await told(aiko, /already/, 'the same label again')
  await add(aiko, 'canary label 残業')
  await aiko.page.locator('#labels li').nth(1).waitFor()
  await at(aiko, '/cases?tab=all')
  await aiko.page.locator(`#case-${cases.ja} .labels li`).nth(1).waitFor()
  await toSearch(ken)
  await ken.page.locator('#of-labels button', { hasText: 'Line 3' }).click()
  await shown(ken)
  t.equal(await names(ken), 'ja', 'the cases of a label')
  t.equal(await search(ken, 'canary LABEL'), 'ja', 'a label is found as a word')
  t.equal(await search(ken, 'kickback'), '', 'a word and a label that never stand together')
  await ken.page.locator('#of-labels button', { hasText: 'Line 3' }).click()
  t.equal(await names(ken), 'other', 'the case of the other queue, for who reads it')
}

async function links(t) {
  await show(aiko, cases.ja)
  const { page } = aiko
  const said = async (pattern, what) => {
    await page.waitForFunction((source) => new RegExp(source).test(document.querySelector('#link-said').textContent), pattern.source)
    t.match(await page.locator('#link-said').textContent(), pattern, what)
  }
  const link = async (text, kind = 'related') => {
    await page.locator('#other-case').fill(text)
    await page.locator('#link-kind').selectOption(kind)
    await page.locator('#add-link button[type="submit"]').click()
  }
  await page.locator('#links summary').click()
  await link('')
  await said(/at least 8/, 'too short')
  await link(short(cases.ja))
  await said(/this case itself/, 'the same case')
  await link(cases.other)
  await said(/no such case/, 'a case of another queue is not there')
  await link(` ${short(cases.es).toUpperCase()} `, 'duplicate')
  await page.locator('#links .linked li', { hasText: 'Gómez' }).waitFor()
  t.match(await page.locator('#links .linked li').textContent(), /Duplicate.*Human resources.*Received/, 'the link')
  await show(ken, cases.ja)
  await ken.page.locator('#links summary').click()
  await ken.page.locator('#other-case').fill(cases.other)
  await ken.page.locator('#add-link button[type="submit"]').click()
  await ken.page.locator('#links .linked li').nth(1).waitFor()
  await show(aiko, cases.ja)
  t.equal(await page.locator('#links .linked li').count(), 1, 'links that she sees')
  await page.locator('#links .linked li button').click()
  await question(aiko).waitFor()
  await yes(aiko)
  await page.waitForFunction(() => document.querySelectorAll('#links .linked li').length === 0)
  await show(ken, cases.ja)
  t.equal(await ken.page.locator('#links .linked li').count(), 1, 'the link that she does not know of stays')
}

/** The tab locks while cases are being opened: workers, texts and the query are gone. */
async function locking(t) {
  const { page } = ken
  let pages = 0
  await page.route('**/api/desk/search', async (route) => {
    if (++pages > 1) return // the second page never comes
    const response = await route.fetch()
    const json = await response.json()
    await route.fulfill({ response, json: { ...json, next: json.cases.at(-1).case } })
  })
  await at(ken, '/search')
  await page.locator('#of-labels button').first().waitFor()
  t.equal(await search(ken, '工卡'), 'zh', 'searching while it loads')
  t.equal(page.workers().length, 2, 'workers')
  const other = await tab(ken)
  await other.goto(`${site.url}/en/desk/account`)
  await Promise.all([page.waitForURL('**/sign-in**'), other.locator('form.sign-out button').click()])
  t.equal(page.workers().length, 0, 'workers after the lock')
  t.equal(/工卡|班长/.test(await page.content()), false, 'texts after the lock')
  await page.goBack().catch(() => undefined)
  await page.waitForURL('**/sign-in**')
  t.equal(/工卡|班长/.test(await page.content()), false, 'texts after going back')
}

/** Sees that there is a label to look at, whatever ran before. */
async function labelled() {
  await show(aiko, cases.ja)
  await aiko.page.locator('#labels:not([hidden])').waitFor()
  if (await aiko.page.locator('#labels li').count() > 0) return
  await aiko.page.locator('#new-label').fill('Line 3')
  await aiko.page.locator('#add-label button').click()
  await aiko.page.locator('#labels li').first().waitFor()
}

/** Every state of these pages in a language. */
async function looks(t, lang) {
  const { page } = aiko
  aiko.lang = lang
  aiko.t = t
  await labelled()
  await toSearch(aiko)
  await page.locator('#of-labels button').first().click()
  await page.locator('#results li').first().waitFor()
  await looked(t, 'search')
  await page.locator('#query').fill('nothing of this')
  await show(aiko, cases.ja)
  await page.locator('#labels li').first().waitFor()
  await page.locator('#links summary').click()
  await page.locator('#other-case').fill('')
  await page.locator('#add-link button[type="submit"]').click()
  await page.locator('#link-said.error').waitFor()
  await looked(t, 'labels')
}

async function looked(t, name) {
  await examineBoth(aiko, name, ['en', 'ja'].includes(aiko.lang) ? [1280, 320] : [320])
  const key = await aiko.page.evaluate(() => document.body.innerText.match(/(?<![\w.@/-])(search|label|link|export|mask)(\.[a-z][a-z-]*)+(?![\w@.])|\{\{/)?.[0] ?? '')
  t.equal(key, '', `${name}: a key in the place of a text`)
}

const all = { searching, interrupted, labels, links, ...Object.fromEntries(languages.map((lang) => [`how it looks, ${lang}`, (t) => looks(t, lang)])), locking }
await test('they come in', async (t) => {
  [aiko, ken] = [await enter(t, browser, site, 'Aiko'), await enter(t, browser, site, 'Ken')]
})
for (const [name, run] of Object.entries(all)) {
  if (aiko) aiko.lang = 'en'
  if (wanted.test(name)) await test(name, run, 'they come in')
}
await test('nothing broke', async (t) => {
  for (const one of [aiko, ken]) t.equal(one.broken.join('\n'), '', `${one.name}: errors, or requests to elsewhere`)
}, 'they come in')
end(figures)
