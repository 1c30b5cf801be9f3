// The desk without a mouse: somebody signs in, goes through the list, reads,
// answers and signs out with keys alone, and always sees where they are.
import { at, code, signOut } from './handler.mjs'

const farthest = 80 // presses of Tab to anything on a page

export async function keyboardOnly(t, me) {
  const { page } = me
  await at(me, '/cases')
  await signOut(me)
  const keys = page.keyboard
  await page.locator('#sign-in button[type="submit"]:not([disabled])').waitFor()
  await tabTo(t, page, '#email')
  await keys.type(me.email)
  await tabTo(t, page, '#password')
  await keys.type(me.password)
  await keys.press('Enter')
  await page.locator('#second:not([hidden])').waitFor()
  await holds(t, page, '#code', 'after the password')
  await keys.type(await code(me))
  await Promise.all([page.waitForURL((url) => !url.pathname.endsWith('/sign-in')), keys.press('Enter')])
  await help(t, page)
  await moveAndOpen(t, page)
  await reply(t, page)
  await tabTo(t, page, 'form.sign-out button', 'Shift+Tab')
  await Promise.all([page.waitForURL('**/sign-in**'), keys.press('Enter')])
}

/** The list of shortcuts, and the switch in it: off, no shortcut does anything; on, they work again. */
async function help(t, page) {
  const { keyboard } = page
  const inDialog = () => page.locator('dialog[open]')
  await list(page)
  await keyboard.press('?')
  await inDialog().waitFor()
  await tabTo(t, page, '#shortcuts-here')
  await keyboard.press('Space')
  await keyboard.press('Escape')
  await inDialog().waitFor({ state: 'detached' })
  await keyboard.press('j')
  t.equal(await page.locator('tbody tr:focus').count(), 0, 'rows that j leads to while the shortcuts are off')
  await keyboard.press('?')
  t.equal(await inDialog().count(), 0, 'lists of shortcuts while the shortcuts are off')
  await page.goto(page.url().replace(/\/desk.*/, '/desk/account'))
  await tabTo(t, page, '#shortcuts')
  t.equal(await page.locator('#shortcuts').isChecked(), false, 'the switch on the own page')
  await keyboard.press('Space')
  await list(page)
}

/** Shows all cases, and waits until all is opened and every script has come. */
async function list(page) {
  await page.goto(page.url().replace(/\/desk.*/, '/desk/cases?tab=all'), { waitUntil: 'networkidle' })
  await page.locator('.who:not(:empty)').last().waitFor()
}

async function moveAndOpen(t, page) {
  const { keyboard } = page
  const rows = await page.locator('tr[data-case]').count()
  t.ok(rows > 1, 'there is nowhere to go in the list')
  const at = () => page.evaluate(() => [...document.querySelectorAll('tr[data-case]')].indexOf(document.activeElement))
  for (const [key, row] of [['j', 0], ['j', 1], ['k', 0], ['k', 0], ['j', 1]]) {
    await keyboard.press(key)
    t.equal(await at(), row, `the row after ${key}`)
    await seen(t, page, key)
  }
  const id = await page.evaluate(() => document.activeElement.dataset.case)
  await Promise.all([page.waitForURL(`**/cases/${id}**`), keyboard.press('Enter')])
  await page.locator('#timeline .entry .text').first().waitFor()
  await page.locator('#writing:not([hidden])').waitFor()
  await keyboard.press('j')
  t.ok(await page.evaluate(() => document.activeElement.matches('#timeline > li')), 'j leads to no entry of the case')
  // And back, and here again: the row that one came from has the focus.
  await keyboard.press('g')
  await Promise.all([page.waitForURL('**/cases?**'), keyboard.press('l')])
  await page.locator('.who:not(:empty)').first().waitFor()
  await holds(t, page, `#case-${id} a`, 'back in the list')
  await Promise.all([page.waitForURL(`**/cases/${id}**`), keyboard.press('Enter')])
  await page.locator('#writing:not([hidden])').waitFor()
}

async function reply(t, page) {
  const { keyboard } = page
  const before = await page.locator('#timeline .desk').count()
  await tabTo(t, page, '#reply-text')
  await keyboard.type('We have read it once more.')
  await tabTo(t, page, '#reply button[type="submit"]')
  await keyboard.press('Enter')
  await page.locator('#timeline .desk').nth(before).locator('.text').waitFor()
  t.equal(await page.locator('#timeline .desk .text').last().textContent(), 'We have read it once more.', 'the answer')
  await page.locator('#said:focus').waitFor() // what came of it has the focus, and nothing is lost
}

/** Presses Tab until it has reached something, and looks at every stop on the way. */
async function tabTo(t, page, selector, key = 'Tab') {
  for (let i = 0; i < farthest; i++) {
    if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return
    await page.keyboard.press(key)
    await seen(t, page, `${key} on the way to ${selector}`)
  }
  throw new Error(`${key} does not lead to ${selector}`)
}

const holds = async (t, page, selector, when) => t.ok(await page.locator(selector).evaluate((e) => e === document.activeElement), `${selector} has not the focus ${when}`)

/** What has the focus shows it, and stands in sight. The browser's own buttons come after the end of a page. */
async function seen(t, page, how) {
  const at = await page.evaluate(() => {
    const e = document.activeElement
    if (e === document.body) return null
    const style = getComputedStyle(e)
    const { top, bottom, height } = e.getBoundingClientRect()
    const ring = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none'
    return { name: `<${e.localName}${e.id && ' id=' + e.id}> ${(e.textContent ?? '').trim().slice(0, 30)}`, ring, away: bottom <= 0 || top >= innerHeight || height === 0 }
  })
  if (!at) return
  if (!at.ring) t.fail(`${how}: no ring around ${at.name}`)
  if (at.away) t.fail(`${how}: ${at.name} has the focus but is out of sight`)
}
