// How pages look and whether everybody can use them: every page that was met
// is shown again, by itself and with its own headers, in several sizes and in
// both colour schemes, and examined. The examination is a script; the pages' own
// scripts do not run here: a page is looked at as it was when it was met.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brokenGroups, layoutFaults, nameOrganization, openEverything } from '../lib/layout.mjs'
import { keyboardFaults } from '../lib/keyboard.mjs'
import { fits, look, picture, withLetters } from '../lib/look.mjs'
import { test } from '../lib/results.mjs'
import { viewer } from '../lib/viewer.mjs'

/** The sizes of screens, smallest first: the narrowest phone, a phone, a desk. */
const screens = [{ width: 320, height: 640 }, { width: 360, height: 740 }, { width: 1280, height: 800 }]
const usual = { ...screens[1], scheme: 'light' }
const everyView = [usual, ...screens.flatMap((screen) => ['light', 'dark'].map((scheme) => ({ ...screen, scheme }))).filter((view) => view.width !== usual.width || view.scheme !== usual.scheme)]

/**
 * Examines one page: on a phone in light colours, and in every size and scheme if its language is one of everywhere.
 * first: the state is met in no other language before.
 */
export async function examine(t, { page, show }, shot, { folder, everywhere = ['en', 'ja'], first = shot.lang === 'en' }) {
  await show(shot)
  if (shot.open) await page.evaluate(openEverything)
  const views = everywhere.includes(shot.lang) || folder ? everyView : [usual]
  await look(t, page, { name: shot.state, lang: shot.lang, views, layout: layoutFaults, first, folder })
  await narrow(t, page)
  await doubled(t, page, shot, folder)
  if (shot.lang === 'en') for (const fault of await keyboardFaults(page)) t.fail(`keyboard: ${fault}`)
  if (shot.state.endsWith('receipt')) await receipt(t, page, shot, folder)
  await page.setViewportSize(screens[1])
}

/** The narrowest phone in every language, and there an organisation with a very long name. */
async function narrow(t, page) {
  await page.setViewportSize(screens[0])
  await fits(t, page, layoutFaults, `${screens[0].width} px`)
  const name = await page.evaluate(nameOrganization)
  await fits(t, page, layoutFaults, `${screens[0].width} px, a long name`)
  await page.evaluate(nameOrganization, name)
}

/** Letters twice as large, as somebody sets who sees little, on the narrowest phone. */
async function doubled(t, page, shot, folder) {
  await page.setViewportSize(screens[0])
  await withLetters(page, 32, async (devtools) => {
    await fits(t, page, layoutFaults, 'letters at 200 %')
    if (!folder) return
    const { data } = await devtools.send('Page.captureScreenshot') // page.screenshot() would set the letters back
    await writeFile(join(folder, `${shot.state}-${shot.lang}-200%.png`), data, 'base64')
  })
}

/** The receipt is readable on every phone, with letters of every size, and on paper. */
async function receipt(t, page, shot, folder) {
  for (const size of [16, 20, 24, 32]) {
    await withLetters(page, size, async () => {
      for (const screen of screens) {
        await page.setViewportSize(screen)
        const broken = await page.locator('#receipt').evaluate(brokenGroups)
        t.equal(broken.join(' '), '', `${screen.width} px, letters of ${size} px: groups of the receipt that are broken over two lines`)
      }
    })
  }
  await page.setViewportSize(screens[0])
  await page.emulateMedia({ media: 'print' })
  for (const [what, seen] of [['#receipt', true], ['#queue', true], ['time', true], ['.address', true],
    ['header', false], ['footer', false], ['.exit', false], ['.check', false], ['.files', false], ['.tools', false]]) {
    t.equal(await page.locator(what).first().isVisible(), seen, `${what} on paper`)
  }
  if (folder) await picture(page, folder, `${shot.state}-${shot.lang}-print`)
  await page.emulateMedia({ media: 'screen' })
}

/** Looks at pages, each of which is a test of its own. */
export async function lookAt(browser, site, shots, more = {}) {
  const wanted = new RegExp(site.only || '.')
  let view
  for (const shot of shots.splice(0)) {
    const name = `looks/${shot.state}`
    if (!wanted.test(name)) continue
    view ??= await viewer(browser, screens[1])
    await test(shot.lang === site.lang ? name : `${shot.lang}/${name}`, (t) => examine(t, view, shot, { folder: site.screenshots, ...more }))
    if (view.page.isClosed()) view = undefined
  }
  await view?.close()
}
