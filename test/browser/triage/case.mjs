// The page of a case, for two handlers at once: what stands on its first screen, who
// has it open, taking it, tasks, the question before an investigation, links by
// search, the way through the list by keys, and the printed sheet. Called with one
// JSON argument: chromium, lang, url, people, password, texts, screenshots.
import { connect } from '../lib/browser.mjs'
import { figures, look } from '../lib/look.mjs'
import { ask, end, story } from '../lib/results.mjs'
import { deskFaults } from '../desk/desk-layout.mjs'
import { at, enter, investigate } from '../desk/handler.mjs'

const site = JSON.parse(process.argv[2])
const { lang } = site
const texts = site.texts[lang]
const browser = await connect(site.chromium)
let aiko, ken

const first = 'The night shift has no second exit.'
const second = 'Overtime is cut from the records.'
const third = 'A supplier keeps passports.'

await story({
  'they come in': async (t) => {
    [aiko, ken] = [await enter(t, browser, site, 'Aiko', lang), await enter(t, browser, site, 'Ken', lang)]
  },
  'what is to be done is on the first screen': (t) => firstScreen(t, aiko),
  'next and previous by keys': (t) => throughTheList(t, aiko),
  'who else has it open': (t) => presence(t),
  'one of two takes it': (t) => taking(t),
  'acknowledged, and on to the next': (t) => acknowledged(t, aiko),
  'tasks': (t) => tasks(t),
  'before it is investigated': (t) => conflict(t),
  'a link by search': (t) => linking(t, aiko),
  'the printed sheet': (t) => printed(t, aiko),
  'junk, and the next': (t) => junk(t, aiko),
  'how it looks': (t) => looks(t, aiko),
  'nothing broke': async (t) => {
    for (const one of [aiko, ken]) t.equal(one.broken.join('\n'), '', `${one.name}: errors, or requests to elsewhere`)
  },
})
end(figures)

/** Opens the case of a report from the list of all, the oldest first. */
async function open(me, text) {
  await at(me, '/cases?tab=all&sort=oldest')
  await me.page.locator('tr[data-case] a', { hasText: text }).click()
  await opened(me, text)
}

/** Waits until the case of a report is read. */
async function opened(me, text) {
  await me.page.locator('#timeline .report .text', { hasText: text }).waitFor()
}

/** The part of the window that an element reaches down to, at most 1: it is in sight without scrolling. */
function reaches(page, selector) {
  return page.evaluate((s) => document.querySelector(s).getBoundingClientRect().bottom / innerHeight, selector)
}

async function firstScreen(t, me) {
  const { page } = me
  for (const [width, height] of [[1280, 800], [768, 1024]]) {
    await page.setViewportSize({ width, height })
    await open(me, first)
    await page.locator('#acknowledge:not([disabled])').waitFor()
    for (const part of ['#subject', '.brief', '#take', '#standing-junk', '#acknowledge', '#to-next', '#print']) t.ok(await reaches(page, part) <= 1, `${part} is below the first screen at ${width} × ${height}`)
    t.equal(await page.evaluate(() => scrollY), 0, `scrolled at ${width} × ${height}`)
  }
  await page.setViewportSize({ width: 1280, height: 800 })
  t.ok(await reaches(page, '#confirm-classification') <= 1, 'the classification cannot be confirmed on the first screen')
}

async function throughTheList(t, me) {
  const { page } = me
  await open(me, first)
  t.equal(await page.locator('#to-previous').count(), 0, 'cases before the first')
  for (const [key, text] of [['Shift+J', second], ['Shift+J', third], ['Shift+K', second], ['Shift+K', first]]) {
    await page.locator('h1').focus()
    await page.keyboard.press(key)
    await opened(me, text)
  }
  await open(me, third)
  t.equal(await page.locator('#to-next').count(), 0, 'cases after the last')
}

function others(me) {
  return me.page.locator('#present')
}

async function presence(t) {
  await open(aiko, first)
  t.equal(await others(aiko).textContent(), '', 'nobody else has it open')
  await open(ken, first)
  await others(ken).filter({ hasText: 'Aiko' }).waitFor()
  t.equal(await others(ken).getAttribute('role'), 'status', 'how it is said')
  await aiko.page.reload()
  await others(aiko).filter({ hasText: 'Ken' }).waitFor()
  // Whoever leaves is gone, and not only once a minute has passed.
  await ask('nobody is forgotten')
  await at(ken, '/cases')
  do {
    await Promise.all([aiko.page.waitForResponse((response) => response.url().endsWith('/presence')), aiko.page.reload()])
    await opened(aiko, first)
  } while (await others(aiko).textContent() !== '')
}

