// Chromium with nothing around it, spoken to over a pipe
// (https://chromedevtools.github.io/devtools-protocol/).
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { flags } from '../browser/lib/browser.mjs'

/** Starts chromium with an empty profile. */
export async function startBare() {
  const profile = await mkdtemp(join(tmpdir(), 'hotline-browser-'))
  const child = spawn('chromium', [...flags, '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const ended = new Promise((exit) => child.once('exit', exit))
  const send = protocol(child.stdio[3], child.stdio[4])
  return {
    send,
    page: () => openPage(send),
    close: async () => {
      await send('Browser.close')
      await ended
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Returns a function that sends a command and waits for what comes of it. */
function protocol(to, from) {
  const waiting = new Map()
  let last = 0
  let rest = ''
  from.setEncoding('utf8').on('data', (part) => {
    const messages = (rest + part).split('\0')
    rest = messages.pop()
    for (const { id, result, error } of messages.map((message) => JSON.parse(message))) {
      const { done, failed } = waiting.get(id) ?? {}
      waiting.delete(id)
      if (error) failed?.(new Error(error.message))
      else done?.(result)
    }
  })
  return (method, params = {}, sessionId = undefined) => new Promise((done, failed) => {
    waiting.set(++last, { done, failed })
    to.write(JSON.stringify({ id: last, method, params, sessionId }) + '\0')
  })
}

async function openPage(send) {
  const { browserContextId } = await send('Target.createBrowserContext')
  const { targetId } = await send('Target.createTarget', { url: 'about:blank', browserContextId })
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
  const here = (method, params) => send(method, params, sessionId)
  const run = async (expression) => {
    const { result, exceptionDetails } = await here('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true, userGesture: true })
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`)
    return result.value
  }
  return {
    send: here,
    run,
    go: (url) => here('Page.navigate', { url }),
    until: async (condition) => {
      while (!await run(`!!(${condition})`)) await new Promise((later) => setTimeout(later, 20))
    },
    choose: async (selector, ...files) => {
      const { result } = await here('Runtime.evaluate', { expression: `document.querySelector('${selector}')` })
      await here('DOM.setFileInputFiles', { files, objectId: result.objectId })
    },
    close: () => send('Target.disposeBrowserContext', { browserContextId }),
  }
}
