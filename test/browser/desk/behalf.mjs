// An intake operator enters what people say on the phone and across a table; the
// people come back with their receipts, and a handler reads. Called with one JSON
// argument: chromium, url, operator (the link), password, folder, texts, screenshots.
import { connect, lead, visitor, withCopy } from '../lib/browser.mjs'
import { layoutFaults } from '../lib/layout.mjs'
import { figures, fits, look as lookAt, picture } from '../lib/look.mjs'
import { ask, end, story } from '../lib/results.mjs'
import { deskFaults } from './desk-layout.mjs'
import { at, enrol, enter as comeIn, handler } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)

const call = { text: '倉庫の非常口に鍵がかかっています。通報者カナリア七が電話で話しました。', correction: '鍵ではなく、荷物でふさがれています。' }
const visit = { text: 'Los frenos de la carretilla no funcionan desde hace un mes.', correction: 'No es un mes: son dos semanas.' }

// What may leave the browser beside what is sealed.
const inTheClear = ['branch', 'case', 'category', 'channel', 'danger', 'entity', 'excluded', 'files', 'form', 'keys', 'lookup', 'message', 'name', 'recipient', 'reporter_recipient', 'sealed_to', 'summary', 'website']

let me, reader, first, second // the operator, a handler, and the receipts

await story({
  'an operator enrols': async (t) => {
    me = await handler(t, browser, site, 'Operator', 'operator@desk.example', 'ja')
    await enrol(me, site.operator.replace('/en/', '/ja/'))
    await at(me, '')
    t.match(me.page.url(), /\/ja\/desk\/intake$/, 'where an operator begins')
  },
  'nothing to send': (t) => empty(t, me),
  'nobody reads': (t) => nobodyReads(t, me),
  'a name by mistake, and none where one is wanted': (t) => contradicts(t, me),
  'a report by phone': async (t) => {
    site.people = [JSON.parse(await ask('handler'))]
    reader = await comeIn(t, browser, site, 'Handler')
    first = await enter(t, me, { channel: 'phone', text: call.text, name: '山田 花子', language: 'ja' }, true)
  },
  'leaving asks': (t) => leavingAsks(t, me),
  'done': (t) => done(t, me, first),
  'the desk is named': (t) => namesDesk(t, me),
  'every language': (t) => everyLanguage(t, me),
  'a report in person': async (t) => {
    me.lang = 'pt'
    await at(me, '/intake')
    second = await enter(t, me, { channel: 'in-person', text: visit.text, language: 'es', reference: 'JaCER-2026-77' })
    await me.page.locator('label[for="given"]').click()
    await Promise.all([me.page.waitForEvent('load'), me.page.locator('#done').click()])
  },
  'the first comes back without scripts': (t) => plainly(t, first),
  'the second comes back with scripts': (t) => scripted(t, second),
  'a handler reads': (t) => reads(t, reader),
  'nothing broke': async (t) => t.equal(me.broken.join('\n'), '', 'what the pages of the operator broke'),
})
end(figures)

/** Nothing is sent that has neither a channel nor a text. */
async function empty(t, { page }) {
  await page.locator('#report button[type="submit"]').click()
  await page.locator('#errors').waitFor()
  t.equal(await page.locator('#errors a').count(), 2, 'what is missing in an empty form')
  await look(t, page, 'intake-errors', deskFaults)
}

/** Before anybody can read it, nothing is sent, and nothing typed is lost. */
async function nobodyReads(t, { page }) {
  await page.locator('[name="channel"][value="letter"] + label').click()
  await page.locator('#text').fill(call.text)
  await page.locator('#report button[type="submit"]').click()
  await page.locator('#error-message').waitFor()
  t.equal(await page.locator('#error-message').innerText(), site.texts.ja['behalf.trouble.closed'], 'what is said while nobody reads')
  t.equal(await page.locator('#text').inputValue(), call.text, 'what was typed')
}

