// How pages look and whether everybody can use them: every page that was met
// is shown again, by itself and with its own headers, in several sizes and in
// both colour schemes, and examined. The pages hold no scripts; here they may run,
// because the examination is one.
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { brokenGroups, layoutFaults, openEverything } from './layout.mjs'
import { keyboardFaults } from './keyboard.mjs'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The sizes of screens, smallest first: the narrowest phone, a phone, a desk. */
const screens = [{ width: 320, height: 640 }, { width: 360, height: 740 }, { width: 1280, height: 800 }]
const schemes = ['light', 'dark']

/** Every language is examined on a phone in light colours; two of them everywhere. */
const everywhere = ['en', 'ja']

export const figures = { pages: 0, axe: 0, rules: 0 }

/** Examines one page in every size and scheme that its language is due. */
export async function examine(t, browser, shot, folder) {
  const context = await browser.newContext({ viewport: screens[1] })
  await context.route(shot.url, (route) => route.fulfill({ status: shot.status, headers: shot.headers, body: shot.body }))
  const page = await context.newPage()
  await page.goto(shot.url)
  if (shot.open) await page.evaluate(openEverything)
  await page.evaluate(axe)
  figures.pages++
  for (const screen of screens) {
    for (const scheme of schemes) {
      const due = everywhere.includes(shot.lang) || (screen.width === 360 && scheme === 'light')
      if (!due && !folder) continue
      await page.setViewportSize(screen)
      await page.emulateMedia({ colorScheme: scheme })
      const where = `${screen.width} px, ${scheme}`
      if (due) await accessible(t, page, where)
      if (due) for (const fault of await page.evaluate(layoutFaults)) t.fail(`${where}: ${fault}`)
      if (folder) await picture(page, folder, `${shot.state}-${shot.lang}-${screen.width}-${scheme}`)
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
  if (everywhere.includes(shot.lang)) await doubled(t, page, folder && join(folder, `${shot.state}-${shot.lang}-200%.png`))
  if (shot.lang === 'en') for (const fault of await keyboardFaults(page)) t.fail(`keyboard: ${fault}`)
  if (shot.state === 'receipt') await receipt(t, page)
  await context.close()
}

async function accessible(t, page, where) {
  const found = await page.evaluate(async () => {
    const result = await globalThis.axe.run(document, {
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } },
      preload: false,
    })
    const violations = result.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)
    return { violations, rules: result.passes.length }
  })
  figures.axe++
  figures.rules += found.rules
  for (const violation of found.violations) t.fail(`${where}: axe: ${violation}`)
}

/** Letters twice as large, as somebody sets who sees little, on the narrowest phone. */
async function doubled(t, page, picture) {
  await page.setViewportSize(screens[0])
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } })
  for (const fault of await page.evaluate(layoutFaults)) t.fail(`letters at 200 %: ${fault}`)
  if (picture) await page.screenshot({ path: picture, fullPage: true })
  await devtools.send('Page.setFontSizes', { fontSizes: { standard: 16, fixed: 13 } })
}

/** The receipt is readable on the narrowest phone and on paper. */
async function receipt(t, page) {
  await page.setViewportSize(screens[0])
  const broken = await page.locator('#receipt').evaluate(brokenGroups)
  t.equal(broken.join(' '), '', 'groups of the receipt that are broken over two lines')
  await page.emulateMedia({ media: 'print' })
  for (const [what, seen] of [['#receipt', true], ['#queue', true], ['time', true], ['.address', true],
    ['header', false], ['footer', false], ['.exit', false], ['.check', false], ['.files', false]]) {
    t.equal(await page.locator(what).first().isVisible(), seen, `${what} on paper`)
  }
}

async function picture(page, folder, name) {
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, name + '.png'), fullPage: true })
}
