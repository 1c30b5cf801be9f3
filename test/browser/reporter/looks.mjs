// How pages look and whether everybody can use them: every page that was met
// is shown again, by itself and with its own headers, in several sizes and in
// both colour schemes, and examined. The examination is a script; the pages' own
// scripts do not run here: a page is looked at as it was when it was met.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { brokenGroups, layoutFaults, openEverything } from '../lib/layout.mjs'
import { keyboardFaults } from '../lib/keyboard.mjs'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The sizes of screens, smallest first: the narrowest phone, a phone, a desk. */
const screens = [{ width: 320, height: 640 }, { width: 360, height: 740 }, { width: 1280, height: 800 }]
const schemes = ['light', 'dark']

export const figures = { pages: 0, axe: 0, rules: 0 }

/** Examines one page: on a phone in light colours, and in every size and scheme if its language is one of everywhere. */
export async function examine(t, browser, shot, folder, everywhere = ['en', 'ja']) {
  const context = await browser.newContext({ viewport: screens[1] })
  await context.route(shot.url, (route) => route.fulfill({ status: shot.status, headers: shot.headers, body: shot.body }))
  await context.route('**/*.js', (route) => route.abort())
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
  await doubled(t, page, folder && join(folder, `${shot.state}-${shot.lang}-200%.png`))
  if (shot.lang === 'en') for (const fault of await keyboardFaults(page)) t.fail(`keyboard: ${fault}`)
  if (shot.state.endsWith('receipt')) await receipt(t, page, folder && join(folder, `${shot.state}-${shot.lang}-print.png`))
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
  await withLetters(page, 32, async (devtools) => {
    for (const fault of await page.evaluate(layoutFaults)) t.fail(`letters at 200 %: ${fault}`)
    if (!picture) return
    const { data } = await devtools.send('Page.captureScreenshot') // page.screenshot() would set the letters back
    await writeFile(picture, data, 'base64')
  })
}

/** Does something while the browser is set to letters of that size; 16 is usual. */
async function withLetters(page, size, action) {
  const usual = await letters(page)
  const devtools = await page.context().newCDPSession(page)
  const set = (standard) => devtools.send('Page.setFontSizes', { fontSizes: { standard, fixed: standard - 3 } })
  await set(size)
  while (size !== 16 && await letters(page) === usual) await page.waitForTimeout(10)
  await action(devtools)
  await set(16)
  while (await letters(page) !== usual) await page.waitForTimeout(10)
}

function letters(page) {
  return page.evaluate(() => getComputedStyle(document.documentElement).fontSize)
}

/** The receipt is readable on every phone, with letters of every size, and on paper. */
async function receipt(t, page, picture) {
  for (const screen of screens) {
    await page.setViewportSize(screen)
    for (const size of [16, 20, 24, 32]) {
      await withLetters(page, size, async () => {
        const broken = await page.locator('#receipt').evaluate(brokenGroups)
        t.equal(broken.join(' '), '', `${screen.width} px, letters of ${size} px: groups of the receipt that are broken over two lines`)
      })
    }
  }
  await page.setViewportSize(screens[0])
  await page.emulateMedia({ media: 'print' })
  for (const [what, seen] of [['#receipt', true], ['#queue', true], ['time', true], ['.address', true],
    ['header', false], ['footer', false], ['.exit', false], ['.check', false], ['.files', false], ['.tools', false]]) {
    t.equal(await page.locator(what).first().isVisible(), seen, `${what} on paper`)
  }
  if (picture) await page.screenshot({ path: picture, fullPage: true })
}

async function picture(page, folder, name) {
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, name + '.png'), fullPage: true })
}
