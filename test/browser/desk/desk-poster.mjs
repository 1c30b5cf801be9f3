// Posters in chromium: each of them is one sheet of its paper with nothing cut off, black
// on white, and the page around it in five languages. Leaves a picture of each code, with
// the address beside it, in folder: of the whole sheet where it is in all languages. Called with one JSON argument: chromium, name, url, session
// (cookie of an administrator), entities, languages (where not all are looked at), local (cookie
// of an administrator of one entity, for the page around it), folder, screenshots.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { end, test } from '../lib/results.mjs'
import { examine, languages } from './desk-look.mjs'
import { signedIn } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const wanted = new RegExp(site.only || '.')
const browser = await connect(site.chromium)
const papers = { a4: { width: 210, height: 297, least: 35 }, a5: { width: 148, height: 210, least: 20 } } // millimetres; least: of the code without its margin
const pixels = (mm) => Math.round(mm / 25.4 * 96)

/** A page of the administrator. */
const administrator = (options, session = site.session) => signedIn(browser, site.url, session, options, /the server responded with a status of 422/)

/** Runs inside the page: lists what of the poster is not on its sheet, or not black on white. */
function posterFaults(code) {
  const faults = []
  const poster = document.querySelector('#poster')
  const sheet = poster.getBoundingClientRect()
  const called = (e) => `<${e.localName} class=${e.className.baseVal ?? e.className}> ${e.textContent.trim().slice(0, 40)}`
  const padding = parseFloat(getComputedStyle(poster).paddingBottom)
  if (sheet.left !== 0 || sheet.top !== 0) faults.push(`the sheet begins at ${sheet.left}, ${sheet.top}`)
  if (poster.scrollHeight > poster.clientHeight || poster.scrollWidth > poster.clientWidth) faults.push(`the sheet holds ${poster.scrollWidth}×${poster.scrollHeight} px of ${poster.clientWidth}×${poster.clientHeight}`)
  let below = 0
  for (const part of document.querySelectorAll('#poster > *, #poster > .poster-part > *')) {
    if (getComputedStyle(part).display === 'contents') continue
    const { top, bottom } = part.getBoundingClientRect()
    if (!part.parentElement.matches('.several > .poster-part')) {
      if (top < below - 0.5) faults.push(`overlaps what is above: ${called(part)}`)
      below = bottom
    }
  }
  for (const element of poster.querySelectorAll('*:not(svg *)')) {
    const style = getComputedStyle(element)
    if (style.display === 'contents' || style.display === 'inline') continue // a line holds it
    const { left, right, top, bottom } = element.getBoundingClientRect()
    if (left < padding - 0.5 || right > sheet.right - padding + 0.5 || top < padding - 0.5 || bottom > sheet.bottom - padding + 0.5) faults.push(`in the margin of the sheet or beyond: ${called(element)}`)
    const more = parseFloat(style.fontSize) * 0.35 // Chinese characters are higher than a line of ours, and not cut off
    if (element.clientWidth > 0 && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + more)) faults.push(`cut off: ${called(element)}`)
    const { color, backgroundColor } = style
    if (color !== 'rgb(0, 0, 0)' || !/^rgba\(0, 0, 0, 0\)$|^rgb\(255, 255, 255\)$/.test(backgroundColor)) faults.push(`${color} on ${backgroundColor}: ${called(element)}`)
  }
  if (getComputedStyle(poster).backgroundColor !== 'rgb(255, 255, 255)') faults.push('the sheet is not white')
  for (const other of document.querySelectorAll('body > *, main > *')) {
    if (!other.contains(poster) && other.getClientRects().length > 0) faults.push(`printed besides: ${called(other)}`)
  }
  const modules = poster.querySelector('svg').viewBox.baseVal.width
  const wide = poster.querySelector('svg').getBoundingClientRect().width * (modules - 8) / modules / 96 * 25.4
  if (wide < code) faults.push(`the code is ${wide.toFixed(1)} mm wide`)
  return faults.slice(0, 8)
}

