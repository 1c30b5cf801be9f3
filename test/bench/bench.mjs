// Measures sending with scripts. Called with a JSON object that says where the
// server is and which large photograph to send; it prints the figures as one.
// It speaks to chromium by itself, because playwright has it keep a copy of
// everything that a page sends.
import { readFile } from 'node:fs/promises'
import { startBare } from './bare.mjs'

const site = JSON.parse(process.argv[2])
const browser = await startBare()

/** Opens a form, writes in it and goes to the last step. */
async function written(page, file) {
  await page.go(`${site.url}/ja/report`)
  await page.until(`document.querySelector('.step-title')`)
  await page.run(`text.value = '残業代が支払われていません。'.repeat(20); text.dispatchEvent(new Event('input', { bubbles: true }))`)
  const next = `document.querySelector('.step:not([hidden]) > button.button:not(.second)').click()`
  await page.run(next)
  if (file) {
    await page.choose('#files', file)
    await page.until(`document.querySelector('.hidden-details legend')`) // something was found, and can be taken out
  }
  await page.run(next)
  await page.until(`document.querySelector('.step:nth-of-type(3):not([hidden])')`)
}

/** Sends, and returns the milliseconds until the receipt is there. */
const sendAndWait = (page) => page.run(`new Promise((done) => {
  const began = performance.now()
  new MutationObserver(() => document.querySelector('p#receipt') && done(performance.now() - began))
    .observe(document.querySelector('main'), { childList: true, subtree: true })
  document.querySelector('.step:not([hidden]) [type=submit]').click()
})`)

/** The median time of some text reports with the processor slowed down so many times. */
async function textReports(rate, tries = 7) {
  const times = []
  for (let i = 0; i < tries; i++) {
    const page = await browser.page()
    await written(page)
    await page.send('Emulation.setCPUThrottlingRate', { rate })
    times.push(await sendAndWait(page))
    await page.close()
  }
  return times.sort((a, b) => a - b)[tries >> 1]
}

/** Resident bytes of all processes of the browser of a type. */
async function resident(type) {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo')
  let sum = 0
  for (const { id } of processInfo.filter((process) => process.type === type)) {
    const rollup = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '')
    sum += Number(/^Rss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024
  }
  return sum
}

/** Sends a large photograph, and watches the memory of the page and of the browser around it. */
async function photograph() {
  const page = await browser.page()
  await page.go(`${site.url}/ja/report`)
  await page.until(`document.querySelector('.step-title')`)
  await new Promise((later) => setTimeout(later, 1000))
  const now = () => Promise.all(['renderer', 'browser'].map(resident))
  const idle = await now()
  const peak = [...idle]
  let watching = true
  const watch = (async () => {
    while (watching) {
      (await now()).forEach((bytes, i) => (peak[i] = Math.max(peak[i], bytes)))
      await new Promise((later) => setTimeout(later, 50))
    }
  })()
  const began = performance.now()
  await written(page, site.photo)
  const examined = performance.now() - began
  const sent = await sendAndWait(page)
  watching = false
  await watch
  return { examined, sent, renderer: peak[0] - idle[0], browser: peak[1] - idle[1] }
}

/** The median of the milliseconds from opening the form until its steps are there, with nothing kept, on a line of 600 ms and 50 KiB/s. */
async function steps(tries = 5) {
  const times = []
  for (let i = 0; i < tries; i++) {
    const page = await browser.page()
    await page.send('Network.enable')
    await page.send('Network.setCacheDisabled', { cacheDisabled: true })
    await page.send('Network.emulateNetworkConditions', { offline: false, latency: 600, downloadThroughput: 50 << 10, uploadThroughput: 50 << 10 })
    const began = performance.now()
    await page.go(`${site.url}/ja/report`)
    await page.until(`document.querySelector('.step-title')`)
    times.push(performance.now() - began)
    await page.close()
  }
  return times.sort((a, b) => a - b)[tries >> 1]
}

const [usual, slow] = [await textReports(1), await textReports(6)]
console.log(JSON.stringify({ usual, slow, steps: await steps(), photo: await photograph() }))
await browser.close()
