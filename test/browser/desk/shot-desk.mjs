// Makes the picture of the desk in the README: a list in English and a case in
// Japanese, as handlers of the demonstration see them.
//
//	hotline serve --demo
//	node test/browser/desk/shot-desk.mjs http://127.0.0.1:8080 docs/desk.png PASSWORD
import { launch } from '../lib/browser.mjs'

const [site, file, password] = process.argv.slice(2)
const browser = await launch()
const size = { width: 1080, height: 720 }

/** Signs in on a page of its own, goes to a list and does something there. */
async function pictured(lang, email, action) {
  const context = await browser.newContext({ viewport: size, locale: lang, colorScheme: 'light' })
  const page = await context.newPage()
  await page.goto(`${site}/${lang}/desk/sign-in`)
  await page.locator('#sign-in button[type="submit"]:not([disabled])').waitFor()
  await page.locator('#email').fill(email)
  await page.locator('#password').fill(password)
  await page.locator('#sign-in button[type="submit"]').click()
  await page.waitForURL('**/desk/cases')
  await page.goto(`${site}/${lang}/desk/cases?tab=all`)
  await page.locator('tr[data-case] .who:not(:empty)').first().waitFor()
  await page.waitForFunction(() => document.querySelector('#told').textContent === '')
  await action(page)
  const picture = await page.screenshot()
  await context.close()
  return picture.toString('base64')
}

const pictures = [
  await pictured('en', 'beatriz.almeida@hotline.example', async () => {}),
  await pictured('ja', 'aiko.tanaka@hotline.example', async (page) => {
    await page.locator('tr[data-case] a', { hasText: /[ぁ-ん]/ }).first().click()
    await page.locator('#timeline .entry .text').first().waitFor()
    await page.evaluate(() => scrollTo(0, 0))
  }),
]

const all = await browser.newPage({ viewport: { width: size.width + 48, height: pictures.length * (size.height + 24) + 24 } })
await all.setContent(`<style>
  body { display: grid; gap: 24px; margin: 0; padding: 24px; background: #dfe3ea; }
  img { border-radius: 12px; }
</style>${pictures.map((p) => `<img src="data:image/png;base64,${p}">`).join('')}`)
await all.screenshot({ path: file })
await browser.close()