/** Whoever is anonymous gives no name, and whoever is not gives one: the operator is asked, and nothing typed is lost. */
async function contradicts(t, { page }) {
  const send = () => page.locator('#report button[type="submit"]').click()
  const choose = (identity) => page.locator(`[name="identity"][value="${identity}"] + label`).click()
  const asked = async (field, key) => {
    await page.locator(`#errors a[href="#${field}"]`).waitFor()
    t.equal(await page.locator('#errors li').allInnerTexts().then((all) => all.join()), site.texts.ja[`behalf.error.${key}`], 'what is asked')
    t.equal(await page.locator('#text').inputValue(), call.text, 'the text')
  }
  for (const field of ['#name', '#contact']) t.equal(await page.locator(field).isVisible(), false, `${field} of somebody anonymous`)
  await choose('named')
  await page.locator('#contact').waitFor()
  await page.locator('#contact').fill('  ')
  await send()
  await asked('name', 'name-missing')
  await page.locator('#name').fill('山田 花子')
  await choose('anonymous')
  await send()
  await asked('identity', 'anonymous-with-name')
  t.equal(await page.locator('#name').inputValue(), '山田 花子', 'the name')
  t.equal(await page.locator('#name').isVisible(), true, 'the name that is asked about')
  await look(t, page, 'intake-contradiction', deskFaults)
  await page.locator('#name').fill('')
  await page.locator('#contact').fill('')
  await page.locator('#text').focus()
  await page.locator('#name').waitFor({ state: 'hidden' })
}

/** The form says which desk reads the report, as the answers stand. */
async function namesDesk(t, { page, lang }) {
  const reads = (key) => page.waitForFunction((text) => document.querySelector('#reads').textContent === text, site.texts[lang][key])
  await reads('reads')
  await page.locator('#category').selectOption('power-harassment')
  await reads('reads-closed')
  await page.locator('[name="subject"][value="supplier"] + label').click()
  await page.locator('#category').selectOption('insider-trading')
  await reads('reads')
  await page.reload()
}

/** Enters a report, and returns its receipt. */
async function enter(t, { page, lang }, { channel, text, name, language, reference }, looks = false) {
  await page.locator(`[name="channel"][value="${channel}"] + label`).click()
  await page.locator('#text').fill(text)
  await page.locator('#language').selectOption(language)
  if (name) {
    await page.locator('[name="identity"][value="desk"] + label').click()
    await page.locator('#name').fill(name)
  }
  if (reference) await page.locator('#reference').fill(reference)
  if (looks) await look(t, page, 'intake', deskFaults)
  const posted = page.waitForRequest((r) => r.url().endsWith('/api/desk/reports'))
  await page.locator('#report button[type="submit"]').click()
  const body = (await posted).postData()
  t.equal(Object.keys(JSON.parse(body)).sort().join(), inTheClear.join(), 'what leaves the browser')
  for (const word of [text.slice(0, 12), name, reference]) t.ok(!word || !body.includes(word), `${word} leaves the browser in the clear`)
  await page.locator('#aloud').waitFor()
  const code = await page.locator('#receipt').textContent()
  t.match(code, /^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/, 'the receipt')
  t.equal((await page.locator('#groups .group').allTextContents()).join('-'), code, 'the groups that are read aloud')
  t.equal(await page.locator('#groups .spell-code li').count(), 25, 'characters that are read aloud')
  t.equal(await page.locator('#address').textContent(), `${site.url}/${language}/follow-up`, 'where the person comes back')
  t.ok(!(await page.locator('main').textContent()).includes('behalf.'), `a text is missing in ${lang}`)
  t.equal(await page.locator('#report, #text').count(), 0, 'the form beside the receipt')
  if (looks) await look(t, page, 'intake-receipt', deskFaults)
  else await onPaper(t, page, code, language, lang)
  return code
}

/** What is printed is the receipt as its owner would get it, in their language. */
async function onPaper(t, page, code, language, lang) {
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    await fits(t, page, deskFaults, `intake-receipt, ${lang}, ${width} px`)
    if (site.screenshots) await picture(page, site.screenshots, `intake-receipt-${lang}-${width}`)
  }
  await page.evaluate(() => (globalThis.print = () => (globalThis.printed = true)))
  await page.locator('#print').click()
  await page.waitForFunction(() => globalThis.printed)
  await page.emulateMedia({ media: 'print' })
  t.equal(await page.locator('#receipt-print').getAttribute('lang'), language, 'the language of the printed receipt')
  const paper = await page.locator('body').innerText()
  for (const text of [code, site.texts[language]['receipt.code.lost'], site.texts[language]['date.received']]) t.ok(paper.includes(text), `the printed receipt lacks ${text}`)
  for (const key of ['behalf.done.go', 'behalf.aloud.title']) t.ok(!paper.includes(site.texts[lang][key]), `the printed receipt has ${key}`)
  if (site.screenshots) await picture(page, site.screenshots, 'receipt-print')
  await page.emulateMedia({ media: 'screen' })
}