async function taking(t) {
  await open(aiko, first)
  await open(ken, first)
  const take = async (me) => {
    await Promise.all([me.page.waitForEvent('load'), me.page.locator('#take').click()])
    await opened(me, first)
  }
  await take(aiko)
  t.match(await aiko.page.locator('.brief').innerText(), /Aiko/, 'who is in charge')
  await take(ken)
  t.equal(await ken.page.locator('#notices [role="alert"]').innerText(), texts['case.changed'], 'what the slower one is told')
  t.match(await ken.page.locator('.brief').innerText(), /Aiko/, 'who is in charge')
  t.equal(await ken.page.locator('#take').count(), 0, 'the way to take what a colleague has')
}

async function acknowledged(t, me) {
  const { page } = me
  await open(me, first)
  await page.locator('#acknowledge:not([disabled])').click()
  await page.locator('#state[data-state="acknowledged"]').waitFor()
  t.equal(await page.locator('#acknowledging').isVisible(), false, 'acknowledging is offered again')
  t.equal(await page.locator('#next-act button').innerText(), texts['case.act.decide'], 'what comes next')
  await page.locator('#to-next').click()
  await opened(me, second)
}

function task(me, text) {
  return me.page.locator('.task', { hasText: text })
}

async function add(me, text, day) {
  const { page } = me
  await page.evaluate(() => (document.querySelector('#adding-task').open = true))
  await page.locator('#task-text').fill(text)
  await page.locator('#task-due').fill(day)
  await page.locator('#task-send').click()
  await task(me, text).waitFor()
  await page.locator('#adding-task:not([open])').waitFor() // the form is empty again
}

async function tasks(t) {
  const { page } = aiko
  await open(aiko, first)
  await page.locator('#adding-task summary').click()
  await page.locator('#task-send').click()
  await page.locator('#tasks .error:not(:empty)').first().waitFor()
  await add(aiko, 'Ask the site manager', '2020-01-31')
  await add(aiko, 'Measure the way out', '')
  t.match(await task(aiko, 'Ask').innerText(), new RegExp(texts['task.mine']), 'whose it is')
  t.ok(await task(aiko, 'Ask').locator('.late').isVisible(), 'a task that is overdue')
  t.match(await page.locator('#open-tasks').innerText(), /2/, 'how many are open')
  await open(ken, first)
  await task(ken, 'Measure').getByRole('button', { name: texts['task.finish'] }).click()
  await task(ken, 'Measure').and(ken.page.locator('.done')).waitFor()
  t.equal(await ken.page.locator('.task').last().getAttribute('class'), 'task done', 'what is done stands last')
  // She has not seen that, and changes it.
  await task(aiko, 'Measure').getByRole('button', { name: texts['task.change'] }).click()
  await page.locator('#task-text').fill('Measure both ways out')
  await page.locator('#task-send').click()
  await page.locator('#said', { hasText: texts['task.outdated'] }).waitFor()
  t.equal(await page.locator('#task-text').inputValue(), 'Measure both ways out', 'what she typed')
  await page.locator('#task-cancel').click()
  await task(aiko, 'Measure').and(page.locator('.done')).waitFor()
  // Done by mistake: taken back at once.
  await task(aiko, 'Ask').getByRole('button', { name: texts['task.finish'] }).click()
  await page.locator('#task-said button').click()
  await page.locator('.task:not(.done)', { hasText: 'Ask' }).waitFor()
  t.ok((await page.locator('#timeline .note .tag').allInnerTexts()).includes(texts['task.tag']), 'no task in the timeline')
}

