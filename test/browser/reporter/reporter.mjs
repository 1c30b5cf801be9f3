// One reporter's way through the site without scripts: from the first page to
// the receipt, and back with it to the answer.
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ask, print } from '../lib/results.mjs'
import { lead, snapshot, traces, visitor } from '../lib/browser.mjs'
import { days, languages, ofKind, reports, sealedAnswers } from '../lib/words.mjs'
import { anonymousOrNot } from './identity.mjs'

/** Goes the whole way in one language. shots collects every page that was met. */
export async function wholeWay(t, browser, site, lang, shots) {
  const v = await visitor(browser, lang, [site.open])
  const me = { t, ...v, site, lang, texts: site.texts[lang], report: reports[lang], shots }
  me.files = await ownFiles(me)
  await arrive(me)
  await sendNothing(me)
  await switchLanguage(me)
  await sayWho(me)
  await fillIn(me)
  const receipt = await sendReport(me)
  await comeBack(me, receipt)
  await readAnswer(me, receipt)
  await addMessage(me, receipt)
  await wrongReceipts(me, receipt)
  await leave(me)
  const left = await traces(v.context, v.page)
  t.equal(left.cookies + left.stored, 0, 'cookies and stored things')
  t.equal(v.seen.foreign.join(' '), '', 'requests to other sites')
  t.equal(v.seen.errors.join('\n'), '', 'errors in the console')
  await v.close()
}

/** The photograph, the paper and the note on this reporter's device, under their own names. */
async function ownFiles({ site, lang, report }) {
  const folder = join(site.folder, lang)
  await mkdir(folder)
  const [photo, paper, note] = [report.photo, report.paper, report.note].map((name) => join(folder, name))
  await copyFile(site.photo, photo)
  await copyFile(site.paper, paper)
  await writeFile(note, report.more)
  return { photo, paper, note }
}

/** Presses something, and keeps the page that it leads to. */
async function press(me, state, target) {
  const response = await lead(me.page, () => target.click())
  if (state) me.shots.push(await snapshot(state, me.lang, response))
  return response
}

const send = (me) => me.page.locator('main form button.button')

async function arrive(me) {
  const { t, page, seen, lang } = me
  const response = await lead(page, () => page.goto(me.site.open + '/'))
  t.equal(page.url(), `${me.site.open}/${lang}/`, 'the page for this browser')
  me.shots.push(await snapshot('landing', lang, response))
  await press(me, 'form', page.locator('main .actions a').first())
  t.equal(page.url(), `${me.site.open}/${lang}/report`, 'the way to the form')
  const requests = seen.requests.slice(seen.requests.indexOf(page.url()))
  t.ok(requests.length <= 3, `the form's page takes ${requests.length} requests: ${requests.join(' ')}`)
}

async function sendNothing(me) {
  const { t, page, texts } = me
  await open(me, '#where')
  await page.locator('#where').fill(me.report.fields.where)
  await page.locator('#where').press('Enter')
  t.ok(await page.locator('#errors').count() === 0, 'Enter in a field sends the form')
  const response = await press(me, 'form-errors', send(me))
  t.equal(response.status(), 422, 'an empty form')
  t.ok((await page.title()).startsWith(texts['error.prefix']), `title of a page with errors: ${await page.title()}`)
  await summaryLeadsTo(me, 'text', texts['error.text-missing'])
  t.equal(await page.locator('#where').inputValue(), me.report.fields.where, 'an answer beside the missing one')
}

/** The list of errors is in sight, and its links lead to the fields. */
async function summaryLeadsTo({ t, page }, field, text) {
  const summary = page.locator('#errors')
  t.ok(await inSight(summary), 'the error summary is not in sight')
  const link = summary.locator(`a[href="#${field}"]`)
  t.equal(await link.textContent(), text, `the error of ${field}`)
  t.ok((await page.locator(`#${field}-error`).textContent()).includes(text), `the error at ${field}`)
  await link.click()
  t.equal(await page.evaluate(() => document.activeElement.id), field, 'the link in the summary moves the focus')
  t.ok(await inSight(page.locator('#' + field)), `${field} is not in sight after its link`)
}

/** Whether something's top is on the screen, and not under the exit. */
function inSight(locator) {
  return locator.evaluate((element) => {
    const top = element.getBoundingClientRect().top
    return top >= document.querySelector('.exit').getBoundingClientRect().bottom && top < innerHeight - 48
  })
}

