// One reporter's way with scripts from the empty form to the receipt.
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesOf } from '../lib/browser.mjs'
import { days, languages, ofKind } from '../lib/words.mjs'
import { answer, asksBeforeLeaving, atStep, back, capture, choose, next, receiptOf, send, unfold, visit } from '../lib/scripted.mjs'
import { anonymousOrNot } from './identity.mjs'

/** A name that the eye reads as another: letters after it run backwards. */
const turned = 'copy\u202Efdp.exe'

/** Goes from the empty form to the receipt page, and returns the receipt. */
export async function writeAndSend(me) {
  me.files = await ownFiles(me)
  await visit(me, 'report')
  me.before = me.network.bytes().length // what was sent before anything was written
  await nothingToLose(me)
  await sayNothing(me)
  await tellTheStory(me)
  await giveDetails(me)
  await chooseFiles(me)
  await switchLanguage(me)
  await travel(me)
  await review(me)
  const receipt = await sendReport(me)
  await keep(me, receipt)
  return receipt
}

/** The files on this reporter's device, under their own names. */
async function ownFiles({ site, lang, report }) {
  const folder = join(site.folder, lang)
  await mkdir(folder)
  const files = {}
  for (const [what, source, name] of [['photo', site.photo, report.photo], ['paper', site.paper, report.paper], ['turned', site.photo, turned], ['wrong', site.photo, 'wrong.jpg']]) {
    files[what] = join(folder, name)
    await copyFile(source, files[what])
  }
  return files
}

async function nothingToLose(me) {
  const { t, page, network } = me
  t.equal(await asksBeforeLeaving(me), false, 'leaving an untouched form asks')
  await visit(me, 'report')
  t.equal(await page.locator('.shift').getAttribute('hidden'), null, 'the word about the Shift key')
  t.equal(network.posts().join(), '', 'what is sent by opening the form')
  await capture(me, 'story')
}

async function sayNothing(me) {
  const { t, page, texts } = me
  await page.locator('#text').fill(' \n ')
  await next(me).click()
  t.equal(await page.locator('#errors a').textContent(), texts['error.text-missing'], 'the error of an empty text')
  t.equal(await page.evaluate(() => document.activeElement.id), 'errors', 'the focus after an error')
  t.ok((await page.title()).startsWith(texts['error.prefix']), `title of a page with errors: ${await page.title()}`)
  await capture(me, 'story-errors')
  await page.locator('#errors a').click()
  t.equal(await page.evaluate(() => document.activeElement.id), 'text', 'the link in the summary moves the focus')
  t.ok(!page.url().includes('#'), 'the link in the summary changes the address')
}

async function tellTheStory(me) {
  const { t, page, report, texts } = me
  await page.locator('#text').fill(report.text + '\n0000Z-0000Z 0000Z')
  await answer(me)
  await page.locator('#text').fill(`${report.text} ${me.site.unknown}`)
  await next(me).click()
  t.equal(await page.locator('#errors a').textContent(), texts['error.receipt-inside'], 'a receipt inside the text')
  await page.locator('#text').fill(report.text)
  t.equal(await asksBeforeLeaving(me), true, 'leaving with a text typed asks')
  await next(me).click()
  await atStep(me, 2)
  t.equal(await page.locator('#errors').count(), 0, 'errors after the text was given')
  t.ok(!(await page.title()).startsWith(texts['error.prefix']), 'the title still speaks of an error')
  t.equal(await page.evaluate(() => document.activeElement.className), 'step-title', 'the focus after a step')
}

async function giveDetails(me) {
  const { t, page } = me
  await unfold(me, '#identity')
  await anonymousOrNot(me, () => next(me).click(), async (field, error) => {
    t.equal(await page.locator(`#errors a[href="#${field}"]`).textContent(), me.texts[error], `the error of ${field}`)
    await capture(me, `details-${field}`)
  })
  await answer(me)
  if (await page.locator('#where').isVisible()) {
    await page.locator('#where').press('Enter')
    t.ok(await page.locator('.sending').count() === 0 && await page.locator('#where').isVisible(), 'Enter in a field sends the form or leaves the step')
  }
}

