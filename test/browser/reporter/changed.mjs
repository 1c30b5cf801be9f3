// What a reporter sees when somebody changed what was stored, and when the desk
// writes at the same moment.
import { unlucky } from './faults.mjs'
import { ask } from '../lib/results.mjs'
import { capture, madeFile, receiptOf, send, visit, writeShortly } from '../lib/scripted.mjs'

const answer = 'Please come to the canteen at noon.'
const plan = madeFile('plan.pdf', 90_000)

/** A reporter who has an answer with a file, and is about to read it. */
async function answered(t, browser, site, shots) {
  const me = await unlucky(t, browser, site, shots)
  await writeShortly(me, 'The scales are wrong.')
  await send(me)
  const receipt = await receiptOf(me)
  await me.page.locator('#receipt-save .tools button').nth(1).click() // kept: leaving asks nothing
  await ask('faulty answer', { receipt, lang: 'en', text: answer, state: 'investigating', name: plan.name, content: plan.buffer.toString('base64') })
  await visit(me, 'follow-up')
  await me.page.locator('#receipt').fill(receipt)
  return { ...me, receipt, open: () => me.page.locator('#follow-up .button').click() }
}

/** Changes one character of what is sealed in an answer. */
const changedMessage = (seq) => (body) => {
  const found = JSON.parse(body)
  const message = found.messages[seq - 1]
  const at = message.sealed.length - 100
  message.sealed = message.sealed.slice(0, at) + (message.sealed[at] === 'A' ? 'B' : 'A') + message.sealed.slice(at + 1)
  return Buffer.from(JSON.stringify(found))
}

/** One message in the place of the other. */
const swappedMessages = (body) => {
  const found = JSON.parse(body)
  const [one, other] = found.messages
  ;[one.sealed, other.sealed] = [other.sealed, one.sealed]
  return Buffer.from(JSON.stringify(found))
}

/** The key of somebody who can write to the database, in the place of the case's. */
const otherKey = (body) => {
  const found = JSON.parse(body)
  return Buffer.from(JSON.stringify({ ...found, recipient: found.reporter_recipient }))
}

const changedFile = (body) => {
  const changed = Buffer.from(body)
  changed[changed.length - 1000] ^= 1
  return changed
}

async function shownAsBroken(me, change, broken) {
  const { t, page } = me
  me.network.trouble('POST /api/follow-up', { change })
  await me.open()
  await page.locator('#state').waitFor()
  const all = await page.locator('main').innerText()
  t.equal(await page.locator('.message .error', { hasText: me.texts['conversation.broken'] }).count(), broken, 'messages that are shown as broken')
  t.ok(!all.includes(answer), 'what was changed is shown as text')
  t.equal(await page.locator('.message .text').count(), 2 - broken, 'messages that are shown')
}

export const changes = {
  async 'a message is changed'(...all) {
    const me = await answered(...all)
    await shownAsBroken(me, changedMessage(2), 1)
    await capture(me, 'broken')
    await me.close()
  },
  async 'two messages are swapped'(...all) {
    const me = await answered(...all)
    await shownAsBroken(me, swappedMessages, 2)
    await me.close()
  },
  async 'the key of the case is changed'(...all) {
    const me = await answered(...all)
    const { t, page, texts } = me
    me.network.trouble('POST /api/follow-up', { change: otherKey })
    await me.open()
    await page.locator('#changed').waitFor()
    t.equal(await page.locator('#changed').innerText(), texts['notice.key-changed'], 'what is said')
    t.equal(await page.locator('form#message, a[href="#text"]').count(), 0, 'ways to write to that key')
    t.equal(await page.locator('.message.desk .text').innerText(), answer, 'the answer, which can be read')
    await capture(me, 'key-changed')
    await me.close()
  },
  async "the desk's file is changed"(...all) {
    const me = await answered(...all)
    const { t, page, texts, network } = me
    let saved = 0
    page.on('download', () => saved++)
    await me.open()
    const save = page.locator('.message.desk .save')
    for (const [trouble, word] of [[{ change: changedFile }, 'browser.file.broken'], [{ change: (body) => body.subarray(0, 50_000) }, 'browser.file.broken'], [{ lose: 50_000 }, 'browser.offline']]) {
      network.trouble('POST /api/follow-up/file', trouble)
      await save.locator('button').click()
      await page.waitForFunction((busy) => ![busy, ''].includes(document.querySelector('.save [role=status]').textContent), texts['browser.file.opening'])
      t.equal(await save.locator('[role=status]').textContent(), texts[word], `what is said of ${JSON.stringify(Object.keys(trouble))}`)
      t.equal(saved, 0, 'files that were saved')
    }
    await capture(me, 'file-broken')
    await Promise.all([page.waitForEvent('download'), save.locator('button').click()])
    await me.close()
  },
  async 'the desk writes at the same moment, and the answer is lost'(...all) {
    const me = await answered(...all)
    const { t, page, network, receipt } = me
    await me.open()
    await page.locator('#text').fill('I shall be there.')
    await page.locator('details summary').last().click()
    await page.locator('#files').setInputFiles(plan)
    network.trouble('POST /api/follow-up/messages', { before: () => ask('second answer', { receipt, text: 'Or at one.' }) })
    network.trouble('POST /api/follow-up/messages', { lose: 0 })
    await page.locator('#message [type=submit]').click()
    await page.locator('#added:not([hidden])').waitFor()
    t.equal((await page.locator('.message .text').allInnerTexts()).join('|'), `I shall be there.|Or at one.|${answer}|The scales are wrong.`, 'the conversation')
    t.equal(Number(await ask('messages', { receipt })), 4, 'messages that are stored')
    await me.close()
  },
}
