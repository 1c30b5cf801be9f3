// What goes wrong between a reporter's browser and the server, one thing at a
// time. Each time the person ends with a receipt, and one case is stored.
import { createHash } from 'node:crypto'
import { startProxy } from '../lib/proxy.mjs'
import { ask, print } from '../lib/results.mjs'
import { capture, madeFile, next, receiptOf, reporter, send, visit, writeShortly } from '../lib/scripted.mjs'

const text = 'Somebody must know that the guard of the press is off.'
const film = madeFile('film.mp4', 700_000, 'video/mp4')

/** A reporter behind a bad network, with pauses that are twenty times as short; limits for an answer stay. */
export async function unlucky(t, browser, site, shots, server = site.faulty) {
  const me = await reporter(t, browser, site, 'en', await startProxy(server), shots)
  await me.context.addInitScript(() => {
    const wait = globalThis.setTimeout
    globalThis.setTimeout = (act, time, ...more) => wait(act, time < 5000 ? time / 20 : time, ...more)
  })
  return me
}

/** Writes and sends a report while something happens, and checks that it arrives once. */
async function arrives(t, browser, site, shots, { files = [], trouble, then, way = 'browser' }) {
  const me = await unlucky(t, browser, site, shots)
  const before = Number(await ask('cases'))
  await trouble(me)
  await writeShortly(me, text, ...files)
  await send(me)
  await then?.(me)
  await stored(me, before, files, way)
  return me
}

/** Waits for the receipt and tells what must be stored under it. */
export async function stored(me, before, files = [], way = 'browser') {
  const { t, page } = me
  const receipt = await receiptOf(me)
  t.equal(await page.locator('#way').getAttribute('data-way'), way, 'the way that it was sent')
  t.equal(Number(await ask('cases')) - before, 1, 'cases that were stored')
  const sums = files.map((file) => ({ name: file.name, sha256: createHash('sha256').update(file.buffer).digest('hex') }))
  print({ stored: { receipt, text, files: sums } })
  t.equal(me.seen.errors.filter((error) => !/net::ERR|Failed to fetch/.test(error)).join('\n'), '', 'errors in the console')
  await me.close()
  return receipt
}

const reports = 'POST /api/reports'
const chunks = 'POST /api/files'
/** A handler comes while the report is sent; the server names the old ones for some seconds, and the page gets the new ones. */
function handlerComes({ network, site }) {
  const handlers = async () => Object.keys((await (await fetch(site.faulty + '/api/intake')).json()).handlers).length
  let before
  network.trouble(reports, {
    before: async () => {
      before = await handlers()
      await ask('handler')
    },
  })
  network.trouble('GET /api/intake', {
    before: async () => {
      while (await handlers() === before) await new Promise((later) => setTimeout(later, 50))
    },
  }, 1)
}

/** Trouble that has the browser see other rules or handlers than the server has. */
const changedIntake = (change) => ({
  change: (body) => {
    const intake = JSON.parse(body)
    change(intake)
    return Buffer.from(JSON.stringify(intake))
  },
})

const withQueue = ({ texts }, key, queue) => texts[key].replace('{{.Queue}}', texts[`queue.${queue}`])

const deskSays = ({ page, texts }, key) => page.locator('#reads [role=status]', { hasText: texts[key] }).waitFor()

const count = ({ network }, what) => network.requests.filter((request) => request.startsWith(what)).length

