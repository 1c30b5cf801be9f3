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
let scrolled = []
let ken

const count = (done) => { acts++; return done }
const key = (name) => count(ken.page.keyboard.press(name))
const click = (selector) => count(ken.page.locator(selector).click())

/** Whether what is clicked, or has the focus, is in sight without scrolling. */
async function inSight(what) {
  const y = await ken.page.evaluate(() => scrollY)
  if (y > 0) scrolled.push(`${what}: ${y} px`)
}

async function opened() {
  await ken.page.waitForFunction(() => document.querySelector('#told')?.textContent === '' && [...document.querySelectorAll('.who')].every((who) => who.textContent !== ''))
}

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

async function toCase(id) {
  if (site.mode === 'mouse') await click(`[id="case-${id}"] .what a`)
  else {
    await ken.page.locator(`[id="case-${id}"]`).evaluate((row) => { row.tabIndex = -1; row.focus({ preventScroll: true }) }) // where j and k lead; each of these is counted below
    await key('Enter')
  }
  await ken.page.waitForURL(`**/cases/${id}**`)
  await inCase()
}

/** Junk: five rows at once. With the keyboard each row is a j away from the one before at the most. */
async function clearsJunk(t) {
  ken = await enter(t, browser, site, 'Ken')
  await at(ken, '/cases?tab=new&sort=oldest')
  await opened()
  t.equal(await ken.page.locator('tr[data-case]').count(), all.length, 'new reports')
  const order = await ken.page.locator('tr[data-case]').evaluateAll((rows) => rows.map((row) => row.dataset.case))
  if (site.mode === 'mouse') {
    for (const id of site.junk) await click(`[id="case-${id}"] .pick input`)
    await refreshed(() => click('#several-standing'))
  } else {
    const last = Math.max(...site.junk.map((id) => order.indexOf(id)))
    for (let i = 0; i <= last; i++) {
      await key('j')
      if (site.junk.includes(order[i])) await key('x')
    }
    await refreshed(() => key('!'))
  }
  t.equal(await ken.page.locator('tr[data-case]').count(), all.length - 5, 'new reports that are left')
}

/** From the first case to the last, by "next case". */
async function clearsTheRest(t) {
  const first = await ken.page.locator('tr[data-case]').first().getAttribute('data-case')
  await toCase(first)
  for (let left = all.length - 5; left > 0; left--) {
    const id = await inCase()
    if (site.pass.includes(id)) await passesOn(id, left > 1)
    else await acknowledges(id)
    if (site.pass.includes(id) || left === 1) continue
    await inSight('next case')
    await (site.mode === 'mouse' ? click('#to-next') : key('J'))
    await ken.page.waitForURL((url) => !url.pathname.endsWith(id))
  }
  t.equal(scrolled.join('\n'), '', 'where the page had to be scrolled')
}

async function acknowledges(id) {
  if (site.urgent.includes(id)) {
    await inSight('acted')
    if (site.mode === 'mouse') await click('#in-danger button')
    else {
      await key('d')
      await key('Enter')
    }
    await ken.page.locator('#in-danger').waitFor({ state: 'detached' })
    await inCase()
  }
  await ken.page.locator('#acknowledge:not([disabled])').waitFor()
  if (site.mode === 'mouse') await click('#acknowledge')
  else {
    await key('y')
    await key('Enter')
  }
  await ken.page.locator('#state[data-state="acknowledged"]').waitFor()
  await ken.page.evaluate(() => document.activeElement?.blur()) // the notice has the focus; keys work from there, too
  await inSight('acknowledged')
  await ken.page.locator('#confirm-classification').waitFor()
  await (site.mode === 'mouse' ? click('#confirm-classification') : key('c'))
  await ken.page.locator('#confirm-classification').waitFor({ state: 'hidden' })
}

async function passesOn(id, more) {
  const { page } = ken
  if (site.mode === 'mouse') await click('#transferring summary')
  else await key('p')
  await count(page.locator('form#transfer select').first().selectOption('compliance'))
  await count(page.locator('#transfer-reason').fill('It is about purchasing.'))
  if (site.mode === 'mouse') await click('form#transfer [type=submit]')
  else {
    await key('Tab')
    await key('Enter')
  }
  await page.locator('dialog.question[open]').waitFor()
  if (site.mode === 'mouse') await click('dialog.question[open] .button:not(.second)')
  else await key('Enter')
  await page.waitForURL((url) => url.pathname.endsWith('/cases'))
  await opened()
  if (!more) return
  await toCase(await page.locator('tr[data-case]').first().getAttribute('data-case'))
}

/** Two handlers at the same twenty: each report is acknowledged once, whoever was faster. */
async function together(t) {
  const people = [await enter(t, browser, site, 'Ken'), await enter(t, browser, site, 'Rin')]
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
    'five are junk, at once': clearsJunk,
    'fifteen are passed on, or acknowledged and classified': clearsTheRest,
    'at most four acts a case, and nothing broke': (t) => {
      t.ok(acts <= 4 * all.length, `${acts} acts for ${all.length} cases`)
      t.equal(ken.broken.join('\n'), '', 'errors, or requests to elsewhere')
    },
  })
}
end({ acts, cases: all.length })
