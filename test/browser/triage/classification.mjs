// Handlers classify cases: what the report says is confirmed with one click, two correct
// at once and nothing is lost, and nobody closes a case without it. Called with one
// JSON argument: chromium, lang, url, people, password, texts, cases, screenshots.
import { connect } from '../lib/browser.mjs'
import { figures, look } from '../lib/look.mjs'
import { end, story } from '../lib/results.mjs'
import { deskFaults } from '../desk/desk-layout.mjs'
import { at, enter } from '../desk/handler.mjs'

const site = JSON.parse(process.argv[2])
const { lang, cases } = site
const texts = site.texts[lang]
const browser = await connect(site.chromium)
const value = (page, field) => page.locator(`#classification > dl [data-field="${field}"]`).innerText()
const said = (page) => page.locator('#classification-said').innerText()
const saved = (me, text) => me.page.locator('#classification-said', { hasText: text }).waitFor()
const change = (me) => me.page.locator('#change-classification').click()
const save = (me) => me.page.locator('#classify button[type="submit"]').click()

let aiko
let ken

await story({
  'the report is proposed, in every language of the page': async (t) => {
    aiko = await enter(t, browser, site, 'Aiko', lang)
    ken = await enter(t, browser, site, 'Ken', lang)
    await proposed(t, aiko)
  },
  'confirmed with one click': (t) => confirms(t, aiko),
  'a report that says nothing of itself': (t) => bare(t, aiko),
  'two correct different things at once': (t) => different(t),
  'two correct the same at once': (t) => same(t),
  'what was typed survives a reload': (t) => survives(t, aiko),
  'closing asks for it': (t) => closes(t, aiko),
  'lists and search show it': (t) => lists(t, aiko),
  'nothing broke': async (t) => t.equal([...aiko.broken, ...ken.broken].join('\n'), '', 'errors, or requests to elsewhere'),
})
end(figures)

/** Shows the page of a case, and waits until it is open. */
async function open(me, id) {
  await at(me, `/cases/${id}`)
  await me.page.locator('#timeline .report .text').waitFor()
  await me.page.locator('#classification:visible').waitFor()
}

/** Opens a part of the form that is closed. */
async function unfold(page, field) {
  await page.locator(field).evaluate((control) => control.closest('details').setAttribute('open', ''))
}

async function proposed(t, me) {
  const { page } = me
  for (const [code, texts] of Object.entries(site.texts)) {
    me.lang = code
    await open(me, cases.ja)
    t.equal(await page.locator('#classification-hint').innerText(), texts['classification.proposed'], `${code}: what it is`)
    t.equal(await value(page, 'areas'), texts['category.forced-labour'], `${code}: the area`)
    t.equal(await value(page, 'severity'), texts['severity.4'], `${code}: the severity`)
    t.equal(await value(page, 'relationship'), texts['answers.relationship.trainee'], `${code}: who writes`)
    t.ok((await value(page, 'flags')).includes(texts['classify.flag.trainees']), `${code}: the flags`)
    t.equal(await value(page, 'place'), '第二工場の寮', `${code}: the place`)
    await change(me)
    await page.evaluate(() => document.querySelectorAll('#classify details').forEach((part) => part.setAttribute('open', '')))
    if (code === site.lang) await page.locator('#add-allegation').click()
    await looks(t, page, 'form', code)
    await page.locator('#cancel-classification').click()
  }
  me.lang = lang
}

async function confirms(t, me) {
  const { page } = me
  await open(me, cases.es)
  t.equal(await value(page, 'kind'), texts['answers.kind.consultation'], 'the kind')
  t.equal(await value(page, 'severity'), texts['severity.4'], 'the severity where somebody is in danger')
  await page.locator('#confirm-classification').click()
  await saved(me, texts['classification.saved'])
  t.ok(!await page.locator('#confirm-classification').isVisible(), 'it can be confirmed again')
  t.equal(await page.locator('#triage').getAttribute('data-kind'), 'consultation', 'the kind that was confirmed with it')
  const events = (await page.locator('#timeline .event').allInnerTexts()).filter((text) => text.includes(texts['event.classified']))
  t.equal(events.length, 1, 'events')
  await change(me)
  await page.locator('#class-area').selectOption('environment')
  await save(me)
  await saved(me, texts['classification.saved'])
  t.ok((await value(page, 'areas')).includes(texts['category.health-safety']), 'what the reporter chose beside what was corrected')
}

async function bare(t, me) {
  const { page } = me
  await open(me, cases.bare)
  t.equal(await page.locator('#classification-hint').innerText(), texts['classification.incomplete'], 'what is needed')
  t.ok(!await page.locator('#confirm-classification').isVisible(), 'nothing can be confirmed')
  await change(me)
  await unfold(page, '#add-allegation')
  await page.locator('#add-allegation').click()
  await unfold(page, '#class-damage')
  await page.locator('#class-damage').fill('1.200')
  await save(me)
  const errors = await page.locator('#errors li').allInnerTexts()
  for (const fault of ['area', 'claim', 'currency']) t.ok(errors.includes(texts[`classification.fault.${fault}`]), `the fault ${fault}: ${errors}`)
  t.equal(errors.length, 4, 'faults')
  t.equal(await page.locator('#class-damage').inputValue(), '1.200', 'what was typed')
  await page.locator('#cancel-classification').click()
  t.equal(await page.locator('#errors').count(), 0, 'faults after it was given up')
}

