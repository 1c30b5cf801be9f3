// Shows pages that were met again, as they were: their own scripts do not run.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fresh } from './browser.mjs'

/** The source of axe. */
export const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Inside a page: its markup, with what was typed and chosen as if it had come so. */
export function asWritten() {
  const copy = document.documentElement.cloneNode(true)
  const fields = (root) => [...root.querySelectorAll('input, textarea, option')]
  const live = fields(document)
  fields(copy).forEach((field, i) => {
    if (field.localName === 'textarea') field.textContent = live[i].value
    else if (field.localName === 'option') field.toggleAttribute('selected', live[i].selected)
    else if (['radio', 'checkbox'].includes(field.type)) field.toggleAttribute('checked', live[i].checked)
    else if (field.type !== 'file') field.setAttribute('value', live[i].value)
  })
  return `<!DOCTYPE html>\n${copy.outerHTML}`
}

/** A browser in which pages are looked at, one after the other. */
export async function viewer(browser, viewport) {
  const context = await fresh(browser, { viewport })
  await context.addInitScript(axe)
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.setBlockedURLs', { urls: ['*.js', '*.js?*'] })
  const { frameTree } = await devtools.send('Page.getFrameTree')
  let policy // of the page that was loaded last

  /** Loads a page with its own headers. Where the policy is that of the page before, its markup takes the place of the other's, and axe need not be read again. */
  async function show({ url, status, headers, body }) {
    const own = headers['content-security-policy'] ?? ''
    if (own === policy) {
      await devtools.send('Page.setDocumentContent', { frameId: frameTree.frame.id, html: body })
    } else {
      await page.route(url, (route) => route.fulfill({ status, headers, body }))
      await page.goto(url)
      await page.unroute(url)
      policy = own
    }
    await page.waitForFunction(() => document.readyState === 'complete' && [...document.styleSheets].some((sheet) => sheet.cssRules.length > 0))
    await page.evaluate(() => scrollTo(0, 0))
  }

  return { page, show, close: () => context.close() }
}
