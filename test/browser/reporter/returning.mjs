// The same reporter comes back with the receipt, in a browser with scripts.
import { bytesOf } from '../lib/browser.mjs'
import { ask } from '../lib/results.mjs'
import { asksBeforeLeaving, capture, choose, madeFile, visit } from '../lib/scripted.mjs'
import { checkFiles, notToldElsewhere } from './sending.mjs'
import { days, languages, ofKind, sealedAnswers } from '../lib/words.mjs'

const deskFile = madeFile('plan.pdf', 150_000, 'application/pdf')

/** Comes back twice: before the desk answered and after it. */
export async function comeBack(me, receipt) {
  await mistype(me, receipt)
  await openIt(me, receipt)
  await ask('answer', { receipt, lang: me.lang, text: me.report.answer, state: me.report.state, outcome: me.report.outcome, name: deskFile.name, content: deskFile.buffer.toString('base64') })
  await readAnswer(me, receipt)
  await reply(me, receipt)
}

const field = (me) => me.page.locator('#receipt')
const open = (me) => me.page.locator('#follow-up .button').click()

/** Typing mistakes are told before anything is sent. */
async function mistype(me, receipt) {
  const { t, page, texts, network } = me
  await page.locator('.address a').click()
  await page.locator('.field > [role=status]').waitFor({ state: 'attached' })
  await visit(me, 'follow-up')
  const before = network.posts().length
  const typing = page.locator('.field > [role=status]')
  await field(me).fill(receipt.slice(0, 20))
  t.equal(await typing.textContent(), '', 'what is said before the receipt is complete')
  await field(me).fill(receipt)
  t.equal(await typing.textContent(), texts['browser.receipt.sound'], 'what is said of a sound receipt')
  await capture(me, 'follow-up-sound')
  const swapped = receipt.slice(0, -1) + (receipt.at(-1) === '7' ? '8' : '7')
  const groups = receipt.split('-')
  const unknown = groups.with(1, groups[1].slice(0, 4) + 'U').join('-')
  const short = groups.with(2, groups[2].slice(0, 4)).join('-')
  const second = texts['browser.receipt.group'].replace('{{.Group}}', '2')
  const third = texts['browser.receipt.group'].replace('{{.Group}}', '3')
  for (const [what, typed, error] of [
    ['nothing', ' ', texts['error.receipt-missing']],
    ['a wrong character', swapped, texts['error.receipt-check']],
    ['a letter that is not used', unknown, `${texts['error.receipt-character']} ${second}`],
    ['a group that is too short', short, `${texts['error.receipt-length']} ${third}`],
  ]) {
    await field(me).fill(typed)
    await open(me)
    t.equal(await page.locator('#errors a').textContent(), error, what)
  }
  await capture(me, 'follow-up-mistyped')
  t.equal(network.posts().length, before, 'requests because of mistyped receipts')
  await field(me).fill(me.site.unknown)
  await open(me)
  await page.locator('#errors a', { hasText: texts['error.receipt-unknown'] }).waitFor()
  t.equal(await field(me).inputValue(), me.site.unknown, 'what was typed')
}

/** A receipt as people type it: full-width, lower case, with spaces. */
const asTyped = (receipt) => ` ${[...receipt.toLowerCase()].map((c) => (c === '-' ? '　' : String.fromCharCode(c.charCodeAt(0) + 0xfee0))).join('')} `

async function openIt(me, receipt) {
  const { t, page, report } = me
  await field(me).fill(asTyped(receipt))
  await open(me)
  await page.locator('#state').waitFor()
  t.equal(await page.locator('#state').getAttribute('data-state'), 'received', 'the state')
  t.equal(await page.locator('#queue').getAttribute('data-queue'), report.queue, 'the desk')
  t.equal(await page.locator('.message.report .text').innerText(), report.text, 'the report as its reporter sees it')
  await checkFiles(me, page.locator('.message.report'), [[report.photo, 'file.cleaned'], [report.paper, 'file.kept'], ['copy[U+202E]fdp.exe', 'file.kept']])
  t.equal(await page.locator('h1').textContent(), ofKind(me.texts, report, 'conversation.title'), 'the title of the conversation')
  t.equal(await page.locator('.message.report h3').evaluate((title) => title.firstChild.textContent), ofKind(me.texts, report, 'from.report'), 'the title of the report')
  t.equal(await page.locator('.message.report dt').count(), Object.keys(sealedAnswers(report)).length, 'answers that are shown')
  const shown = await page.locator('.message.report').textContent()
  for (const [name, value] of Object.entries(report.fields)) t.ok(shown.includes(value), `the answer to ${name} is not shown`)
  for (const day of await page.locator('main time').allTextContents()) t.match(day, days[me.lang], 'a date')
  await notToldElsewhere(me, receipt)
  await capture(me, 'conversation')
  t.equal(await asksBeforeLeaving(me), false, 'leaving the conversation asks')
}

async function readAnswer(me, receipt) {
  const { t, page, report, texts } = me
  await visit(me, 'follow-up')
  await field(me).fill(receipt)
  await field(me).press('Enter')
  await page.locator('.message.desk').waitFor()
  t.equal(await page.locator('.message.desk .text').innerText(), report.answer, "the desk's answer")
  t.equal(await page.locator('#state').getAttribute('data-state'), report.state, 'the state')
  if (report.outcome) t.equal(await page.locator('#outcome').getAttribute('data-outcome'), report.outcome, 'the outcome')
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.message.desk .save button').click()])
  t.equal(download.suggestedFilename(), deskFile.name, "the name of the desk's file")
  t.ok((await bytesOf(download)).equals(deskFile.buffer), "the desk's file is another one when it is saved")
  await page.locator('.save [role=status]', { hasText: texts['browser.file.saved'] }).waitFor()
  await capture(me, 'conversation-answered')
}

async function reply(me, receipt) {
  const { t, page, report, texts, network, site, lang } = me
  const other = languages[(languages.indexOf(lang) + 2) % languages.length]
  const before = network.posts().length
  const send = page.locator('#message [type=submit]')
  await page.locator('#text').fill(receipt)
  await send.click()
  t.equal(await page.locator('#errors a').textContent(), texts['error.receipt-inside'], 'the receipt in a message')
  await page.locator('#text').fill(report.more)
  await choose(me, { name: report.note, mimeType: 'text/plain', buffer: Buffer.from(report.more) })
  for (const to of [other, lang]) {
    await page.locator(`.languages :is(a, button)[lang="${site.tags[to]}"]`).click()
    await page.locator(`html[lang="${site.tags[to]}"] #state`).waitFor()
    t.equal(await page.locator('#text').inputValue(), report.more, `the message in ${to}`)
    t.equal(await page.locator('.selected-files > li').count(), 1, `its file in ${to}`)
    t.equal(await page.locator('.message.desk .text').innerText(), report.answer, `the desk's answer in ${to}`)
  }
  t.equal(network.posts().length, before, 'requests that post, before Send')
  t.equal(await asksBeforeLeaving(me), true, 'leaving with a message typed asks')
  await send.click()
  await page.locator('#added:not([hidden])').waitFor()
  t.equal((await page.locator('#added').textContent()).trim(), texts['conversation.added'], 'the word that it was added')
  const mine = page.locator('.message.reporter')
  t.equal(await mine.locator('.text').innerText(), report.more, 'the message as it is shown')
  await checkFiles(me, mine, [[report.note.replace('\u202E', '[U+202E]'), 'file.kept']])
  t.equal(await page.locator('#text').inputValue(), '', 'the field for the next message')
  await notToldElsewhere(me, receipt)
  await capture(me, 'conversation-added')
}
