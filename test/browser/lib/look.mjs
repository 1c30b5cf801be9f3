// How a page looks and whether everybody can use it, on screens and in colour
// schemes. Every rule of axe sees a state of a page once; of its further screens and
// schemes, what depends on these. In every further language axe looks for names, in
// the first view, and every width is looked at for what is too wide, too small or cut
// off: colours do not depend on the language.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { controlFaults } from './layout.mjs'
import { progress } from './results.mjs'
import { asWritten, axe, viewer } from './viewer.mjs'

export const figures = { states: 0, wholly: 0, further: 0, layouts: 0 }

/** Every rule. The enhanced contrast (7:1) implies the other (4.5:1), which is left out. */
const wholly = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: { 'color-contrast-enhanced': { enabled: true }, 'color-contrast': { enabled: false }, 'target-size': { enabled: true } },
}
/** What depends on the screen and its colours. */
const contrast = ['color-contrast-enhanced', 'link-in-text-block', 'target-size']
/** What depends on the texts: whether everything has a name, and the page its language. */
const words = [
  'html-has-lang', 'html-lang-valid', 'valid-lang', 'document-title', 'button-name', 'link-name', 'label', 'select-name', 'input-button-name', 'summary-name', 'image-alt',
  'role-img-alt', 'empty-heading', 'empty-table-header', 'aria-command-name', 'aria-dialog-name', 'aria-input-field-name', 'aria-tooltip-name', 'aria-treeitem-name', 'landmark-unique',
]

const only = (...values) => ({ runOnly: { type: 'rule', values } })

async function accessible(t, page, rules, where) {
  const violations = await page.evaluate(async (rules) => {
    const result = await globalThis.axe.run(document, { ...rules, resultTypes: ['violations'], preload: false })
    return result.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)
  }, rules)
  progress(`axe, ${where}`)
  for (const violation of violations) t.fail(`${where}: axe: ${violation}`)
}

let copies // of pages in further languages: axe is large, and is read once for all of them
let copying = Promise.resolve() // one at a time

/** Looks for what has no name, in a copy of the page: names do not depend on its scripts. */
async function named(t, page, where) {
  if (await page.evaluate(() => 'axe' in globalThis)) return accessible(t, page, only(...words), where)
  const body = await page.evaluate(asWritten)
  const looked = copying.then(async () => {
    if (!copies || copies.page.isClosed()) copies = await viewer(page.context().browser(), page.viewportSize())
    await copies.show({ url: page.url(), status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body })
    await accessible(t, copies.page, only(...words), where)
  })
  copying = looked.catch(() => {})
  await looked
}

/**
 * Looks at a page as it stands in views: { width, height, scheme }. layout is run inside the page and lists what is
 * too wide or too small; it may be several functions. first: no other look sees this state with every rule. Pictures are left in a folder, if
 * there is one.
 */
export async function look(t, page, { name, lang, views, layout, first, folder }) {
  if (first && !await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axe)
  figures.states++
  let before
  for (const [i, { width, height, scheme }] of views.entries()) {
    const rules = first && (i === 0 ? wholly : only(...contrast))
    if (!first && before?.width === width && !folder) continue
    const where = `${name}, ${lang}, ${width} px, ${scheme}`
    if (before?.width !== width || before?.height !== height) await page.setViewportSize({ width, height })
    if (before?.scheme !== scheme) await page.emulateMedia({ colorScheme: scheme })
    if (before?.width !== width) await fits(t, page, layout, where)
    if (rules) {
      await accessible(t, page, rules, where)
      figures[rules === wholly ? 'wholly' : 'further']++
    }
    if (!first && i === 0) {
      await named(t, page, where)
      figures.further++
    }
    if (folder) await picture(page, folder, `${name}-${lang}-${width}-${scheme}`)
    before = { width, height, scheme }
  }
  if (before.scheme !== 'light') await page.emulateMedia({ colorScheme: 'light' })
}

/** Looks at the room that things have, and at nothing else. */
export async function fits(t, page, layout, where) {
  figures.layouts++
  for (const fault of await page.evaluate(`[${[layout, controlFaults].flat().map((one) => `...(${one})()`)}]`)) t.fail(`${where}: ${fault}`)
  progress(`layout, ${where}`)
}

const sessions = new WeakMap() // by page; never detached: that would take a virtual authenticator away

/** Does something while letters have that size; 16 is usual. */
export async function withLetters(page, size, action) {
  if (!sessions.has(page)) sessions.set(page, await page.context().newCDPSession(page))
  const devtools = sessions.get(page)
  const set = async (standard) => {
    const before = await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)
    await devtools.send('Page.setFontSizes', { fontSizes: { standard, fixed: standard - 3 } })
    await page.waitForFunction((before) => getComputedStyle(document.documentElement).fontSize !== before, before)
  }
  if (size !== 16) await set(size)
  await action(devtools)
  if (size !== 16) await set(16)
}

/** Leaves a picture of the whole page in a folder. */
export async function picture(page, folder, name) {
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, name + '.png'), fullPage: true })
}