/** The faults by name. Each gets the test, the browser, the servers and the collected pages. */
export const faults = {
  async 'a chunk of a file is cut'(...all) {
    const me = await arrives(...all, { files: [film], trouble: ({ network }) => network.trouble(chunks, { cut: 50_000 }, 1) })
    const offsets = [...me.network.bytes().toString('latin1').matchAll(/upload-offset: (\d+)/gi)].map(([, at]) => Number(at))
    me.t.ok(offsets.some((at) => at > 131_072 && at < 393_216), `it goes on at ${offsets}, never inside the chunk that was cut`)
  },
  async 'the report is cut'(...all) {
    const me = await arrives(...all, { files: [film], trouble: ({ network }) => network.trouble(reports, { cut: 3000 }) })
    me.t.equal(count(me, reports), 2, 'times that the report was sent')
  },
  async 'the answer is lost'(...all) {
    const me = await arrives(...all, { trouble: ({ network }) => network.trouble(reports, { lose: 0 }, 0, 2) })
    me.t.equal(count(me, reports), 3, 'times that the report was sent')
  },
  async 'the answer is cut'(...all) {
    await arrives(...all, { trouble: ({ network }) => network.trouble(reports, { lose: 10 }) })
  },
  async 'the server is killed while a file arrives'(...all) {
    const me = await arrives(...all, { files: [film], trouble: ({ network }) => network.trouble(chunks, { cut: 1000, also: () => ask('kill') }, 2) })
    me.t.ok(count(me, chunks) > 5, `${count(me, chunks)} chunks: it did not begin again`)
  },
  async 'the server is killed when it has stored the report'(...all) {
    await arrives(...all, { files: [film], trouble: ({ network }) => network.trouble(reports, { lose: 0, also: () => ask('kill') }) })
  },
  async 'the device is offline for a while'(...all) {
    await arrives(...all, {
      files: [film],
      trouble: ({ network, context }) => network.trouble(chunks, { cut: 1000, also: () => context.setOffline(true) }, 1),
      then: async (me) => {
        await me.page.locator('.sending [role=status]', { hasText: me.texts['browser.progress.offline'].split('{{')[0] }).waitFor()
        await capture(me, 'offline')
        await me.context.setOffline(false)
      },
    })
  },
  async 'the server is busy'(...all) {
    const busy = { answer: { status: 503, headers: { 'retry-after': '1' }, body: { error: 'busy' } } }
    await arrives(...all, { files: [film], trouble: ({ network }) => ['GET /api/intake', 'GET /api/intake', chunks, reports].forEach((on) => network.trouble(on, busy)) }) // the first is asked before sending
  },
  async 'a proxy in between answers for the server'(...all) {
    const page = { answer: { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' } }
    await arrives(...all, { files: [film], trouble: ({ network }) => ['GET /api/intake', 'GET /api/intake', chunks, reports].forEach((on) => network.trouble(on, page)) })
  },
  async 'too many write'(t, browser, site, shots) {
    const { form } = await (await fetch(site.faulty + '/api/intake')).json()
    const wait = { answer: { status: 429, headers: { 'retry-after': '3' }, body: { error: 'too-many', form, wait: 3 } } }
    const me = await arrives(t, browser, site, shots, { trouble: ({ network }) => network.trouble(reports, wait) })
    t.ok(me.network.bytes().toString('latin1').split(form).length === 2, 'the form that was given for later is not used')
  },
  async 'the form is a day old'(...all) {
    const aged = await ask('aged')
    const change = (body) => Buffer.from(body.toString().replace(/(name="form" value=")[^"]+/, `$1${aged}`))
    const me = await arrives(...all, { files: [film], trouble: ({ network }) => network.trouble('GET /en/report', { change }) })
    me.t.ok(me.network.bytes().includes(aged), 'the old form is not used: this test sees nothing')
  },
  async 'a handler comes in between'(...all) {
    const me = await arrives(...all, { files: [film], trouble: handlerComes })
    me.t.equal(count(me, reports), 2, 'times that the report was sealed and sent')
  },
}

/** What people see when it does not work at once, and what they can do. */
export const refusals = {
  async 'stopped again and again'(...all) {
    const papers = [1, 2, 3, 4].map((n) => madeFile(`${n}.pdf`, 200_000))
    let held = 0
    let goOn
    const slow = { before: () => new Promise((go) => (goOn = go, held++)), not: (headers) => headers['upload-cancel'] }
    await arrives(...all, {
      files: papers,
      trouble: ({ network }) => network.trouble(chunks, slow, 5),
      then: async (me) => {
        for (let stops = 0; stops < 4; stops++) {
          while (held === stops) await me.page.waitForTimeout(10)
          await me.page.locator('.sending button').click()
          await explained(me, 'browser.trouble.stopped')
          me.t.equal(count(me, reports), 0, 'reports that were sent before Stop')
          if (stops < 3) me.network.trouble(chunks, slow)
          goOn()
          await send(me)
        }
      },
    })
  },
  async 'sent faster than anybody types'(t, browser, site, shots) {
    const me = await unlucky(t, browser, site, shots, site.limited)
    const young = await ask('young')
    const change = (body) => Buffer.from(body.toString().replace(/(name="form" value=")[^"]+/, `$1${young}`))
    me.network.trouble('GET /en/report', { change })
    await writeShortly(me, text)
    await send(me)
    await receiptOf(me)
    t.equal(count(me, reports), 2, 'times that the report was sent')
    await me.close()
  },
  async 'Send is pressed twice'(...all) {
    await arrives(...all, {
      files: [film],
      trouble: () => {},
      then: (me) => me.page.evaluate(() => document.querySelector('form#report').requestSubmit()),
    })
  },
  async 'no connection for long'(...all) {
    await arrives(...all, {
      files: [film],
      trouble: ({ network }) => network.trouble('GET /api/intake', { lose: 0 }, 0, Infinity),
      then: async (me) => {
        await explained(me, 'browser.trouble.offline')
        await deskSays(me, 'browser.desk.unknown')
        me.network.calm()
        await send(me)
      },
    })
  },
  async 'another desk is in charge when it is sent'(t, browser, site, shots) {
    const me = await unlucky(t, browser, site, shots)
    const before = Number(await ask('cases'))
    me.network.trouble('GET /api/intake', changedIntake((intake) => {
      intake.rules = [{ queue: 'procurement' }]
      intake.queues.procurement = intake.queues.compliance
    }))
    await writeShortly(me, text)
    await me.page.locator('#reads[data-queue="procurement"]').waitFor()
    await send(me)
    await me.page.locator('#error-message', { hasText: withQueue(me, 'browser.desk.other', 'compliance') }).waitFor()
    t.equal(count(me, 'POST '), 0, 'what was sent to a desk that nobody was told of')
    t.equal(await me.page.locator('#reads').getAttribute('data-queue'), 'compliance', 'the desk that is told now')
    await capture(me, 'other-desk')
    await send(me)
    await receiptOf(me)
    t.equal(await me.page.locator('#queue').getAttribute('data-queue'), 'compliance', 'the desk')
    await stored(me, before)
  },
  async 'the desk is closed before it is sent'(t, browser, site, shots) {
    const me = await unlucky(t, browser, site, shots)
    me.network.trouble('GET /api/intake', changedIntake((intake) => (intake.queues.compliance = [])))
    await writeShortly(me, text)
    await me.page.locator('#reads.notice', { hasText: withQueue(me, 'browser.desk.closed', 'compliance') }).waitFor()
    await capture(me, 'closed-desk')
    await me.close()
  },
  async 'no answer for long'(...all) {
    let shown
    const me = await arrives(...all, {
      trouble: ({ network }) => network.trouble(reports, { lose: 0 }, 0, Infinity),
      then: async (me) => {
        await explained(me, 'browser.trouble.unknown')
        shown = await me.page.locator('#error-message .mono').textContent()
        await capture(me, 'trouble')
        me.network.calm()
        await send(me)
        me.t.equal(await receiptOf(me), shown, 'the receipt that was told before')
      },
    })
    me.t.match(shown, /^[0-9A-Z]{5}(-[0-9A-Z]{5}){4}$/, 'the receipt in the notice')
  },
  async 'changed when no answer came'(t, browser, site, shots) {
    const me = await unlucky(t, browser, site, shots)
    const before = Number(await ask('cases'))
    me.network.trouble(reports, { lose: 0 }, 0, Infinity)
    await writeShortly(me, text)
    await send(me)
    await explained(me, 'browser.trouble.unknown')
    const shown = await me.page.locator('#error-message .mono').textContent()
    await me.page.locator('#review button').first().click()
    await me.page.locator('#text').fill(`${text} It happened again.`)
    await next(me).click()
    await next(me).click()
    me.network.calm()
    await send(me)
    t.equal(await receiptOf(me), shown, 'the receipt that was told before')
    t.equal(Number(await ask('cases')) - before, 1, 'cases that were stored')
    t.equal(Number(await ask('messages', { receipt: shown })), 2, 'messages that were stored')
    await me.page.locator('#receipt-save .tools button').nth(1).click()
    await visit(me, 'follow-up')
    await me.page.locator('#receipt').fill(shown)
    await me.page.locator('#follow-up .button').click()
    await me.page.locator('#state').waitFor()
    t.equal((await me.page.locator('.message .text').allInnerTexts()).join('|'), `${text} It happened again.|${text}`, 'the conversation')
    await me.close()
  },
  async 'nobody at the desk'(t, browser, site, shots) {
    const me = await unlucky(t, browser, site, shots, site.closed)
    await writeShortly(me, text, film)
    await send(me)
    await explained(me, 'notice.queue-closed')
    await capture(me, 'closed')
    await me.close()
  },
  async 'sealing cannot be loaded'(t, browser, site, shots) {
    const me = await unlucky(t, browser, site, shots)
    const before = Number(await ask('cases'))
    await me.context.route('**/sealing-*.js', (route) => route.abort())
    await visit(me, 'report')
    await writeShortly(me, text, film)
    await me.page.locator('#way[data-way=server]').waitFor()
    t.ok((await me.page.locator('#way').textContent()).includes(me.texts['browser.unloaded']), 'the word that a part is missing')
    t.equal(await me.page.locator('form#report [type=submit]').last().textContent(), me.texts['browser.unsealed.send'], 'the button')
    await capture(me, 'unsealed')
    await me.page.locator('#text').evaluate((field) => (field.value = ''))
    await me.page.locator('form#report [type=submit]').last().click()
    await me.page.locator('#errors a[href="#text"]').waitFor() // the page says it, and the files stay
    await me.page.locator('#text').fill(text)
    await next(me).click()
    await next(me).click()
    await me.page.locator('form#report [type=submit]').last().click()
    await stored(me, before, [film], 'server')
  },
  async 'a photograph with hidden details, where sealing cannot be loaded'(t, browser, site, shots) {
    const me = await unlucky(t, browser, site, shots)
    const { page, texts } = me
    const before = Number(await ask('cases'))
    await me.context.route('**/sealing-*.js', (route) => route.abort())
    await visit(me, 'report')
    await writeShortly(me, text, site.photo)
    await page.locator('.hidden-details legend').waitFor({ state: 'attached' })
    await page.locator('#way[data-way=server]').waitFor()
    await page.locator('form#report [type=submit]').last().click()
    await receiptOf(me)
    t.equal(Number(await ask('cases')) - before, 1, 'cases that were stored')
    const line = await page.locator('.files li').textContent()
    t.ok(!line.includes(texts['file.kept']), `of the photograph it says ${line}`)
    await me.close()
  },
  async 'sealing comes late'(t, browser, site, shots) {
    const me = await unlucky(t, browser, site, shots)
    const before = Number(await ask('cases'))
    let come
    const waited = new Promise((resolve) => (come = resolve))
    await me.context.route('**/sealing-*.js', async (route) => {
      await waited
      await route.continue()
    })
    await visit(me, 'report')
    await writeShortly(me, text, film)
    await send(me)
    await me.page.locator('.sending').getByRole('button').click()
    await explained(me, 'browser.trouble.stopped')
    await send(me)
    await me.page.locator('.sending').waitFor()
    come()
    await stored(me, before, [film], 'browser')
  },
  async 'the texts cannot be loaded'(...all) {
    await plainly(...all, '**/texts*', async (me) => me.page.waitForLoadState('networkidle'))
  },
  async 'the texts of another language come with the second try'(t, browser, site, shots) {
    const me = await unlucky(t, browser, site, shots)
    const { page } = me
    await visit(me, 'report')
    await page.locator('#text').fill(text)
    const ja = page.locator('.languages button[value="ja"]')
    await page.route('**/texts.ja.js*', (route) => route.abort(), { times: 1 })
    await ja.click()
    await page.locator('#unchanged').waitFor()
    t.equal(await page.locator('html').getAttribute('lang'), 'en', 'the language after a try that failed')
    await ja.click()
    await page.locator('html[lang="ja"] .step-title').first().waitFor()
    t.equal(await page.locator('#text').inputValue(), text, 'what was typed')
    await me.close()
  },
  async 'opening cannot be loaded'(t, browser, site, shots) {
    const me = await unlucky(t, browser, site, shots)
    await writeShortly(me, text)
    await send(me)
    const receipt = await receiptOf(me)
    await me.page.locator('#receipt-save .tools button').nth(1).click() // kept: leaving asks nothing
    await me.context.route('**/sealing-*.js', (route) => route.abort())
    await visit(me, 'follow-up', '#notice')
    t.ok((await me.page.locator('#notice').textContent()).includes(me.texts['browser.unloaded']), 'the word that a part is missing')
    await capture(me, 'unopened')
    await me.page.locator('#receipt').fill(receipt)
    await me.page.locator('#follow-up .button').click()
    await me.page.locator('#state').waitFor()
    t.equal(await me.page.locator('.message.report .text').innerText(), text, 'the report, opened by the server')
    await me.close()
  },
  async 'no script can be loaded'(...all) {
    await plainly(...all, '**/*.js', async () => {})
  },
  async 'the filters cannot be loaded'(t, browser, site, shots) {
    const me = await unlucky(t, browser, site, shots)
    const { page, context, texts } = me
    const before = Number(await ask('cases'))
    await context.route('**/metadata-*.js', (route) => route.abort())
    await writeShortly(me, text, film)
    await send(me)
    const unchecked = texts['browser.files.unchecked'].replace('{{.Name}}', film.name)
    t.equal(await page.locator('#errors a').textContent(), unchecked, 'the error')
    t.equal(count(me, 'POST'), 0, 'requests with a file that could not be checked')
    await capture(me, 'unfiltered')
    await context.unroute('**/metadata-*.js')
    await page.locator('.selected-files').getByRole('button', { name: texts['browser.files.again'] }).click()
    await page.locator('.selected-files', { hasText: texts['browser.files.cannot'] }).waitFor()
    await next(me).click()
    await send(me)
    await stored(me, before, [film])
  },
}

/** The notice says why; nothing that was written is gone. */
async function explained(me, key) {
  const { t, page } = me
  await page.locator('#error-message').waitFor()
  t.equal(await page.locator('#error-message p').first().textContent(), me.texts[key], 'the notice')
  t.equal(await page.locator('#text').inputValue(), text, 'the text')
  t.ok(await page.locator('#error-message').evaluate((notice) => notice === document.activeElement), 'the notice has not the focus')
}

/** Sends the plain form, because something of the scripts is missing. */
async function plainly(t, browser, site, shots, missing, look) {
  const me = await unlucky(t, browser, site, shots)
  const before = Number(await ask('cases'))
  await me.context.route(missing, (route) => route.abort())
  await visit(me, 'report', '#text')
  await look(me)
  await me.page.locator('#text').fill(text)
  await me.page.locator('details').last().locator('summary').click()
  await me.page.locator('#files').setInputFiles(film)
  await me.page.locator('form#report [type=submit]').last().click()
  await stored(me, before, [film], 'server')
}