const admin = await administrator({ deviceScaleFactor: 2 })

for (const entity of site.entities) {
  for (const [paper, { width, height, least }] of Object.entries(papers)) {
    const name = `${site.name}: ${entity} on ${paper}`
    if (wanted.test(name)) await test(name, async (t) => {
      const path = `${site.url}/en/desk/admin/poster?entity=${entity}&paper=${paper}`
      await admin.goto(path)
      const offered = await admin.locator('#language option').evaluateAll((options) => options.map(({ value }) => value))
      t.ok(offered[0] === 'all' && offered.length > 2, `languages to choose from: ${offered}`)
      for (const language of site.languages ?? offered) {
        const where = `in ${language}`
        await admin.emulateMedia({ media: null, colorScheme: 'dark' })
        await admin.goto(`${path}&language=${language}`)
        const pdf = (await admin.pdf({ preferCSSPageSize: true })).toString('latin1')
        t.equal(pdf.match(/\/Type\s*\/Page\b/g)?.length, 1, `${where}: pages`)
        const [, wide, high] = pdf.match(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/)
        t.ok(Math.abs(wide / 72 * 25.4 - width) < 1 && Math.abs(high / 72 * 25.4 - height) < 1, `${where}: a page of ${wide}×${high} points`)
        await admin.setViewportSize({ width: pixels(width), height: pixels(height) })
        await admin.emulateMedia({ media: 'print', colorScheme: 'dark' })
        for (const fault of await admin.evaluate(posterFaults, least)) t.fail(`${where}: ${fault}`)
        const file = join(site.folder, `${site.name}-${entity}-${paper}-${language}`)
        await (language === 'all' ? admin : admin.locator('#poster svg')).screenshot({ path: `${file}.png` })
        await writeFile(`${file}.txt`, await admin.locator('#poster-address').textContent())
        if (site.screenshots) await admin.screenshot({ path: join(site.screenshots, `poster-${site.name}-${entity}-${paper}-${language}.png`) })
      }
      for (const failure of admin.failures.splice(0)) t.fail(failure)
    })
  }
}

const local = site.local && await administrator({}, site.local)
for (const lang of local ? Object.keys(languages) : []) {
  const name = `${site.name}: how it looks, ${lang}`
  if (wanted.test(name)) await test(name, async (t) => {
    await local.goto(`${site.url}/${lang}/desk/admin/poster?paper=a5`)
    await examine(t, site, local, `poster-${site.name}`, lang)
    if (lang === 'en') {
      await local.goto(`${site.url}/en/desk/admin/poster?paper=a3&language=fr`)
      await examine(t, site, local, `poster-${site.name}-errors`, lang)
    }
    for (const failure of local.failures.splice(0)) t.fail(failure)
  })
}

if (wanted.test(`${site.name}: the button`)) await test(`${site.name}: the button prints; without scripts a sentence says how`, async (t) => {
  await admin.emulateMedia({ media: null, colorScheme: 'light' })
  await admin.goto(`${site.url}/en/desk/admin/poster`)
  await admin.evaluate(() => { globalThis.print = () => { document.title = 'printed' } })
  await admin.locator('#print').click()
  t.equal(await admin.title(), 'printed', 'what the button does')
  t.equal(await admin.locator('#by-hand').count(), 0, 'sentences for those without scripts')
  const plain = await administrator({ javaScriptEnabled: false })
  await plain.goto(`${site.url}/en/desk/admin/poster`)
  t.ok(!await plain.locator('#print').isVisible() && await plain.locator('#by-hand').isVisible(), 'a button that does nothing, or no sentence')
  await plain.locator('#paper').selectOption('a5')
  await Promise.all([plain.waitForURL('**/poster?*paper=a5*'), plain.locator('main form .button').click()])
  t.equal(await plain.locator('#poster.a5').count(), 1, 'posters on A5')
  const pdf = await plain.pdf({ preferCSSPageSize: true })
  t.equal(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length, 1, 'pages')
  await plain.context().close()
})

end(figures)
