// Drives chromium through the exports of a case and reads what comes out. Called
// with one JSON argument: url, people, password, folder, cases (ids by name),
// screenshots, only.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { connect, fresh } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { ask, end, test } from '../lib/results.mjs'
import { question, show, yes } from './desk-keys.mjs'
import { examineBoth } from './desk-look.mjs'
import { enter } from './handler.mjs'
import { unzip } from '../lib/unzip.mjs'

const site = JSON.parse(process.argv[2])
const wanted = new RegExp(site.only || '.')
const { cases } = site
const browser = await connect(site.chromium)
const languages = ['en', 'ja', 'es', 'pt', 'zh']
let aiko

/** Gives the password again where the server wants it, and returns what was downloaded. */
async function saved(page, send, proves = false) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    (async () => {
      await send()
      if (!proves) return
      await page.locator('dialog.ask[open] input[type="password"]').fill(site.password)
      await page.locator('dialog.ask[open] button[type="submit"]').click()
    })(),
  ])
  const path = join(site.folder, download.suggestedFilename())
  await download.saveAs(path)
  const bytes = await readFile(path)
  return { name: download.suggestedFilename(), bytes, files: unzip(bytes) }
}

const text = (files, name) => files.get(name).toString('utf8')

async function opened(t) {
  const { page } = aiko
  await show(aiko, cases.ja)
  await ask('an hour')
  await page.locator('#export-opened').click()
  await page.locator('dialog.export [type="submit"]').click()
  t.match(await page.locator('#export-reason-error').textContent(), /reason/, 'without a reason')
  await page.locator('#export-reason').fill('Canary ten: for our counsel')
  const { name, files } = await saved(page, () => page.locator('dialog.export [type="submit"]').click(), true)
  t.equal(name, `case-${cases.ja.slice(0, 8)}.zip`, 'the name of the archive')
  const names = [...files.keys()]
  t.equal(names.slice(0, 2).join(), 'case.html,case.json', 'the first two')
  t.equal(names.slice(2).sort().join('|'), ['files/=cmd_calc.csv', 'files/_.._[U+202E]gpj.exe', 'files/写真.txt', 'files/写真．txt (2)'].join('|'), 'names of the files')
  t.equal(text(files, 'files/写真.txt'), 'canary file one: 山田太郎', 'a file')
  const [html, json] = [text(files, 'case.html'), JSON.parse(text(files, 'case.json'))]
  for (const there of ['カナリア壱', '山田太郎、佐々木', '組立課の第四ライン', 'lang="ja"']) t.ok(html.includes(there), `${there} is missing`)
  for (const apart of ['本名花子', 'canary-eleven']) t.ok(!html.includes(apart) && !JSON.stringify(json).includes(apart), `${apart} is part of it`)
  t.ok(!/[\u202a-\u202e\u2066-\u2069]/.test(html + text(files, 'case.json')), 'something turns the text')
  t.equal([json.kind, json.case, json.record.queue, json.entries[0].language].join(), `opened,${cases.ja},hr,ja`, 'the data')
  t.ok(!('recipient' in json.record), 'keys are part of it')
  t.equal([json.record.classification?.areas, json.record.classification?.severity].join(), 'working-hours-wages,3', 'the classification')
  t.ok(html.includes('Classification (Severity)</dt><dd dir="auto">3 – Serious'), 'the classification in words')
  await page.locator('#timeline .note .text', { hasText: 'Canary ten' }).waitFor()
  t.match(await page.locator('#export-said').textContent(), /It is not sealed/, 'what the page says')
}

/** The case as it is stored: the server wants the password first, and the page stays. */
async function sealed(t) {
  const { page } = aiko
  await show(aiko, cases.ja)
  await ask('an hour')
  const { name, files } = await saved(page, () => page.locator('#sealed-export button').click(), true)
  t.equal(name, `case-${cases.ja}.zip`, 'the name of the archive')
  t.ok(files.has('0001-report.json.age'), 'the report is missing')
  t.ok(page.url().includes(`/desk/cases/${cases.ja}`), 'the page has gone')
}

