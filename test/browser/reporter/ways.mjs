// Other ways through the pages with scripts: out of them in a hurry, without a
// mouse; and the scripts' sealing held to the vectors inside the browser.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { fresh } from '../lib/browser.mjs'
import { told } from './canaries.mjs'
import { startProxy } from '../lib/proxy.mjs'
import { receiptOf, reporter, visit } from '../lib/scripted.mjs'

const web = fileURLToPath(new URL('../../../web/', import.meta.url))

/** The quick exit, by its link and by three presses of Shift, from the first step, the second, and the receipt. */
async function quickExit(t, browser, site) {
  const threeTimes = async ({ page, context }) => {
    const devtools = await context.newCDPSession(page)
    const shift = (type) => devtools.send('Input.dispatchKeyEvent', { type, key: 'Shift', code: 'ShiftLeft', windowsVirtualKeyCode: 16 })
    await Promise.all([1, 2, 3].flatMap(() => [shift('rawKeyDown'), shift('keyUp')])) // at once: they count within two seconds
    await devtools.detach()
  }
  const blank = ({ page }) => page.locator('.blank')
  const inSight = ({ page }) => page.evaluate(() => `${document.body.innerText.trim().replace(/\s+/g, ' ')}|${document.title.trim()}`)
  const presses = async (me) => {
    const { page } = me
    if (await page.locator('#text').isVisible()) {
      await page.locator('#text').focus()
      await threeTimes(me)
      t.equal(await blank(me).count(), 0, 'three presses while a text is typed')
    }
    const before = await inSight(me)
    await page.evaluate(() => document.activeElement?.blur())
    await threeTimes(me)
    await blank(me).waitFor()
    t.equal(await inSight(me), 'Leave Back|', 'what is in sight after three presses')
    await blank(me).locator('.second').click()
    t.equal(await inSight(me), before, 'what is in sight after going back')
    await threeTimes(me)
    await blank(me).locator('button').first().click({ noWaitAfter: true })
  }
  const link = ({ page }) => page.locator('.exit a').click({ noWaitAfter: true })
  await hurryOut(t, browser, site, 'Shift in step 1', presses, 1)
  await hurryOut(t, browser, site, 'link in step 2', link, 2)
  await hurryOut(t, browser, site, 'Shift on the receipt page', presses, 4)
}

async function hurryOut(t, browser, site, what, leave, steps) {
  const me = await reporter(t, browser, site, 'en', await startProxy(site.faulty))
  const { page } = me
  await visit(me, '', 'h1')
  await page.locator('main .actions a').first().click()
  await page.locator('.step-title').first().waitFor({ state: 'attached' })
  await page.locator('#text').click()
  await page.keyboard.type('He must not see this.')
  for (let at = 1; at < steps; at++) await page.locator('.step:not([hidden]) > button:not(.second)').click()
  if (steps > 3) await receiptOf(me)
  const emptied = []
  page.on('console', (message) => message.text().startsWith('left:') && emptied.push(message.text()))
  await page.evaluate(() => { // from the exit on, page.evaluate() would wait for the other site
    new MutationObserver(() => console.info(`left: ${document.body.childNodes.length}${document.title.trim()}`)).observe(document, { childList: true, subtree: true })
  })
  let goOn
  me.network.trouble('GET /exit', { before: () => new Promise((go) => (goOn = go)) })
  await leave(me)
  for (let i = 0; !(goOn && emptied.at(-1) === 'left: 0') && i < 500; i++) await page.waitForTimeout(10)
  t.equal(emptied.at(-1), 'left: 0', `${what}: what is in sight while the other site is on its way`)
  goOn?.()
  await page.waitForURL(site.neutral)
  t.equal(me.asked.join(), '', `${what}: questions`)
  await page.goBack()
  const back = await page.locator('body').evaluate((body) => `${body.innerText} ${[...body.querySelectorAll('input, textarea')].map((field) => field.value).join(' ')}`)
  t.ok(!back.includes('must not see'), `${what}: the text after going back`)
  t.equal(new URL(page.url()).pathname, steps > 1 ? '/en/report' : '/en/', `${what}: the page before`)
  t.equal(me.seen.errors.join('\n'), '', `${what}: errors in the console`)
  await me.close()
}