async function chooseFiles(me) {
  const { t, page, texts, files, report } = me
  await choose(me, files.photo, files.paper)
  await choose(me, files.turned, files.wrong)
  const rows = page.locator('.selected-files > li')
  t.equal(await rows.count(), 4, 'files that are listed')
  t.ok((await rows.nth(0).textContent()).includes(report.photo), 'the name of the photograph')
  t.ok((await rows.nth(0).locator('legend').textContent()).includes(texts['finding.place']), `what is hidden in the photograph: ${await rows.nth(0).textContent()}`)
  t.ok((await rows.nth(1).textContent()).includes(texts['browser.files.cannot']), `the paper reads ${await rows.nth(1).textContent()}`)
  t.ok((await rows.nth(2).textContent()).includes('copy[U+202E]fdp.exe'), `a name that deceives reads ${await rows.nth(2).textContent()}`)
  await choose(me, { name: 'too many.txt', mimeType: 'text/plain', buffer: Buffer.from('x') })
  t.equal(await page.locator('#errors a').count(), 1, 'the error of one file too many')
  await capture(me, 'details-errors')
  await choose(me)
  await rows.nth(3).locator('input[type=radio]').nth(1).check()
  await page.locator('details:not([open])').evaluateAll((parts) => parts.forEach((part) => (part.open = true)))
  await capture(me, 'details')
  await rows.nth(2).locator('input[type=radio]').nth(1).check() // as evidence
  await rows.nth(3).getByRole('button').click() // do not send this file
  t.equal(await rows.count(), 3, 'files after one was taken out')
  t.equal(await page.evaluate(() => document.activeElement.id), 'files', 'the focus after a file was taken out')
}

async function switchLanguage(me) {
  const { t, page, report, site, lang, network } = me
  const other = languages[(languages.indexOf(lang) + 1) % languages.length]
  const before = network.posts().length
  for (const to of [other, lang]) {
    await page.locator(`.languages button[value="${to}"]`).click()
    await page.locator(`html[lang="${site.tags[to]}"] .step-title`).first().waitFor({ state: 'attached' })
    await atStep(me, 2)
    t.equal(await page.locator('#text').inputValue(), report.text, `the text in ${to}`)
    t.equal(await page.locator('#where').inputValue(), report.fields.where, `an answer in ${to}`)
    t.equal(await page.locator('#country').inputValue(), report.lists.country, `the country in ${to}`)
    t.equal(await page.locator('.selected-files > li').count(), 3, `files in ${to}`)
    t.equal(await page.locator('.selected-files > li').nth(2).locator('input[type=radio]').nth(1).isChecked(), true, `a file to be kept as it is, in ${to}`)
    t.equal(await page.locator('input[name=identity]:checked').getAttribute('value'), report.choices.identity, `a choice in ${to}`)
    t.ok((await page.locator('.selected-files > li').first().textContent()).includes(site.texts[to]['finding.place']), `the findings are not in ${to}`)
    t.equal(new URL(page.url()).pathname, `/${to}/report`, 'the address of the language')
    t.equal(await page.locator('.shift').getAttribute('hidden'), null, 'the hint at the three presses of Shift, after a change of language')
  }
  t.equal(network.posts().length, before, 'requests that post, by switching the language')
}

async function travel(me) {
  const { t, page, report } = me
  await next(me).click()
  await atStep(me, 3)
  await back(me).click()
  await atStep(me, 2)
  t.equal(await page.locator('.selected-files > li').count(), 3, 'files after the way back')
  t.equal(await page.locator('#where').inputValue(), report.fields.where, 'an answer after the way back')
  await page.goBack()
  await atStep(me, 1)
  t.equal(await page.locator('#text').inputValue(), report.text, "the text after the browser's way back")
  t.equal(await page.locator('#category').inputValue(), report.lists.category, "a choice after the browser's way back")
  await page.goForward()
  await atStep(me, 2)
  await next(me).click()
  await atStep(me, 3)
}

async function review(me) {
  const { t, page, report, texts, network } = me
  await page.locator('#review .files li').nth(2).waitFor()
  const shown = await page.locator('#review').innerText()
  for (const value of [...report.text.split('\n'), ...Object.values(report.fields), report.photo, report.paper, 'copy[U+202E]fdp.exe', texts['file.cleaned'], texts['browser.review.kept']]) {
    t.ok(shown.includes(value), `the review lacks ${value}`)
  }
  const { identity } = report.choices
  const row = page.locator('#review dl div').filter({ hasText: texts['report.identity.label'] })
  t.ok((await row.locator('dd').textContent()).startsWith(texts[`identity.${identity}`]), `how somebody reports: ${await row.textContent()}`)
  await row.getByRole('button').click()
  await atStep(me, 2)
  t.equal(await page.evaluate(() => document.activeElement.id), 'identity', 'the focus after Change')
  await page.goBack()
  await atStep(me, 3)
  await page.locator(`#reads[data-queue="${report.queue}"]`).waitFor()
  t.equal(await page.locator('#reads p').textContent(), texts['browser.desk.reads'].replace('{{.Queue}}', texts[`queue.${report.queue}`]), 'the desk that is told before sending')
  t.equal(await page.locator('#way').getAttribute('data-way'), 'browser', 'the way that is told before sending')
  await page.locator('#review dd', { hasText: report.fields.when }).getByRole('button').click()
  await atStep(me, 2)
  t.equal(await page.evaluate(() => document.activeElement.id), 'when', 'the focus after Change')
  await page.goBack()
  await atStep(me, 3)
  await page.locator('#review .files li').nth(2).waitFor()
  await capture(me, 'review')
  t.equal(network.posts().join(), '', 'what is sent before Send')
}