/** Both see the first version. What each of them changes is kept. */
async function different(t) {
  await open(aiko, cases.ja)
  await aiko.page.locator('#confirm-classification').click()
  await saved(aiko, texts['classification.saved'])
  for (const me of [aiko, ken]) {
    await open(me, cases.ja)
    await change(me)
  }
  await aiko.page.locator('#class-area-2').selectOption('working-hours-wages')
  await unfold(aiko.page, '#add-allegation')
  await aiko.page.locator('#add-allegation').click()
  await aiko.page.locator('#allegations [name="claim"]').fill('Canary seven')
  await aiko.page.locator('#allegations [name="claim-area"]').selectOption('forced-labour')
  await aiko.page.locator('#allegations [name="outcome"]').selectOption('partly')
  await aiko.page.locator('#flag-retaliation-alleged').check()
  await unfold(ken.page, '#class-place')
  await ken.page.locator('#class-place').fill('Canary hangar')
  await unfold(ken.page, '#class-cause')
  await ken.page.locator('#class-cause').selectOption('supplier')
  await ken.page.locator('#class-remedy').selectOption('compensation')
  await ken.page.locator('#class-contracts').fill('2')
  await ken.page.locator('#class-damage').fill('1,200,000')
  await ken.page.locator('#class-currency').fill('jpy')
  await Promise.all([save(aiko), save(ken)])
  for (const me of [aiko, ken]) await me.page.locator('#classify').waitFor({ state: 'hidden' })
  t.equal([await said(aiko.page), await said(ken.page)].sort().join('|'), [texts['classification.saved'], texts['classification.saved-both']].sort().join('|'), 'what each of them is told')
  await aiko.page.locator('#new-label').fill('Line 3')
  await aiko.page.locator('#add-label button').click()
  await aiko.page.locator('#labels .chip').waitFor()
  for (const me of [aiko, ken]) {
    await open(me, cases.ja)
    const all = await me.page.locator('#classification > dl').innerText()
    for (const kept of ['Canary seven', 'Canary hangar', texts['classify.cause.supplier'], texts['outcome.partly']]) t.ok(all.includes(kept), `${kept} is lost: ${all}`)
  }
}

async function same(t) {
  for (const me of [aiko, ken]) {
    await open(me, cases.ja)
    await change(me)
  }
  await aiko.page.locator('#severity-2').check()
  await save(aiko)
  await saved(aiko, texts['classification.saved'])
  await ken.page.locator('#severity-3').check()
  await save(ken)
  await ken.page.locator('#classification-said', { hasText: texts['severity.label'] }).waitFor()
  t.ok(await ken.page.locator('#severity-3').isChecked(), 'what he chose is still chosen')
  t.ok(!(await value(ken.page, 'severity')).startsWith('3'), 'what she chose is shown')
  await save(ken)
  await saved(ken, texts['classification.saved'])
  t.equal(await value(ken.page, 'severity'), texts['severity.3'], 'what he saved knowing hers')
}

async function survives(t, me) {
  const { page } = me
  await open(me, cases.bare)
  await change(me)
  await page.locator('#class-area').selectOption('antitrust')
  await page.waitForFunction(() => Object.keys(sessionStorage).some((key) => key.startsWith('hotline-draft-')))
  page.once('dialog', (dialog) => void dialog.accept())
  await page.reload()
  await page.locator('#classify:visible').waitFor()
  t.equal(await page.locator('#class-area').inputValue(), 'antitrust', 'what was chosen before the reload')
  await page.locator('#cancel-classification').click()
}

async function closes(t, me) {
  const { page } = me
  await open(me, cases.closing)
  await page.locator('#move-buttons [data-to="closed"]').click()
  await page.locator('#move-outcome').selectOption('referred')
  await page.waitForFunction(() => document.querySelector('#move-text').value !== '') // a text to begin with arrives
  await page.locator('#move-text').fill('Encaminhamos o caso.')
  t.equal(await page.locator('#unclassified h4').innerText(), texts['classification.needed'], 'what is needed')
  t.ok(await page.locator('#move-send').isDisabled(), 'it can be closed')
  await looks(t, page, 'closing', lang)
  await page.locator('#unclassified button.second').click()
  await page.locator('#class-area-2').selectOption('fraud-accounting')
  await save(me)
  await page.locator('#unclassified').waitFor({ state: 'detached' })
  await page.waitForFunction(() => document.activeElement.id === 'move-title') // where the focus goes
  t.equal(await page.locator('#move-text').inputValue(), 'Encaminhamos o caso.', 'what was typed')
  t.equal(await page.locator('#move-outcome').inputValue(), 'referred', 'what was chosen')
  await page.locator('#move-send').click()
  await page.locator('dialog[open] button.button:not(.second)').click()
  await page.locator('#state[data-state="closed"]').waitFor()
}

async function lists(t, me) {
  const { page } = me
  await at(me, '/cases?tab=all')
  const row = page.locator(`#case-${cases.ja}`)
  await row.locator('.severity').waitFor()
  t.equal(await row.locator('.labels li').allInnerTexts().then((all) => all.join()), [texts['category.forced-labour'], texts['severity.mark-3'], 'Line 3'].join(), 'the marks in the list')
  await page.waitForFunction(() => document.querySelector('#told').textContent === '')
  await at(me, '/search')
  await page.locator('#loaded.ready').waitFor()
  await page.locator('#query').fill('旅券')
  await page.locator('#results .found').waitFor()
  t.equal(await page.locator('#results .labels li').allInnerTexts().then((all) => all.join()), [texts['category.forced-labour'], texts['severity.mark-3'], 'Line 3'].join(), 'the marks of a result')
}

async function looks(t, page, name, code) {
  const views = [[1280, 'light'], [320, 'dark']].map(([width, scheme]) => ({ width, height: 800, scheme }))
  await look(t, page, { name: `classification-${name}`, lang: code, views, layout: deskFaults, first: code === site.lang, folder: site.screenshots })
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.emulateMedia({ colorScheme: 'light' })
}
