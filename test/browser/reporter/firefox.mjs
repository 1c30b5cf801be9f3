// A reporter in Firefox, with its usual settings and with those of Tor Browser
// at the level "Safer": scripts run, but nothing is compiled for speed. Called with one
// JSON argument: site (its address), photo (a file), only.
import { execFileSync } from 'node:child_process'
import puppeteer from 'puppeteer-core'
import { end, open, print, progress, test } from '../lib/results.mjs'

const { site, photo, only } = JSON.parse(process.argv[2])
const executablePath = execFileSync('sh', ['-c', 'command -v firefox-esr'], { encoding: 'utf8' }).trim()

// Tor Browser, "Safer": no JIT, no asm.js, no WebAssembly, no MathML, no SVG fonts, and the sameness of all visitors.
const safer = {
  'javascript.options.ion': false, 'javascript.options.baselinejit': false, 'javascript.options.native_regexp': false,
  'javascript.options.asmjs': false, 'javascript.options.wasm': false, 'mathml.disabled': true,
  'gfx.font_rendering.opentype_svg.enabled': false, 'gfx.font_rendering.graphite.enabled': false, 'privacy.resistFingerprinting': true,
}
const wanted = new RegExp(only || '.')

for (const [name, extraPrefsFirefox] of Object.entries({ 'usual settings': {}, 'Tor Browser, Safer': safer })) {
  if (!wanted.test(name)) continue
  await test(name, async (t) => {
    const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true, extraPrefsFirefox, timeout: 0, protocolTimeout: 0 })
    const one = { seen: async () => [], close: () => browser.close() }
    open.add(one)
    try {
      const page = await browser.newPage()
      page.setDefaultTimeout(0)
      for (const event of ['request', 'response', 'requestfailed', 'load']) page.on(event, () => progress(`${event} in ${name}`))
      print({ case: { receipt: await wholeWay(t, page) } })
      await longAnswersWithoutScripts(t, page)
    } finally {
      open.delete(one)
      await browser.close()
    }
  })
}
end()

/** A closed list of Firefox has one line: an answer that does not fit there stands in full below it. */
async function longAnswer(t, page) {
  const choose = (which) => page.$eval('#category', (select, which) => {
    const texts = [...select.options].map((option) => option.text.trim())
    select.selectedIndex = which === 'longest' ? texts.indexOf(texts.reduce((a, b) => (b.length > a.length ? b : a))) : 0
    select.dispatchEvent(new Event('change', { bubbles: true }))
    const { hidden, textContent } = select.nextElementSibling
    return { answer: texts[select.selectedIndex], below: hidden ? '' : textContent }
  }, which)
  await page.setViewport({ width: 320, height: 640 })
  const long = await choose('longest')
  t.equal(long.below, long.answer, 'the longest answer, in full below the list')
  t.equal((await choose('first')).below, '', 'below the list when the answer has room there')
}

/** The same where no script of ours comes, in the language with the longest answers. */
async function longAnswersWithoutScripts(t, page) {
  await page.setRequestInterception(true)
  page.on('request', (request) => (request.url().includes('.js') ? request.abort() : request.continue()))
  await page.goto(`${site}/pt/report`)
  for (const id of ['category', 'relationship']) {
    const wrong = await page.$eval(`#${id}`, (select) => {
      select.closest('details').open = true
      const pen = document.createElement('canvas').getContext('2d')
      const { font, fontSize, paddingLeft, paddingRight } = getComputedStyle(select)
      pen.font = font
      const room = select.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - 1.1 * parseFloat(fontSize) // its arrow
      return [...select.options].filter((option) => {
        option.selected = true
        const below = select.parentElement.querySelector('.full').innerText.trim()
        return below ? below !== option.text.trim() : pen.measureText(option.text.trim()).width > room
      }).map((option) => option.text)
    })
    t.equal(wrong.join('|'), '', `answers of ${id} that are cut`)
  }
}

async function wholeWay(t, page) {
  const errors = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('dialog', (dialog) => dialog.accept())
  const press = (selector) => page.$eval(selector, (button) => button.click())
  const next = '.step:not([hidden]) > .button:not(.second)'

  await page.goto(`${site}/en/report`)
  await page.waitForSelector('.step-title')
  await page.type('#text', 'They keep our passports.')
  await press(next)
  await page.$$eval('details', (all) => all.forEach((details) => { details.open = true }))
  await longAnswer(t, page)
  await (await page.$('#files')).uploadFile(photo)
  await page.waitForSelector('.selected-files fieldset')
  await press(next)
  await press('.step:not([hidden]) [type=submit]')
  await page.waitForSelector('p#receipt')
  t.equal(await page.$eval('#way', (p) => p.dataset.way), 'browser', 'the way that the report took')
  const receipt = await page.$eval('p#receipt', (p) => p.textContent)

  await page.goto(`${site}/en/follow-up`)
  await page.waitForSelector('#follow-up [role=status]')
  await page.type('#receipt', receipt.toLowerCase())
  await press('#follow-up .button')
  await page.waitForSelector('#message')
  t.equal(await page.$eval('.message.report .text', (p) => p.textContent), 'They keep our passports.', 'the report')
  await page.type('#text', 'One more thing.')
  await press('#message [type=submit]')
  await page.waitForSelector('#added:not([hidden])')
  t.equal(await page.$eval('.message.reporter .text', (p) => p.textContent), 'One more thing.', 'the message')
  t.equal(errors.join('\n'), '', 'errors')
  return receipt
}
