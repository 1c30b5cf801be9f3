// A reporter whose browser runs scripts, and what the tests do with their pages.
import { visitor } from './browser.mjs'
import { asWritten } from './viewer.mjs'
import { reports } from './words.mjs'

/** A visitor with scripts who comes through a network; see proxy.mjs. */
export async function reporter(t, browser, site, lang, network, shots = []) {
  const v = await visitor(browser, lang, [network.url], true)
  await v.context.addInitScript(watch)
  await v.context.grantPermissions(['clipboard-write']) // as a browser does for a click; a headless one asks nobody
  v.page.on('dialog', (dialog) => {
    me.asked.push(dialog.type())
    return dialog.dismiss()
  })
  const me = { t, ...v, site, lang, network, shots, texts: site.texts[lang], report: reports[lang], asked: [] }
  return me
}

/** Inside every page: what it breaks is said in the console, and what only a person sees is counted. */
function watch() {
  addEventListener('securitypolicyviolation', (e) => console.error(`against the policy: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`))
  globalThis.printed = 0
  globalThis.print = () => globalThis.printed++
  const copy = navigator.clipboard?.writeText.bind(navigator.clipboard)
  if (copy) {
    navigator.clipboard.writeText = (text) => {
      globalThis.copied = text
      return copy(text)
    }
  }
}

/** Goes to a page of the site and waits for its scripts, unless told what else to wait for. */
export async function visit(me, path, ready) {
  const response = await me.page.goto(`${me.network.url}/${me.lang}/${path}`)
  me.headers = Object.fromEntries(Object.entries(await response.allHeaders()).filter(([name]) => !/^(content-(length|encoding)|transfer-encoding|connection)$/.test(name)))
  await me.page.locator(ready ?? (path === 'report' ? '.step-title' : '.field > [role=status]')).first().waitFor({ state: 'attached' })
}

/** Keeps the page as it is now, to be looked at later. */
export async function capture(me, state, lang = me.lang) {
  const body = await me.page.evaluate(asWritten)
  me.shots.push({ state: `scripted-${state}`, lang, url: me.page.url(), status: 200, headers: me.headers, body })
}

/** The step that is shown, its way forward and its way back. */
export const step = (me) => me.page.locator('.step:not([hidden])')
export const next = (me) => step(me).locator(':scope > button.button:not(.second)')
export const back = (me) => step(me).locator(':scope > button.second')

/** Waits until a step is shown; they count from 1. */
export async function atStep(me, number) {
  await me.page.locator(`.step:nth-of-type(${number}):not([hidden])`).waitFor()
}

/** Opens the part of the form that a field is in. */
export async function unfold({ page }, field) {
  const part = page.locator('main details').filter({ has: page.locator(field) })
  if (await part.count() && !await part.evaluate((d) => d.open)) await part.locator('summary').click()
}

/** Gives the answers of this reporter that stand in the step that is shown. */
export async function answer(me) {
  const { page, report } = me
  const here = async (field) => await step(me).locator(field).count() > 0
  for (const [name, value] of Object.entries(report.choices)) {
    if (!await here(`[name="${name}"]`)) continue
    await unfold(me, `[name="${name}"]`)
    await page.locator(`input[name="${name}"][value="${value}"] + label`).click()
  }
  for (const [name, value] of Object.entries(report.lists)) {
    if (!await here('#' + name)) continue
    await unfold(me, '#' + name)
    await page.locator('#' + name).selectOption(value)
  }
  if (report.danger && await here('#danger')) await page.locator('label[for="danger"]').click()
  for (const [name, value] of Object.entries(report.fields)) {
    if (!await here('#' + name)) continue
    await unfold(me, '#' + name)
    await page.locator('#' + name).fill(value)
  }
}

/** Chooses files as a person does, and waits until each was looked into. */
export async function choose(me, ...files) {
  await unfold(me, '#files')
  await me.page.locator('#files').setInputFiles(files)
  await me.page.waitForFunction((looking) => [...document.querySelectorAll('.hidden-details')].every((one) => one.textContent !== looking), me.texts['browser.files.looking'])
}

/** Whether leaving the page for another is asked about. */
export async function asksBeforeLeaving(me) {
  const before = me.asked.length
  const gone = me.page.waitForURL('**/en/').then(() => true, () => false)
  await me.page.evaluate(() => setTimeout(() => (location.href = '/en/')))
  while (me.asked.length === before && !me.page.url().endsWith('/en/')) await new Promise((later) => setTimeout(later, 20))
  if (me.asked.length > before) return me.asked.at(-1) === 'beforeunload'
  await gone
  return false
}

/** The steps of a short report, from an empty form to what Send leads to. */
export async function writeShortly(me, text, ...files) {
  await visit(me, 'report')
  await me.page.locator('#text').fill(text)
  await next(me).click()
  if (files.length > 0) await choose(me, ...files)
  await next(me).click()
  await atStep(me, 3)
}

export const send = (me) => step(me).locator('[type=submit]').click()

/** Waits for the receipt page and returns the receipt. */
export async function receiptOf({ page, network }) {
  const receipt = page.locator('p#receipt')
  await receipt.waitFor().catch(async () => {
    throw new Error(`no receipt, but ${await page.locator('main').innerText()} after ${network.requests.slice(-8).join(', ')}`)
  })
  return (await receipt.textContent()).trim()
}

/** A file of the reporter's that exists only in a test. */
export const madeFile = (name, bytes, mimeType = 'application/octet-stream') =>
  ({ name, mimeType, buffer: Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => (i * 31 + (i >> 8) * 17) & 255)) })
