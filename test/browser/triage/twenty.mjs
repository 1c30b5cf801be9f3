// A handler clears twenty new reports: five junk, two urgent, three for another queue, ten
// to acknowledge and classify; with the mouse, or with the keyboard alone. Counted are acts:
// a click, a key, a choice or a text typed. Called with one JSON argument: chromium, url,
// people, password, mode ('mouse', 'keys' or 'two'), junk, urgent, pass, plain (ids).
import { connect } from '../lib/browser.mjs'
import { end, story, test } from '../lib/results.mjs'
import { at, enter } from '../desk/handler.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
const all = [...site.junk, ...site.urgent, ...site.pass, ...site.plain]
let acts = 0
const scrolled = []
let ken

const count = (done) => { acts++; return done }
const key = (name) => count(ken.page.keyboard.press(name))
const click = (selector) => count(ken.page.locator(selector).click())

/** Notes where the page had to be scrolled to do something. */
async function inSight(what) {
  const y = await ken.page.evaluate(() => scrollY)
  if (y > 0) scrolled.push(`${what}: ${y} px`)
}

/** Waits until every row of the list is open. */
async function opened() {
  await ken.page.waitForFunction(() => document.querySelector('#told')?.textContent === '' && [...document.querySelectorAll('.who')].every((who) => who.textContent !== ''))
}

/** Does something after which the list shows what has become of it. */
async function refreshed(act) {
  await ken.page.locator('#rows').evaluate((rows) => { rows.dataset.before = '' })
  await act()
  await ken.page.locator('#rows:not([data-before])').waitFor({ state: 'attached' })
  await opened()
}

/** Waits until the page of a case is open, whichever it is. */
async function inCase() {
  await ken.page.locator('#timeline .report .text').waitFor()
  return ken.page.locator('#case').getAttribute('data-case')
}

async function opens(id) {
  await ken.page.waitForURL(`**/cases/${id}**`)
  await inCase()
}

async function goOn(act, from) {
  await act()
  await ken.page.waitForURL((url) => /\/cases\/[0-9a-f]{32}$/.test(url.pathname) && (from === '' || !url.pathname.endsWith(from)))
}

/** The new reports, in the order of the list. */
async function toList(t) {
  ken = await enter(t, browser, site, 'Ken')
  await at(ken, '/cases?tab=new&sort=oldest')
  await opened()
  const order = await ken.page.locator('tr[data-case]').evaluateAll((rows) => rows.map((row) => row.dataset.case))
  t.equal(order.length, all.length, 'new reports')
  return order
}

/** With the mouse: junk is marked in the list, all others are dealt with on their pages. */
async function withTheMouse(t) {
  const order = await toList(t)
  for (const id of site.junk) await click(`[id="case-${id}"] .pick input`)
  await refreshed(() => click('#several-standing'))
  let id = order.find((one) => !site.junk.includes(one))
  await click(`[id="case-${id}"] .what a`)
  await opens(id)
  for (let left = all.length - 5; left > 0; left--) {
    id = await inCase()
    if (site.pass.includes(id)) {
      await passesOn()
      if (left === 1) break
      const next = await ken.page.locator('tr.last').getAttribute('data-case')
      await click(`[id="case-${next}"] .what a`)
      await opens(next)
      continue
    }
    if (site.urgent.includes(id)) {
      await click('#in-danger button')
      await acted()
    }
    await ken.page.locator('#acknowledge:not([disabled])').waitFor()
    await click('#acknowledge')
    await ken.page.locator('#state[data-state="acknowledged"]').waitFor()
    await inSight('acknowledged')
    await click('#confirm-classification')
    await ken.page.locator('#confirm-classification').waitFor({ state: 'hidden' })
    if (left > 1) await goOn(() => click('#to-next'), id)
  }
  t.equal(scrolled.join('\n'), '', 'where the page had to be scrolled')
}

