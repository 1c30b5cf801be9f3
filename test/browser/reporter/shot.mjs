// Makes the picture in the README: the first step of the form in Japanese, what
// is hidden in a photo in English, and the receipt page in Spanish, each on a
// phone. It sends a report, so give it a server to try out:
//
//	hotline serve --demo
//	node test/browser/reporter/shot.mjs http://127.0.0.1:8080 docs/screenshot.png photo.jpg
import { launch, phone } from '../lib/browser.mjs'
import { reports } from '../lib/words.mjs'

const [site, file, photo] = process.argv.slice(2)
const browser = await launch()
const next = '.step:not([hidden]) > .button:not(.second)'

/** Opens a form on a phone, writes the text of that language, does something with the page and shows the top of an element. */
async function pictured(lang, action, top = 'html') {
  const page = await browser.newPage({ viewport: phone, locale: lang, colorScheme: 'light' })
  await page.goto(`${site}/${lang}/report`)
  await page.locator('.step-title').first().waitFor()
  await page.locator('#text').fill(reports[lang].text)
  await action(page)
  await page.evaluate(() => document.activeElement.blur())
  await page.evaluate((s) => scrollTo(0, document.querySelector(s).getBoundingClientRect().top + scrollY - (s === 'html' ? 0 : 80)), top)
  const picture = await page.screenshot()
  page.on('dialog', (dialog) => dialog.accept())
  await page.close()
  return picture.toString('base64')
}

const pictures = [
  await pictured('ja', async () => {}),
  await pictured('en', async (page) => {
    await page.locator(next).click()
    await page.locator('#files').setInputFiles(photo)
    await page.locator('.selected-files fieldset').waitFor()
  }, 'details:has(#files)'),
  await pictured('es', async (page) => {
    await page.locator(next).click()
    await page.locator(next).click()
    await page.locator('.step:not([hidden]) [type=submit]').click()
    await page.locator('p#receipt').waitFor()
  }, 'h1'),
]

const all = await browser.newPage({ viewport: { width: pictures.length * (phone.width + 24) + 24, height: phone.height + 48 } })
await all.setContent(`<style>
  body { display: flex; gap: 24px; margin: 0; padding: 24px; background: #dfe3ea; }
  img { border-radius: 12px; }
</style>${pictures.map((p) => `<img src="data:image/png;base64,${p}">`).join('')}`)
await all.screenshot({ path: file })
await browser.close()