/** Texts that do harm elsewhere are nothing but texts in the export. */
async function harmless(t) {
  const { page } = aiko
  await show(aiko, cases.attack)
  await page.locator('#export-opened').click()
  await page.locator('#export-reason').fill('to look at it')
  await ask('confirmed')
  const { files } = await saved(page, () => page.locator('dialog.export [type="submit"]').click())
  const folder = join(site.folder, 'unpacked')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'case.html'), files.get('case.html'))
  for (const name of files.keys()) t.ok(!/[<>:"|?*\\]|\.\.\//.test(name.replace(/^files\//, '')) && name.split('/').length <= 2, `a file is called ${name}`)
  const context = await fresh(browser)
  const reader = await context.newPage()
  const asked = []
  reader.on('request', (r) => asked.push(r.url()))
  reader.on('dialog', (dialog) => (t.fail('a script ran'), dialog.dismiss()))
  await reader.goto(pathToFileURL(join(folder, 'case.html')).href)
  t.equal(asked.length, 1, `it asks for ${asked}`)
  t.equal(await reader.locator('script, img, textarea, iframe').count(), 0, 'markup out of a report')
  const shown = await reader.locator('.text').first().textContent()
  t.ok(shown.includes(`<script>alert('xss-one')</script>`) && shown.includes('[U+202E]'), `the text is ${shown}`)
  t.equal(await reader.locator('a[href^="files/"]').count(), 1, 'the link to the file')
  t.equal(await reader.evaluate(() => document.documentElement.lang), 'en', 'its language')
  if (site.screenshots) await reader.screenshot({ path: join(site.screenshots, 'export-page.png'), fullPage: true })
  await context.close()
}

const masking = 'dialog.masking[open]'

async function blackOutWord(page, word) {
  await page.locator('#mask-word').fill(word)
  await page.locator('.mask-words [type="submit"]').click()
}

async function masked(t) {
  const { page } = aiko
  await show(aiko, cases.ja)
  const before = await page.locator('#timeline .report .text').textContent()
  await page.locator('#export-masked').click()
  await page.locator(masking).waitFor()
  const area = (label) => page.locator('.passage', { has: page.locator(`label:text-is("${label}")`) }).locator('textarea').first()
  await blackOutWord(page, 'nobody of this name')
  t.match(await page.locator('.masking .said').textContent(), /does not/, 'a word that is not there')
  for (const word of ['山田 太郎', 'やまだ', '佐々木', 'Aiko', 'ざんぎょう']) await blackOutWord(page, word)
  const body = area('Text')
  t.ok(!/山田太郎|ヤマダ|ﾔﾏﾀﾞ|ザンギョウ/.test(await body.inputValue()), 'a word is left')
  // With the keyboard alone: the first four characters of the text.
  await body.focus()
  await page.keyboard.press('Control+Home')
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Delete')
  t.match(await body.inputValue(), /^████で残業/, 'what was selected')
  await page.keyboard.press('Control+End')
  await page.keyboard.press('Shift+ArrowLeft')
  await page.keyboard.press('Delete')
  t.match(await body.inputValue(), /████$/, 'the last character')
  await page.locator('.mask-tools button').nth(1).click()
  t.match(await body.inputValue(), /。$/, 'after undoing')
  await body.press('x')
  await page.keyboard.insertText('typed')
  t.match(await body.inputValue(), /^████で残業/, 'after typing')
  // With the mouse: a double click selects, the button blacks out.
  await area('Place').selectText()
  await page.locator('.mask-tools button').first().click()
  t.equal(await area('Place').inputValue(), '████', 'an answer')
  await page.locator('.masking .choice label', { hasText: '写真．txt' }).click()
  await page.keyboard.press('Escape')
  await question(aiko).waitFor()
  await question(aiko).locator('.button.second').click()
  await page.locator('#mask-reason').fill('for counsel outside')
  await ask('confirmed')
  const { name, bytes, files } = await saved(page, () => page.locator('.masking .sends [type="submit"]').click())
  t.match(name, /masked/, 'the name of the archive')
  t.equal([...files.keys()].join(), 'case.html,case.json,files/写真．txt', 'what goes along')
  for (const word of ['山田太郎', 'ヤマダ', 'ﾔﾏﾀﾞ', '佐々木', 'ザンギョウ', '第二工場', '組立課', '第四ライン', 'Aiko', 'file one', '本名花子', 'canary-eleven']) {
    t.equal(bytes.includes(Buffer.from(word)), false, `${word} is in the archive`)
    t.equal(bytes.includes(Buffer.from(word, 'utf16le')), false, `${word} is in the archive, in UTF-16`)
  }
  t.ok(text(files, 'case.html').includes('カナリア壱') && text(files, 'case.html').includes('████'), 'what was not blacked out')
  t.ok(!('record' in JSON.parse(text(files, 'case.json'))), 'the facts as the server knows them')
  await page.locator(masking).waitFor({ state: 'detached' })
  t.equal(await page.locator('#timeline .report .text').textContent(), before, 'the case itself')
}

/** Signing out in the middle of it leaves nothing on the page. */
async function locking(t) {
  const { page } = aiko
  await show(aiko, cases.ja)
  await page.locator('#export-masked').click()
  await page.locator(masking).waitFor()
  const other = await aiko.context.newPage()
  await other.goto(`${site.url}/en/desk/account`)
  await Promise.all([page.waitForURL('**/sign-in**'), other.locator('form.sign-out button').click()])
  t.equal(/カナリア|山田/.test(await page.content()), false, 'texts after the lock')
}

async function looks(t, lang) {
  const { page } = aiko
  Object.assign(aiko, { lang, t })
  await show(aiko, cases.ja)
  await page.locator('#export-opened').click()
  await page.locator('dialog.export [type="submit"]').click()
  await page.locator('#export-reason-error:not(:empty)').waitFor()
  await looked(t, 'export')
  await page.keyboard.press('Escape')
  await page.locator('#export-masked').click()
  await blackOutWord(page, '山田')
  await looked(t, 'mask')
  await page.locator('.masking .sends .second').click()
  await yes(aiko)
}

async function looked(t, name) {
  await examineBoth(aiko, name, ['en', 'ja'].includes(aiko.lang) ? [1280, 320] : [320])
  const key = await aiko.page.evaluate(() => document.body.innerText.match(/(?<![\w.@/-])(search|label|link|export|mask)(\.[a-z][a-z-]*)+(?![\w@.])|\{\{/)?.[0] ?? '')
  t.equal(key, '', `${name}: a key in the place of a text`)
}

const all = { opened, sealed, harmless, masked, ...Object.fromEntries(languages.map((lang) => [`how it looks, ${lang}`, (t) => looks(t, lang)])), locking }
await test('she comes in', async (t) => {
  aiko = await enter(t, browser, site, 'Aiko')
})
for (const [name, run] of Object.entries(all)) {
  if (aiko) aiko.lang = 'en'
  if (wanted.test(name)) await test(name, run, 'she comes in')
}
await test('nothing broke', async (t) => t.equal(aiko.broken.join('\n'), '', 'errors, or requests to elsewhere'), 'she comes in')
end(figures)
