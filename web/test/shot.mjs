// Makes the picture in the README: the form in Japanese beside the receipt page
// in English, each on a phone. It sends a report, so give it a server to try out,
// with --demo or with a name and a handler of its own:
//
//	hotline serve --demo
//	node web/test/shot.mjs http://127.0.0.1:8080 docs/screenshot.png
import { launch, phone } from './browser.mjs'
import { reports } from './words.mjs'

const [site, file] = process.argv.slice(2)
const browser = await launch()

/** Opens a form on a phone, writes the text of that language and does something with the page. */
async function pictured(lang, action) {
  const page = await browser.newPage({ viewport: phone, javaScriptEnabled: false, locale: lang, colorScheme: 'light' })
  await page.goto(`${site}/${lang}/report`)
  await page.locator('#text').fill(reports[lang].text)
  await action(page)
  await page.locator('h1').click() // no field has the focus
  await page.evaluate(() => scrollTo(0, 0))
  const picture = await page.screenshot()
  await page.close()
  return picture.toString('base64')
}

const form = await pictured('ja', async () => {})
const receipt = await pictured('en', async (page) => {
  for (let tries = 0; tries < 2 && await page.locator('#report').count(); tries++) { // nobody types that fast: asked once more
    await page.locator('#report button.button').click()
    await page.waitForLoadState()
  }
  await page.locator('#receipt').waitFor()
})

const both = await browser.newPage({ viewport: { width: 2 * phone.width + 72, height: phone.height + 48 } })
await both.setContent(`<style>
  body { display: flex; gap: 24px; margin: 0; padding: 24px; background: #dfe3ea; }
  img { border-radius: 12px; }
</style><img src="data:image/png;base64,${form}"><img src="data:image/png;base64,${receipt}">`)
await both.screenshot({ path: file })
await browser.close()