async function conflict(t) {
  const { page } = ken
  await open(ken, first)
  await page.locator('#next-act button').click()
  await page.locator('#move-buttons [data-to="investigating"]').click()
  t.match(await page.locator('#conflict-readers').innerText(), /Aiko.*Ken/, 'who reads it')
  await page.waitForFunction(() => document.querySelector('#move-text').value !== '') // the letter arrives
  await page.locator('#move-send').click()
  await page.locator('#move .error', { hasText: texts['conflict.missing'] }).first().waitFor()
  await page.locator('#conflict-yes').check()
  t.equal(await page.locator('#with-yes li:visible').count(), 2, 'what can be done where no other branch is read')
  await page.locator('#move-send').click()
  await page.locator('#with-reason .error:not(:empty)').waitFor()
  t.equal(await page.locator('#state').getAttribute('data-state'), 'acknowledged', 'the state without a reason')
  await page.locator('#with-yes a').nth(1).click()
  t.ok(await page.locator('#excluding form').isVisible(), 'the link leads to no form')
  await page.locator('#move-reason').fill('The person concerned left in spring.')
  await page.locator('#move-send').click()
  await page.locator('#state[data-state="investigating"]').waitFor()
  const kept = await page.locator('#timeline .note .text', { hasText: texts['conflict.question'] }).innerText()
  t.ok(kept.includes(texts['conflict.note-yes']) && kept.includes('left in spring'), `what is kept: ${kept}`)
  t.match(await page.locator('#timeline .entry.desk .text').last().innerText(), /We have decided to (investigate|look into)/, 'what the reporter is told')
  // Another case, where the answer is no.
  await open(ken, second)
  await page.locator('#acknowledge:not([disabled])').click()
  await page.locator('#state[data-state="acknowledged"]').waitFor()
  await investigate(page)
  await page.locator('#state[data-state="investigating"]').waitFor()
  t.ok((await page.locator('#timeline .note .text').innerText()).includes(texts['conflict.note-no']), 'the answer is not kept')
}

async function linking(t, me) {
  const { page } = me
  await open(me, first)
  await page.locator('#links summary').click()
  await page.locator('#other-case').fill('passports')
  await page.keyboard.press('Enter')
  const found = page.locator('#found-cases button')
  await found.first().waitFor()
  t.equal(await found.count(), 1, 'cases that are found')
  t.match(await page.locator('#found-cases li').innerText(), /passports[\s\S]*2026|passports[\s\S]*\d{4}/, 'what is said of it')
  await found.click()
  await page.locator('#add-link button[type="submit"]').click()
  await page.locator('#links .linked li', { hasText: 'passports' }).waitFor()
  await page.locator('#other-case').fill('nothing of this')
  await page.keyboard.press('Enter')
  await page.locator('#link-found', { hasText: texts['link.search.nothing'] }).waitFor()
  t.equal(await page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => /passports/.test(name))), false, 'the word in an address')
}

async function printed(t, me) {
  const { page } = me
  await open(me, first)
  await page.locator('#links .linked li').waitFor()
  await page.emulateMedia({ media: 'print' })
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
  const shown = (selector) => page.locator(selector).filter({ visible: true })
  for (const part of ['form', 'button', 'textarea', 'select', 'summary', 'nav', '.bar']) t.equal(await shown(part).count(), 0, `${part} on paper`)
  for (const part of ['#subject', '#state', '#timeline .report .text', '#all-facts time', '.task', '#links .linked li']) t.ok(await shown(part).count() > 0, `${part} is not on paper`)
  t.ok((await shown('.note .tag').allInnerTexts()).some((text) => text.includes(texts['case.note.tag'])), 'notes are not marked as notes')
  await page.evaluate(() => dispatchEvent(new Event('afterprint')))
  await page.emulateMedia({ media: null })
  const called = page.evaluate(() => new Promise((done) => (globalThis.print = () => done('print'))))
  await page.locator('#print').click()
  t.equal(await called, 'print', 'the button')
}

async function junk(t, me) {
  const { page } = me
  await open(me, second)
  const press = async (selector) => Promise.all([page.waitForEvent('load'), page.locator(selector).click()])
  await press('#standing-junk')
  t.equal(await page.locator('#done p').innerText(), texts['case.done.standing-junk'], 'what is said')
  t.equal(await page.locator('#go-on').innerText(), texts['case.next'], 'what is offered')
  await press('#undo')
  t.equal(await page.locator('#done p').innerText(), texts['case.done.standing-counts'], 'what is said of the way back')
  await press('#standing-junk')
  await page.locator('#go-on').click()
  await opened(me, third)
}

async function looks(t, me) {
  const { page } = me
  const views = [1280, 768, 320].map((width) => ({ width, height: width === 320 ? 700 : 800 })).flatMap((view) => [{ ...view, scheme: 'light' }, { ...view, scheme: 'dark' }])
  await open(me, first)
  await page.evaluate(() => document.querySelectorAll('#case details').forEach((part) => (part.open = true)))
  await page.locator('#move-buttons [data-to="closed"]').waitFor()
  await look(t, page, { name: 'the case', lang, views, layout: deskFaults, first: true, folder: site.screenshots })
}
