// A browser as a reporter has it: fresh, on a small phone, and cut off from
// every address but this machine's.
import { execFileSync } from 'node:child_process'
import { chromium } from 'playwright-core'
import { open, progress } from './results.mjs'

export const phone = { width: 360, height: 740 }

// Lists of features take the place of playwright's own, of which they repeat what matters here.
const enabled = ['CDPScreenshotNewSurface', 'NetworkServiceInProcess2', 'PartitionAllocLargeEmptySlotSpanRing', 'PartitionAllocLargeThreadCacheSize']
const disabled = [
  'AvoidUnnecessaryBeforeUnloadCheckSync', 'AvoidCorsURLLoaderRestartOnRedirect', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'MediaRouter', 'OptimizationHints',
  'PaintHolding', 'ThirdPartyStoragePartitioning', 'BackForwardCache', 'RenderDocument', 'SpareRendererForSitePerProcess', 'PartitionAllocMemoryReclaimer',
]

// A page is left soon: nothing is kept for going back, or made ready for the next page,
// memory is not returned early, and one thread draws.
const lighter = [
  '--in-process-gpu', '--process-per-site', '--num-raster-threads=1', '--disable-threaded-animation', '--disable-checker-imaging',
  `--enable-features=${enabled.join(',')}`, `--disable-features=${disabled.join(',')}`,
]

export const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--force-color-profile=srgb', ...lighter,
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
]

// Debian's chromium without what a window needs, where it is installed: it is lighter.
const options = () => ({ executablePath: execFileSync('sh', ['-c', 'command -v chromium-headless-shell || command -v chromium'], { encoding: 'utf8' }).trim(), args: flags, timeout: 0 })

/** Starts chromium with an empty profile in a temporary folder, which is removed when it closes. */
export const launch = () => chromium.launch(options())

/** The same for programs that connect to it. */
export const launchServer = () => chromium.launchServer(options())

/** Connects to the chromium of this run; see chromium.mjs. */
export const connect = (address) => chromium.connect(address, { timeout: 0 })

/** Milliseconds for one action on a page that keeps busy; on one that does not, a test ends long before. */
const actionLimit = 600_000

/** A context, whose events are progress of the test. */
export async function fresh(browser, options = {}) {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(actionLimit)
  const path = (about) => new URL(about.url()).pathname
  context.on('request', (request) => progress(`${request.method()} ${path(request)}`))
  context.on('response', (response) => progress(`${response.status()} ${path(response)}`))
  context.on('requestfailed', (request) => progress(`no answer ${path(request)}`))
  context.on('page', (page) => {
    for (const event of ['domcontentloaded', 'load', 'download', 'worker', 'close']) page.on(event, () => progress(`${event} of ${page.url()}`))
  })
  const one = { seen: () => Promise.all(context.pages().map(shown)), close: () => context.close() }
  open.add(one)
  context.on('close', () => open.delete(one))
  return context
}

/** What a page shows, shortened, if it says so soon. */
function shown(page) {
  const text = page.locator('body').innerText().then((text) => text.replace(/\s+/g, ' ').slice(0, 600), String)
  const late = new Promise((late) => setTimeout(late, 5000, '(it does not say)'))
  return Promise.race([text, late]).then((text) => `${page.url()} shows: ${text}`)
}

/** A visitor who asks for pages in lang, without scripts; what their browser does is kept in .seen. */
export async function visitor(browser, lang, origins, scripts = false) {
  const context = await fresh(browser, { javaScriptEnabled: scripts, viewport: phone, locale: lang })
  const seen = { requests: [], foreign: [], errors: [] }
  context.on('request', (request) => {
    const { origin } = new URL(request.url())
    seen.requests.push(request.url())
    if (!origins.includes(origin)) seen.foreign.push(request.url())
  })
  context.on('console', (message) => {
    if (message.type() === 'error' && !ownStatus(message)) seen.errors.push(message.text())
  })
  context.on('weberror', (error) => seen.errors.push(String(error.error())))
  const page = await context.newPage()
  return { context, page, seen, close: () => context.close() }
}

/** Chromium logs a page's own 4xx and 5xx as errors; those are asserted by their status. */
function ownStatus(message) {
  return /the server responded with a status of [45]\d\d/.test(message.text()) && !message.location().url.includes('/static/')
}

/** Does something that leads to a page, and returns the answer that it came with. */
export async function lead(page, action) {
  const [response] = await Promise.all([
    page.waitForResponse((r) => r.request().isNavigationRequest() && ![301, 302, 303, 307, 308].includes(r.status())),
    action(),
  ])
  await page.waitForLoadState('load')
  return response
}

/** What a page was, so that it can be looked at again in other sizes and colours. */
export async function snapshot(state, lang, response) {
  return { state, lang, url: response.url(), status: response.status(), headers: response.headers(), body: await response.text() }
}

/** Everything that a visit may leave behind on the device. */
export async function traces(context, page) {
  const cookies = await context.cookies()
  const stored = await page.evaluate(async () => {
    const databases = await indexedDB.databases()
    const caches = 'caches' in globalThis ? await globalThis.caches.keys() : []
    return localStorage.length + sessionStorage.length + databases.length + caches.length
  })
  return { cookies: cookies.length, stored }
}

/** The content of a file that was downloaded. */
export async function bytesOf(download) {
  return Buffer.concat(await (await download.createReadStream()).toArray())
}

/** Examines a copy of a page that runs no scripts: the examination is one. */
export async function withCopy(browser, page, examine) {
  const context = await fresh(browser, { viewport: page.viewportSize() })
  const body = await page.content()
  await context.route('**/*.js', (route) => route.abort())
  await context.route(page.url(), (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }))
  const copy = await context.newPage()
  await copy.goto(page.url())
  await examine(copy)
  await context.close()
}