/** The form has room in every language, and no text is missing. */
async function everyLanguage(t, { page }) {
  for (const lang of ['en', 'es', 'pt', 'zh']) {
    await page.goto(`${site.url}/${lang}/desk/intake`)
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 800 })
      await fits(t, page, deskFaults, `intake, ${lang}, ${width} px`)
      if (site.screenshots) await picture(page, site.screenshots, `intake-${lang}-${width}`)
    }
    const key = await page.evaluate(() => document.body.innerText.match(/(?<![\w.@/-])(behalf|channel|report|files|statement)(\.[a-z][a-z-]*)+(?![\w@.])|\{\{/)?.[0])
    t.equal(key, undefined, `a key in the place of a text, ${lang}`)
  }
  await page.setViewportSize({ width: 1280, height: 800 })
}

/** Whoever leaves before the person has the receipt is asked. */
async function leavingAsks(t, { page }) {
  const asked = page.waitForEvent('dialog')
  const leaving = page.evaluate(() => setTimeout(() => location.reload()))
  const dialog = await asked
  t.equal(dialog.type(), 'beforeunload', 'what is asked')
  await dialog.dismiss()
  await leaving
  await page.locator('form.sign-out button').click()
  await page.locator('dialog.question[open]').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('dialog.question').waitFor({ state: 'detached' })
}

/** The page asks before it forgets, and then nothing is left of the report. */
async function done(t, me, code) {
  const { page } = me
  await page.locator('#done').click()
  await page.locator('dialog.question[open] .button.second').click()
  t.equal(await page.locator('#receipt').textContent(), code, 'the receipt after a second thought')
  await page.locator('#done').click()
  await Promise.all([page.waitForEvent('load'), page.locator('dialog.question[open] .button:not(.second)').click()])
  await page.locator('#report').waitFor()
  const left = await page.evaluate(() => JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage), document.body.innerText, history.state, [...document.querySelectorAll('input, textarea')].map((e) => e.value)]))
  for (const word of [code.slice(0, 5), 'カナリア', '山田']) t.ok(!left.includes(word), `${word} is left in the tab`)
  await page.goBack().catch(() => undefined)
  const before = await page.content()
  for (const word of [code.slice(0, 5), 'カナリア', '山田']) t.ok(!before.includes(word), `the way back shows ${word}`)
  await at(me, '/intake')
}

/** The person on the phone comes back without scripts: withdraws almost, and accepts. */
async function plainly(t, code) {
  const v = await visitor(browser, 'ja', [site.url])
  const { page } = v
  await page.goto(`${site.url}/ja/follow-up`)
  await page.locator('#receipt').fill(code)
  await lead(page, () => page.locator('#follow-up .button').click())
  const shown = await page.locator('#written-down').textContent()
  for (const text of [call.text, '山田 花子', site.texts.ja['channel.phone'], site.texts.ja['conversation.name']]) t.ok(shown.includes(text), `the report does not say ${text}`)
  await lookWithoutScripts(t, page, 'statement-plain')
  // An ordinary message leaves the statement open.
  await page.locator('[name="statement"][value="accepted"] + label').click()
  await page.locator('#text').fill('写真もあります')
  await page.locator('form#message summary').click()
  await page.locator('#files').setInputFiles({ name: 'exit.txt', mimeType: 'text/plain', buffer: Buffer.from('an exit') })
  t.equal((await lead(page, () => page.locator('form#message button.button').click())).status(), 200, 'an ordinary message with a file')
  t.equal(await page.locator('#statement-part').getAttribute('data-statement'), 'offered', 'the statement after it')
  const send = () => lead(page, () => page.locator('#statement-part .button').click())
  await page.locator('[name="statement"][value="withdrawn"] + label').click()
  t.equal((await send()).status(), 422, 'withdrawing without a second thought')
  await lookWithoutScripts(t, page, 'statement-withdraw')
  await page.locator('[name="statement"][value="accepted"] + label').click()
  t.equal((await send()).status(), 200, 'accepting')
  t.ok((await page.locator('#statement-part #said').textContent()).includes('日'), 'the day of the answer')
  await lookWithoutScripts(t, page, 'statement-accepted')
  t.equal(v.seen.errors.join('\n'), '', 'what the pages without scripts broke')
  await v.close()
}

