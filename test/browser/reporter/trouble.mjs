// The pages of bad days: nobody at the desk, too fast, too many, too large,
// no such page. Whatever happens, what was typed stays.
import { ask } from '../lib/results.mjs'
import { lead, snapshot, traces, visitor } from '../lib/browser.mjs'
import { reports } from '../lib/words.mjs'

/** Visits them in one language. shots collects every page that was met. */
export async function badDay(t, browser, site, lang, shots) {
  const v = await visitor(browser, lang, [site.open, site.closed, site.limited])
  const me = { t, ...v, site, lang, texts: site.texts[lang], text: reports[lang].text, shots }
  await nobodyThere(me)
  await tooLarge(me)
  await noSuchPage(me)
  const left = await traces(v.context, v.page)
  t.equal(left.cookies + left.stored, 0, 'cookies and stored things')
  t.equal(v.seen.foreign.join(' '), '', 'requests to other sites')
  t.equal(v.seen.errors.join('\n'), '', 'errors in the console')
  await v.close()
}

async function visit(me, state, url) {
  const response = await lead(me.page, () => me.page.goto(url))
  me.shots.push(await snapshot(state, me.lang, response))
}

/** Sends the form and checks that it comes back as it was, with a notice. */
async function send(me, state, status, notice) {
  const { t, page } = me
  const response = await lead(page, () => page.locator('#report button.button').click())
  t.equal(response.status(), status, state)
  if (response.status() !== status) return response.status()
  me.shots.push(await snapshot(state, me.lang, response))
  if (notice) t.equal((await page.locator('#notice p').first().textContent()), me.texts[notice], `${state}: the notice`)
  t.equal(await page.locator('#text').inputValue(), me.text, `${state}: the text`)
  return status
}

async function nobodyThere(me) {
  await visit(me, 'landing-closed', `${me.site.closed}/${me.lang}/`)
  await visit(me, 'form-closed', `${me.site.closed}/${me.lang}/report`)
  await me.page.locator('#text').fill(me.text)
  await send(me, 'form-503', 503, 'notice.queue-closed')
}

async function tooLarge(me) {
  const { page, site } = me
  const file = (name, bytes) => ({ name, mimeType: 'image/jpeg', buffer: Buffer.alloc(bytes) })
  await page.goto(`${site.open}/${me.lang}/report`)
  await page.locator('#text').fill(me.text)
  await page.locator('summary').last().click()
  await page.locator('#files').setInputFiles(file(reports[me.lang].photo, site.fileSize + 1))
  await send(me, 'form-413', 413, 'notice.files-again')
  const link = page.locator('#errors a[href="#files"]')
  me.t.ok((await link.textContent()).includes(reports[me.lang].photo), 'the file that is too large is not named')
  await page.locator('#files').setInputFiles(Array.from({ length: 2 * site.files }, (_, i) => file(`${i}.jpg`, site.fileSize)))
  await send(me, 'form-413-all', 413, 'notice.too-large')
}

async function noSuchPage(me) {
  const { t, page, context, lang, site, shots } = me
  await visit(me, 'problem-404', `${site.open}/${lang}/no-such-page`)
  t.equal(shots.at(-1).status, 404, 'no such page')
  t.ok((await page.title()).startsWith(me.texts['error.prefix']), 'the title of a page that says no')
  for (const [state, status, options] of [
    ['problem-405', 405, { method: 'PUT' }],
    ['problem-400', 400, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, data: 'x' }],
    ['problem-403', 403, { method: 'POST', headers: { Origin: 'https://other.example' } }],
    ['problem-413', 413, { method: 'POST', form: { text: 'x'.repeat(3 << 20) } }],
  ]) {
    const response = await context.request.fetch(`${site.open}/${lang}/follow-up`, options)
    t.equal(response.status(), status, state)
    shots.push(await snapshot(state, lang, response))
  }
}

/** Nobody types that fast: asked once more, and then taken. */
export async function tooFast(t, browser, site, lang, shots) {
  const v = await visitor(browser, lang, [site.limited])
  const me = { t, ...v, site, lang, texts: site.texts[lang], text: reports[lang].text, shots }
  const young = await ask('young') // however slow this machine is
  await v.page.route('**/report', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: (await response.text()).replace(/(name="form" value=")[^"]+/, `$1${young}`) })
  }, { times: 1 })
  await v.page.goto(`${site.limited}/${lang}/report`)
  await v.page.locator('#text').fill(me.text)
  await send(me, 'form-once-more', 422, 'notice.once-more')
  const response = await lead(v.page, () => v.page.locator('#report button.button').click())
  t.equal(response.status(), 201, 'the same, sent once more')
  await v.close()
}

/** Very many write at once: asked to wait. */
export async function tooMany(t, browser, site, langs, shots) {
  await ask('flood')
  for (const lang of langs) {
    const v = await visitor(browser, lang, [site.limited])
    const me = { t, ...v, site, lang, texts: site.texts[lang], text: reports[lang].text, shots }
    // Now and then one slips in between two of the many.
    for (let tries = 0; tries < 50 && !await askedToWait(me); tries++);
    t.ok(shots.at(-1)?.state === 'form-429' && shots.at(-1).lang === lang, `${lang}: never asked to wait`)
    await v.close()
  }
  await ask('calm')
}

async function askedToWait(me) {
  const { t, page, site, lang, shots } = me
  await page.goto(`${site.limited}/${lang}/report`)
  await page.locator('#text').fill(me.text)
  const send = () => lead(page, () => page.locator('#report button.button').click())
  if ((await send()).status() === 201) return false
  const response = await send()
  if (response.status() === 201) return false
  t.equal(response.status(), 429, 'too many at once')
  t.equal(await page.locator('#notice p').first().textContent(), me.texts['notice.too-many'], 'the notice')
  t.equal(await page.locator('#text').inputValue(), me.text, 'the text')
  shots.push(await snapshot('form-429', lang, response))
  return true
}