/** A whole report with Tab, Enter and Space alone. */
async function withoutMouse(t, browser, site) {
  const me = await reporter(t, browser, site, 'en', await startProxy(site.faulty))
  const { page } = me
  const tabTo = async (selector) => {
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab')
      if (await page.evaluate((wanted) => document.activeElement.matches(wanted) && document.activeElement.checkVisibility(), selector)) return
    }
    throw new Error(`Tab never reaches ${selector}`)
  }
  await visit(me, 'report')
  await tabTo('#text')
  await page.keyboard.type('Written without a mouse.')
  await tabTo('.step:not([hidden]) > button.button:not(.second)')
  await page.keyboard.press('Enter')
  await page.locator('.step:nth-of-type(2) .step-title:focus').waitFor()
  await tabTo('#files')
  await page.locator('#files').setInputFiles(site.photo) // the system's own dialog is out of our hands
  await page.locator('.selected-files legend').waitFor()
  await tabTo('.selected-files input[type=radio]')
  await page.keyboard.press('ArrowDown')
  t.equal(await page.locator('.selected-files input[type=radio]').nth(1).isChecked(), true, 'the second choice, by the arrow key')
  await tabTo('details:not([open]) > summary')
  await page.keyboard.press('Space')
  await tabTo('#where')
  await page.keyboard.type('At the gate')
  await tabTo('.step:not([hidden]) > button.button:not(.second)')
  await page.keyboard.press('Space')
  await page.locator('.step:nth-of-type(3) .step-title:focus').waitFor()
  await page.locator('#review .files li').waitFor()
  await tabTo('[type=submit]:not([disabled])')
  await page.keyboard.press('Enter')
  t.match(await receiptOf(me), /^[0-9A-Z]{5}(-[0-9A-Z]{5}){4}$/, 'the receipt')
  await page.locator('h1:focus').waitFor()
  await tabTo('#receipt-save button')
  await page.keyboard.press('Enter')
  await page.locator('#receipt-save .said', { hasText: me.texts['browser.keep.copied'] }).waitFor()
  t.equal(me.seen.errors.join('\n'), '', 'errors in the console')
  await me.close()
}

/** The search for canaries finds them in every coding: without that it would prove nothing. */
async function canaries(t) {
  const secret = 'パスポート Passports'
  const bytes = Buffer.from(secret)
  const escaped = [...secret].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
  for (const [coding, sent] of Object.entries({
    none: secret, 'upper case': secret.toUpperCase(), 'percent-encoding': encodeURIComponent(secret), 'JSON escapes': escaped,
    base64: `{"x":"${Buffer.from(`12${secret}`).toString('base64')}"}`, base64url: `-${Buffer.from(`1${secret}`).toString('base64url')}`,
  })) {
    t.equal(told(Buffer.from(`POST / HTTP/1.1\r\n\r\n${sent}`), Buffer.from('GET /'), [{ what: 'x', bytes }]).length, 1, `secrets that are found in ${coding}`)
  }
  t.equal(told(bytes, bytes, [{ what: 'x', bytes }]).length, 0, 'what a browser says anyway')
}

/** The vectors of crypto/testdata, run in this browser. */
async function vectors(t, browser, site) {
  const { outputFiles } = await build({
    entryPoints: [`${web}src/crypto/vectors.ts`], bundle: true, write: false, format: 'iife', globalName: 'vectors',
    footer: { js: 'globalThis.vectors = vectors' }, logLevel: 'warning',
  })
  const context = await fresh(browser)
  const page = await context.newPage()
  await page.goto(`${site.open}/en/`)
  await page.evaluate(outputFiles[0].text)
  for (const [name, run] of [['receipts', 'receipts'], ['sealed', 'sealedByGo']]) {
    const known = JSON.parse(await readFile(`${web}../crypto/testdata/${name}.json`, 'utf8'))
    const wrong = await page.evaluate(([run, known]) => globalThis.vectors[run](known), [run, known])
    t.equal(wrong.join('\n'), '', name)
  }
  await context.close()
}

export const ways = { 'quick exit': quickExit, 'without a mouse': withoutMouse, canaries, vectors }