/** The person from the table comes back with scripts, and corrects. */
async function scripted(t, code) {
  const v = await visitor(browser, 'es', [site.url], true)
  const { page } = v
  await page.goto(`${site.url}/es/follow-up`)
  await page.locator('.field > [role=status]').waitFor({ state: 'attached' })
  await page.locator('#receipt').fill(code)
  await page.locator('#follow-up .button').click()
  await page.locator('#statement-part').waitFor()
  t.ok((await page.locator('#written-down').textContent()).includes('JaCER-2026-77'), 'the number given elsewhere')
  const send = page.locator('#statement-part .button')
  await send.click()
  t.equal(await page.locator('#errors a').textContent(), site.texts.es['error.choice'], 'no answer chosen')
  t.ok(!(await page.locator('#withdrawing').isVisible()), 'a question to withdraw before anybody wants to')
  await page.locator('[name="statement"][value="withdrawn"] + label').click()
  await page.locator('#withdrawing').waitFor()
  await send.click()
  t.equal(await page.locator('#errors a').textContent(), site.texts.es['error.withdraw'], 'withdrawing without a second thought')
  await look(t, page, 'statement-scripted', layoutFaults)
  await page.locator('[name="statement"][value="corrected"] + label').click()
  await page.locator('#text').fill('Otra pregunta a medias')
  await send.click()
  t.equal(await page.locator('#errors a').textContent(), site.texts.es['error.text-missing'], 'a correction without words')
  await page.locator('#correction').fill(visit.correction)
  await page.locator('.languages [lang="en"]').click()
  await page.waitForFunction(() => document.documentElement.lang === 'en' && document.querySelector('#statement-part [value="corrected"]')?.checked)
  t.equal(await page.locator('#correction').inputValue(), visit.correction, 'the correction in another language')
  await send.click()
  await page.locator('#said').waitFor()
  t.equal(await page.locator('#statement-part').getAttribute('data-statement'), 'corrected', 'where the statement stands')
  t.equal(await page.locator('.message.reporter .text').textContent(), visit.correction, 'the correction among the messages')
  t.equal(await page.locator('#text').inputValue(), 'Otra pregunta a medias', 'a message half written')
  await look(t, page, 'statement-corrected', layoutFaults)
  t.equal(v.seen.errors.concat(v.seen.foreign).join('\n'), '', 'what the pages with scripts broke')
  await v.close()
}

/** A handler sees how both reports came, and what was said to what was written down. */
async function reads(t, me) {
  const { page } = me
  await at(me, '/cases')
  t.equal(await page.locator('nav a[href$="/desk/intake"]').count(), 0, 'the way to take reports, for a handler')
  for (const [state, channel, text] of [['accepted', 'phone', call.text], ['corrected', 'in-person', visit.correction]]) {
    await at(me, '/cases?tab=all')
    await page.locator('.subject', { hasText: (state === 'accepted' ? call : visit).text.slice(0, 8) }).waitFor()
    await page.locator('tr[data-case]', { hasText: (state === 'accepted' ? call : visit).text.slice(0, 8) }).locator('a').click()
    await page.locator('#timeline .entry .text', { hasText: text }).waitFor()
    t.equal(await page.locator('#statement').getAttribute('data-statement'), state, 'the statement beside the case')
    const shown = await page.locator('main').textContent()
    for (const key of [`channel.${channel}`, `statement.state-${state}`, `statement.${state}`]) t.ok(shown.includes(site.texts.en[key]), `${key} is not on the page`)
    await look(t, page, `case-${state}`, deskFaults)
  }
  t.equal(me.broken.join('\n'), '', 'what the pages of the handler broke')
}

/** The same for a page that runs no scripts. */
function lookWithoutScripts(t, page, name) {
  return withCopy(browser, page, (copy) => look(t, copy, name, layoutFaults))
}

/** Examines a page as it stands, on a wide screen in light and on a narrow one in dark colours. */
async function look(t, page, name, layout) {
  const was = page.viewportSize()
  await page.evaluate(() => scrollTo(0, 0)) // where the exit covers nothing
  const views = [{ width: 1280, height: 800, scheme: 'light' }, { width: 320, height: 800, scheme: 'dark' }]
  await lookAt(t, page, { name, lang: await page.locator('html').getAttribute('lang'), views, layout, first: true, folder: site.screenshots })
  await page.setViewportSize(was)
}