async function switchLanguage(me) {
  const { t, page, report, lang } = me
  const other = languages[(languages.indexOf(lang) + 1) % languages.length]
  await page.locator('#text').fill(report.text)
  await open(me, '#files')
  await page.locator('#files').setInputFiles([me.files.photo, me.files.paper])
  const response = await press(me, 'form-switched', page.locator(`.languages button[value="${other}"]`))
  me.shots.at(-1).lang = other
  t.equal(response.status(), 200, 'switching the language')
  t.equal(await page.locator('html').getAttribute('lang'), me.site.tags[other], 'the language of the page')
  t.equal(await page.locator('#text').inputValue(), report.text, 'the text after switching')
  t.equal(await page.locator('#notice p').first().textContent(), me.site.texts[other]['notice.files-again'], 'the word that the files are lost')
  await press(me, '', page.locator(`.languages button[value="${lang}"]`))
  t.equal(await page.locator('#text').inputValue(), report.text, 'the text after switching back')
  t.equal(await page.locator('#where').inputValue(), report.fields.where, 'an answer after switching back')
}

async function sayWho(me) {
  await open(me, '#identity')
  let asked = 0
  await anonymousOrNot(me, async () => {
    const response = await press(me, `form-identity-${++asked}`, send(me))
    me.t.equal(response.status(), 422, 'answers that contradict each other')
  }, (field, error) => summaryLeadsTo(me, field, me.texts[error]))
}

/** Opens the part of the form that a field is in. */
async function open({ page }, field) {
  const part = page.locator('details').filter({ has: page.locator(field) })
  if (await part.count() && !await part.evaluate((d) => d.open)) await part.locator('summary').click()
}

async function fillIn(me) {
  const { page, report } = me
  for (const [name, value] of Object.entries(report.choices)) {
    await open(me, `[name="${name}"]`)
    await page.locator(`input[name="${name}"][value="${value}"] + label`).click()
  }
  for (const [name, value] of Object.entries(report.lists)) {
    await open(me, '#' + name)
    await page.locator('#' + name).selectOption(value)
  }
  if (report.danger) await page.locator('label[for="danger"]').click()
  for (const [name, value] of Object.entries(report.fields)) {
    await open(me, '#' + name)
    await page.locator('#' + name).fill(value)
  }
  await open(me, '#files')
  await page.locator('#files').setInputFiles([me.files.photo, me.files.paper])
}

async function sendReport(me) {
  const { t, page, report, lang } = me
  const response = await press(me, 'receipt', send(me))
  t.equal(response.status(), 201, 'the report')
  const receipt = (await page.locator('#receipt').textContent()).trim()
  t.match(receipt, /^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/, 'the receipt')
  t.equal(await page.locator('#queue').getAttribute('data-queue'), report.queue, 'the desk')
  t.equal(await page.locator('h1').textContent(), ofKind(me.texts, report, 'receipt.title'), 'the title of the receipt page')
  await checkDays(me, 3)
  await checkFiles(me, page.locator('main'), [[report.photo, 'file.cleaned'], [report.paper, 'file.kept']])
  await copiedRight(me, receipt)
  t.ok(!(await page.title()).includes(receipt.slice(0, 5)) && !page.url().includes(receipt.slice(0, 5)), 'the receipt is in the title or the address')
  const again = await lead(page, () => page.reload())
  t.equal(again.status(), 201, 'the receipt page, loaded again')
  t.equal((await page.locator('#receipt').textContent()).trim(), receipt, 'the receipt, loaded again')
  print({ case: { lang, receipt, queue: report.queue, text: report.text, files: [report.photo, report.paper], more: report.more, note: report.note,
    fields: sealedAnswers(report) } })
  return receipt
}

/** The field that compares the last five characters never blocks. */
async function copiedRight({ t, page }, receipt) {
  const last = receipt.slice(-5)
  const typed = async (value) => {
    await page.locator('#check').fill(value)
    await page.locator('#check').blur()
    return [await page.locator('.check .same').isVisible(), await page.locator('.check .differs').isVisible()].join()
  }
  t.equal(await typed(''), 'false,false', 'the comparison before anything is typed')
  t.equal(await typed(last.toLowerCase()), 'true,false', 'the right last five characters')
  t.equal(await typed(last.slice(1)), 'false,true', 'four of the last five characters')
}

async function checkDays({ t, page, lang }, atLeast) {
  const found = await page.locator('main time').allTextContents()
  t.ok(found.length >= atLeast, `${found.length} dates on the page`)
  for (const day of found) t.match(day, days[lang], 'a date')
}

async function checkFiles({ t, texts }, where, want) {
  const lines = await where.locator('.files li').allTextContents()
  t.equal(lines.length, want.length, 'files')
  want.forEach(([name, word], i) => {
    const shown = name.replace('\u202E', '[U+202E]') // what turns the letters around is made visible
    t.ok(lines[i]?.includes(shown) && lines[i].includes(texts[word]), `file ${i + 1} reads ${lines[i]}, want ${shown} and ${texts[word]}`)
  })
}