async function sendReport(me) {
  const { t, page, report, lang } = me
  me.network.trouble('POST /api/files', { before: () => capture(me, 'sending') })
  await send(me)
  const receipt = await receiptOf(me)
  t.match(receipt, /^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/, 'the receipt')
  t.equal(await page.locator('#queue').getAttribute('data-queue'), report.queue, 'the desk')
  t.equal(await page.locator('h1').textContent(), ofKind(me.texts, report, 'receipt.title'), 'the title of the receipt page')
  t.ok((await page.title()).startsWith(`${ofKind(me.texts, report, 'receipt.title')} – `), `the title of the window: ${await page.title()}`)
  t.equal(await page.locator('#way').getAttribute('data-way'), 'browser', 'the way that it was sent')
  for (const day of await page.locator('main time').allTextContents()) t.match(day, days[lang], 'a date')
  t.ok(await page.locator('main time').count() >= 3, 'dates on the receipt page')
  await checkFiles(me, page.locator('main'), [[report.photo, 'file.cleaned'], [report.paper, 'file.kept'], ['copy[U+202E]fdp.exe', 'file.kept']])
  await notToldElsewhere(me, receipt)
  await capture(me, 'receipt')
  return receipt
}

export async function checkFiles({ t, texts }, where, want) {
  const lines = await where.locator('.files li').allTextContents()
  t.equal(lines.length, want.length, 'files')
  want.forEach(([name, word], i) => t.ok(lines[i]?.includes(name) && lines[i].includes(texts[word]), `file ${i + 1} reads ${lines[i]}, want ${name} and ${texts[word]}`))
}

/** The receipt stands on the page, and neither in its title nor its address. */
export async function notToldElsewhere({ t, page }, receipt) {
  const outside = `${await page.title()} ${page.url()} ${await page.evaluate(() => JSON.stringify(history.state))}`
  t.ok(!receipt.split('-').some((group) => outside.includes(group)), `the receipt is told in ${outside}`)
}

/** Leaving asks until the receipt was kept in one of four ways; each language begins with another. */
async function keep(me, receipt) {
  const { t, page, texts, lang } = me
  t.equal(await asksBeforeLeaving(me), true, 'leaving asks while the receipt is not kept')
  await page.goBack()
  t.equal((await page.locator('p#receipt').textContent()).trim(), receipt, "the receipt after the browser's way back")
  const tools = page.locator('#receipt-save .tools button')
  const said = page.locator('#receipt-save .said')
  const ways = [
    async () => {
      await tools.nth(0).click()
      await said.filter({ hasText: texts['browser.keep.copied'] }).waitFor()
      t.equal(await page.evaluate(() => globalThis.copied), receipt, 'what is copied')
    },
    async () => {
      await tools.nth(1).click()
      t.equal(await page.evaluate(() => globalThis.printed), 1, 'prints')
    },
    async () => {
      const [download] = await Promise.all([page.waitForEvent('download'), tools.nth(2).click()])
      t.equal(download.suggestedFilename(), 'note.txt', 'the name of the saved file')
      t.equal((await bytesOf(download)).toString(), receipt + '\n', 'the saved file')
    },
    async () => {
      await page.locator('#check').fill(receipt.slice(-4))
      t.equal(await page.locator('.check .same').isVisible(), false, 'four of the last five characters')
      await page.locator('#check').fill(` ${receipt.slice(-5).toLowerCase()}`)
      t.equal(await page.locator('.check .same').isVisible(), true, 'the right last five characters')
    },
  ]
  const first = languages.indexOf(lang) % ways.length
  for (let i = 0; i < ways.length; i++) {
    await ways[(first + i) % ways.length]()
    if (i === 0) t.equal(await page.evaluate(leavingAsks), false, `leaving asks after the receipt was kept in way ${first + 1}`)
  }
  await capture(me, 'kept')
}

/** Inside the page: whether it would ask, without leaving it. */
function leavingAsks() {
  return !dispatchEvent(new Event('beforeunload', { cancelable: true }))
}
