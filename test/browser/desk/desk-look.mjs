// The look at one page of the desk, as it stands.
import { fits, look, picture, withLetters } from '../lib/look.mjs'
import { deskFaults, listFaults, wordFaults } from './desk-layout.mjs'

export const languages = { en: 'en', ja: 'ja', es: 'es', pt: 'pt-BR', zh: 'zh-Hans' }
const screens = [{ width: 1280, height: 800 }, { width: 768, height: 900 }]
const phone = { width: 320, height: 640 }
const views = screens.flatMap((screen) => ['light', 'dark'].map((scheme) => ({ ...screen, scheme })))

/** Examines a page as it stands, in every size and colour, and its words. */
export async function examine(t, site, page, name, lang) {
  const where = `${name}, ${lang}`
  await page.waitForLoadState() // a click does not wait for the style of the page that it leads to
  await look(t, page, { name: `desk-${name}`, lang, views, layout: [deskFaults, listFaults], first: lang === 'en', folder: site.screenshots })
  for (const fault of await page.evaluate(wordFaults, languages[lang])) t.fail(`${where}: ${fault}`)
  if (lang === 'en') await small(t, site, page, where)
  await page.setViewportSize(screens[0])
}

/** On the narrowest phone, and there with letters as somebody sets them who sees little. */
async function small(t, site, page, where) {
  await page.setViewportSize(phone)
  await fits(t, page, deskFaults, `${where}, ${phone.width} px`)
  if (site.screenshots) await picture(page, site.screenshots, `desk-${where.replace(', ', '-')}-${phone.width}`)
  await withLetters(page, 32, () => fits(t, page, deskFaults, `${where}, letters at 200 %`))
}

/** Examines a page of a suite on a wide screen in light and on a narrow one in dark colours. Further languages have the narrow one alone. */
export async function examineBoth(me, name, widths = [1280, 320]) {
  const views = widths.map((width) => ({ width, height: 800, scheme: width === 320 ? 'dark' : 'light' }))
  await look(me.t, me.page, { name: `keys-${name}`, lang: me.lang, views, layout: deskFaults, first: me.lang === 'en', folder: me.site.screenshots })
  await me.page.setViewportSize({ width: 1280, height: 800 })
}