/** With the keyboard: each report is read once, and classified, passed on or marked as junk; those that are left are acknowledged together. */
async function withTheKeyboard(t) {
  const order = await toList(t)
  await key('j')
  await key('Enter')
  const seen = new Set()
  while (seen.size < order.length) {
    const id = await inCase()
    if (seen.has(id)) { // an urgent one, which has its usual place in the list now
      await goOn(() => key('J'), id)
      continue
    }
    seen.add(id)
    const last = seen.size === order.length
    if (site.pass.includes(id)) {
      await passesOn()
      if (!last) await goOn(() => key('Enter'), '') // the row of the next case has the focus
      continue
    }
    if (site.junk.includes(id)) {
      await key('!')
      await ken.page.locator('#done').waitFor()
      await inCase()
    } else {
      if (site.urgent.includes(id)) {
        await key('d')
        await key('Enter')
        await acted()
      }
      await ken.page.locator('#confirm-classification').waitFor()
      await key('c')
      await ken.page.locator('#confirm-classification').waitFor({ state: 'hidden' })
    }
    await inSight('next case')
    if (!last) await goOn(() => key('J'), id)
  }
  await key('g')
  await key('l')
  await ken.page.waitForURL((url) => url.pathname.endsWith('/cases'))
  await opened()
  await key('X')
  await key('y')
  await ken.page.locator('dialog[open]').waitFor()
  await key('Shift+Tab')
  await refreshed(() => key('Enter'))
  t.equal(await ken.page.locator('tr[data-case]').count(), 0, 'new reports that are left')
  t.equal(scrolled.join('\n'), '', 'where the page had to be scrolled')
}

async function acted() {
  await ken.page.locator('#in-danger').waitFor({ state: 'detached' })
  await inCase()
}

async function passesOn() {
  const { page } = ken
  const mouse = site.mode === 'mouse'
  if (mouse) await click('#transferring summary')
  else await key('p')
  await count(page.locator('form#transfer select').first().selectOption('compliance'))
  await count(page.locator('#transfer-reason').fill('It is about purchasing.'))
  if (mouse) await click('form#transfer [type=submit]')
  else {
    await key('Tab')
    await key('Enter')
  }
  await page.locator('dialog.question[open]').waitFor()
  if (mouse) await click('dialog.question[open] .button:not(.second)')
  else {
    await key('Shift+Tab')
    await key('Enter')
  }
  await page.waitForURL((url) => url.pathname.endsWith('/cases'))
  await opened()
}

/** A colleague acts after the server has sent the page of a case, and before its script has asked for the rest. */
async function between(slow, quick, id) {
  let act
  const acted = new Promise((resolve) => { act = resolve })
  await slow.page.route(`**/api/desk/cases/${id}`, async (route) => {
    await acted
    await route.continue()
  })
  await at(slow, `/cases/${id}`)
  await at(quick, `/cases/${id}`)
  await quick.page.locator('#acknowledge:not([disabled])').click()
  await quick.page.locator('#state[data-state="acknowledged"]').waitFor()
  act()
  await slow.page.locator('#state[data-state="acknowledged"]').waitFor()
  await slow.page.unrouteAll()
}

/** Two handlers at the same twenty: each report is acknowledged once, whoever was faster. */
async function together(t) {
  const people = [await enter(t, browser, site, 'Ken'), await enter(t, browser, site, 'Rin')]
  await between(people[0], people[1], all[0])
  await Promise.all(people.map(async (me, i) => {
    for (const id of i === 0 ? all : all.toReversed()) {
      await at(me, `/cases/${id}`)
      await me.page.locator('#timeline .report .text').waitFor()
      const acknowledge = me.page.locator('#acknowledge:not([disabled])')
      await me.page.locator('#acknowledge:not([disabled]), #state:not([data-state="received"])').filter({ visible: true }).first().waitFor()
      if (await acknowledge.isVisible()) await acknowledge.click().catch(() => {}) // a colleague was faster: it has gone
      await me.page.locator('#state[data-state="acknowledged"]').waitFor()
    }
  }))
  for (const me of people) t.equal(me.broken.join('\n'), '', 'errors, or requests to elsewhere')
}

if (site.mode === 'two') await test('two handlers at the same twenty', together)
else {
  await story({
    'they are cleared': site.mode === 'mouse' ? withTheMouse : withTheKeyboard,
    'at most four acts a case, and nothing broke': (t) => {
      t.ok(acts <= 4 * all.length, `${acts} acts for ${all.length} cases`)
      t.equal(ken.broken.join('\n'), '', 'errors, or requests to elsewhere')
    },
  })
}
end({ acts, cases: all.length })