async function comeBack(me, receipt) {
  const { t, page, report } = me
  await press(me, 'follow-up', page.locator('.address a'))
  await page.locator('#receipt').fill(` ${receipt.toLowerCase().replaceAll('-', ' ')} `)
  const response = await press(me, 'conversation', send(me))
  t.equal(response.status(), 200, 'the receipt in lower case with spaces')
  t.equal(await page.locator('#state').getAttribute('data-state'), 'received', 'the state')
  t.equal(await page.locator('.message.report .text').innerText(), report.text, 'the report as its reporter sees it')
  await checkFiles(me, page.locator('.message.report'), [[report.photo, 'file.cleaned'], [report.paper, 'file.kept']])
  await checkDays(me, 4)
  t.equal(await page.locator('h1').textContent(), ofKind(me.texts, report, 'conversation.title'), 'the title of the conversation')
  t.equal(await page.locator('.message.report dt').count(), Object.keys(sealedAnswers(report)).length, 'answers that are shown')
  const shown = await page.locator('.message.report').textContent()
  for (const [name, value] of Object.entries(report.fields)) t.ok(shown.includes(value), `the answer to ${name} is not shown`)
}

async function readAnswer(me, receipt) {
  const { t, page, report } = me
  await ask('answer', { receipt, lang: me.lang, text: report.answer, state: report.state, outcome: report.outcome })
  await page.goto(`${me.site.open}/${me.lang}/follow-up`)
  await page.locator('#receipt').fill(receipt)
  await press(me, 'conversation-answered', send(me))
  t.equal(await page.locator('.message.desk .text').innerText(), report.answer, "the desk's answer")
  t.equal(await page.locator('#state').getAttribute('data-state'), report.state, 'the state')
  if (report.outcome) t.equal(await page.locator('#outcome').getAttribute('data-outcome'), report.outcome, 'the outcome')
  await checkDays(me, 5)
}

async function addMessage(me, receipt) {
  const { t, page, report, texts } = me
  const other = languages[(languages.indexOf(me.lang) + 2) % languages.length]
  await page.locator('#text').fill(receipt)
  t.equal((await press(me, 'conversation-errors', send(me))).status(), 422, 'the receipt in a message')
  await summaryLeadsTo(me, 'text', texts['error.receipt-inside'])
  await page.locator('#text').fill(report.more)
  await press(me, '', page.locator(`.languages button[value="${other}"]`))
  t.equal(await page.locator('html').getAttribute('lang'), me.site.tags[other], 'the language of the conversation')
  await press(me, '', page.locator(`.languages button[value="${me.lang}"]`))
  t.equal(await page.locator('#text').inputValue(), report.more, 'the message after switching there and back')
  await open(me, '#files')
  await page.locator('#files').setInputFiles(me.files.note)
  t.equal((await press(me, 'conversation-added', send(me))).status(), 200, 'the message')
  t.equal(await page.locator('#added p').textContent(), texts['conversation.added'], 'the word that it was added')
  const mine = page.locator('.message.reporter')
  t.equal(await mine.locator('.text').innerText(), report.more, 'the message as it is shown')
  await checkFiles(me, mine, [[report.note, 'file.kept']])
  t.equal(await page.locator('#text').inputValue(), '', 'the field for the next message')
}

async function wrongReceipts(me, receipt) {
  const { t, page, texts } = me
  const last = receipt.at(-1)
  const mistyped = receipt.slice(0, -1) + (last === '7' ? '8' : '7')
  for (const [state, typed, status, error] of [
    ['follow-up-mistyped', mistyped, 422, 'error.receipt-check'],
    ['follow-up-unknown', me.site.unknown, 404, 'error.receipt-unknown'],
  ]) {
    await page.goto(`${me.site.open}/${me.lang}/follow-up`)
    await page.locator('#receipt').fill(typed)
    t.equal((await press(me, state, send(me))).status(), status, state)
    t.equal(await page.locator('#receipt').inputValue(), typed, `${state}: what was typed`)
    await summaryLeadsTo(me, 'receipt', texts[error])
  }
}

/** The quick exit leads to the neutral site, and the way back shows nothing. */
async function leave(me) {
  const { t, page, context } = me
  await page.goto(`${me.site.open}/${me.lang}/report`)
  await page.locator('#text').fill(me.report.text)
  const exit = page.locator('.exit a')
  const answer = await context.request.get(me.site.open + await exit.getAttribute('href'), { maxRedirects: 0 })
  t.equal(answer.status(), 303, 'the exit')
  t.equal(answer.headers().location, me.site.neutral, 'where the exit leads')
  me.seen.foreign.length = 0
  await exit.click()
  await page.waitForURL(me.site.neutral)
  t.equal(me.seen.foreign.splice(0).join(' '), me.site.neutral, 'requests on the way out')
  await page.goBack()
  t.equal(await page.locator('#text').inputValue(), '', 'the text after leaving and going back')
}
