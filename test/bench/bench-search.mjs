// Measures searching. Called with a JSON object: url, email, password, secret (of
// the one-time codes), cases; it prints the figures as one.
import { launch } from '../browser/lib/browser.mjs'
import { at, code, givePassword, handler } from '../browser/desk/handler.mjs'

const site = JSON.parse(process.argv[2])
const browser = await launch()
const me = await handler(undefined, browser, site, 'Handler', site.email)
const { page } = me
me.secret = site.secret
await at(me, '/sign-in')
await givePassword(me, site.password)
await page.locator('#second:not([hidden])').waitFor()
await page.locator('#code').fill(await code(me))
await Promise.all([page.waitForURL('**/desk/cases**'), page.locator('#by-code .button').click()])

// How long the page stands still while it works.
await page.addInitScript(() => {
  globalThis.longest = 0
  let before = performance.now()
  const look = () => {
    const now = performance.now()
    globalThis.longest = Math.max(globalThis.longest, now - before)
    before = now
    setTimeout(look)
  }
  addEventListener('load', () => setTimeout(look, 200))
})
const devtools = await browser.newBrowserCDPSession()
/** Seconds of processor that pages and their workers have used. */
const used = async () => (await devtools.send('SystemInfo.getProcessInfo')).processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0)
const before = await used()
await at(me, '/search')
const opened = await page.evaluate(() => new Promise((done) => {
  let first = 0
  const look = () => {
    const loaded = document.querySelector('#loaded')
    if (!first && /\d/.test(loaded.textContent)) first = performance.now()
    if (loaded.matches('.ready')) done({ opened: performance.now(), first })
    else setTimeout(look, 20)
  }
  look()
}))
const processor = await used() - before
const longest = await page.evaluate(() => globalThis.longest)
const queries = ['残業', 'needle-77', 'くみたてか', '第5工場 needle', 'Line 3', 'nothing of this', 'の', 'ｻﾞﾝｷﾞｮｳ', `needle-${site.cases - 1}`]
const times = []
for (const query of queries) {
  times.push(await page.evaluate((query) => new Promise((done) => {
    const field = document.querySelector('#query')
    const began = performance.now()
    field.value = query
    field.dispatchEvent(new Event('input', { bubbles: true }))
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)))
  }), query))
}
await page.locator('#query').fill('needle-77')
await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
const hits = await page.locator('#results > li').count()
if (hits !== 11) throw new Error(`${hits} cases of needle-77, not 11`) // itself, and 770 to 779
const memory = await page.evaluate(() => performance.memory.usedJSHeapSize)
console.log(JSON.stringify({ ...opened, slowest: Math.max(...times), longest, memory, processor }))
await browser.close()
