// Colleagues get keys. Called with one JSON argument: chromium, part, url, people,
// password, folder, cases, screenshots.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Decrypter, Encrypter } from 'age-encryption'
import { connect } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { ask, end, story } from '../lib/results.mjs'
import { no, question, readers, show, unlock, untranslated, yes } from './desk-keys.mjs'
import { examineBoth as examine } from './desk-look.mjs'
import { at, enrol, enter, handler, tab } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
let aiko, ken

const opened = async (name) => (await ask('opened', { name: `${name}@desk.example` })).trim()
const row = (me, name) => me.page.locator('#needs-keys li', { hasText: name })
const give = (me, name) => row(me, name).locator('.button').click()

/** Gives somebody access, and returns what the page says then. */
async function giveAccess(me, name) {
  await at(me, '/access')
  await row(me, name).locator('.button:not([disabled])').waitFor()
  await give(me, name)
  await question(me).or(me.page.locator('.giving')).or(me.page.locator('#given:not([hidden])')).first().waitFor()
  if (await question(me).count()) await yes(me)
  await me.page.locator('#given:not([hidden]) p').first().waitFor()
  return me.page.locator('#given').innerText()
}

async function stoppedOnTheWay(t) {
  aiko = await enter(t, browser, site, 'Aiko')
  const { page } = aiko
  await at(aiko, '/cases')
  await page.locator('#keys-notice').waitFor()
  t.match(await page.locator('#keys-notice').innerText(), /Ken Sato cannot open 42 cases yet\.[^]*Oki Mori cannot open 42 cases yet\./, 'the notice on the list')
  await examine(aiko, 'notice')
  await page.locator('#keys-notice a').click()
  await page.waitForURL('**/desk/access')
  await row(aiko, 'Ken').locator('.button:not([disabled])').waitFor()
  t.equal(await opened('ken'), '0 0', 'what Ken opens at first')
  await give(aiko, 'Ken')
  const groups = await question(aiko).locator('.fingerprint span').allTextContents()
  t.ok(groups.length === 16 && groups.every((g) => /^[0-9a-f]{4}$/.test(g)), `the fingerprint is ${groups}`)
  await no(aiko)
  t.equal(await opened('ken'), '0 0', 'what Ken opens after a no')
  await ask('swap', { name: aiko.email, text: site.cases[7] })
  // The tab is closed while the second twenty are on their way.
  let grants = 0
  const second = new Promise((reached) => page.route('**/access/grant', (route) => (++grants === 2 ? reached(route) : route.continue())))
  await give(aiko, 'Ken')
  await yes(aiko)
  await (await second).abort()
  await page.close()
  aiko.broken = aiko.broken.filter((error) => !/ERR_FAILED/.test(error)) // that was the stop
  t.ok(/^(19|20) 0$/.test(await opened('ken')), `Ken opens ${await opened('ken')} after a stop`)
  aiko.page = await tab(aiko)
  await at(aiko, '/access')
  await unlock(aiko, site.password)
  t.match(await giveAccess(aiko, 'Ken'), /Ken Sato[^]*Access given to 2[12] cases\.[^]*1 case was left out: its key does not open or does not fit/, 'what is said at the end')
  t.equal(await opened('ken'), '41 0', 'what Ken opens at the end')
  await examine(aiko, 'given')
}

async function newHandler(t) {
  t.equal((await ask('unchecked', { name: 'ken@desk.example' })).trim(), '41', "Ken's unchecked keys")
  await ask('swap', { name: 'ken@desk.example', text: site.cases[8] })
  ken = await enter(t, browser, site, 'Ken')
  await at(ken, '/cases')
  await ken.page.locator('#keys-notice').waitFor()
  t.match(await ken.page.locator('#keys-notice').innerText(), /1 key that a colleague gave you does not open/, 'what Ken is told')
  t.equal((await ask('unchecked', { name: ken.email })).trim(), '0', "Ken's unchecked keys afterwards")
  t.equal(await opened('ken'), '40 0', 'what Ken opens when the broken key is gone')
  await giveAccess(aiko, 'Ken')
  await show(ken, site.cases[1])
  t.match(await ken.page.locator('#timeline .event').last().innerText(), /^Aiko Tanaka gave access to: Ken Sato/, 'the timeline')
  await at(ken, '/access')
  await ken.page.locator('#own-key .fingerprint').waitFor()
}

async function lostPassword(t) {
  aiko = await enter(t, browser, site, 'Aiko')
  ken = await enter(t, browser, site, 'Ken')
  await giveAccess(aiko, 'Ken')
  t.equal(await opened('ken'), '42 0', 'what Ken opens with his old key')
  const link = await ask('invite', { name: ken.email, text: 'Ken Sato' })
  await ken.context.close()
  ken = await handler(t, browser, site, 'Ken Sato', ken.email)
  await enrol(ken, link.trim())
  await ken.page.locator('#done a.button').click()
  await ken.page.waitForURL('**/desk/cases**')
  await show(ken, site.cases[0], false)
  await ken.page.locator('#closed-to-you a').waitFor()
  await examine(ken, 'no-key')
  await ask('identity', { name: ken.email, text: await identityIn(ken.recovery) })
  t.ok(!(await readers(site.cases[0])).includes('ken '), 'Ken opens a case with a new key before somebody gives him access')
  t.match(await giveAccess(aiko, 'Ken'), /Access given to 42 cases/, 'what is said to Aiko')
  t.equal(await opened('ken'), '42 0', 'what Ken opens with his new key')
  await show(ken, site.cases[3])
  t.equal(await ken.page.locator('#closed-to-you').count(), 0, 'the case is closed to him')
}

async function recoveryKey(t) {
  aiko = await enter(t, browser, site, 'Aiko')
  const file = (await ask('recovery')).trim()
  t.match(await giveAccess(aiko, 'Recovery key'), /Access given to 42 cases/, 'what is said of the recovery key')
  t.equal((await ask('opened', { name: 'recovery' })).trim(), '42 0', 'what the recovery identity opens')
  const oki = await enter(t, browser, site, 'Oki')
  await at(oki, '/access')
  const { page } = oki
  await page.locator('#with-recovery summary').click()
  await page.locator('form#recovery [type=submit]').click()
  await page.locator('#errors').waitFor()
  await examine(oki, 'recovery')
  // The same file under a passphrase: a wrong one says so.
  const locked = join(site.folder, 'recovery.age')
  await writeFile(locked, await underPassphrase(await readFile(file), 'seven otters'))
  await page.locator('#recovery-file').setInputFiles(locked)
  await page.locator('#recovery-who').selectOption({ label: 'Myself' })
  await page.locator('#recovery-passphrase').fill('eight otters')
  await page.locator('form#recovery [type=submit]').click()
  await page.locator('#recovery-passphrase-error').waitFor()
  t.equal(await opened('oki'), '0 0', 'what Oki opens after a wrong passphrase')
  await page.locator('#recovery-passphrase').fill('seven otters')
  await page.locator('form#recovery [type=submit]').click()
  await page.locator('#given:not([hidden]) p').first().waitFor()
  t.match(await page.locator('#given').innerText(), /Access given to 42 cases/, 'what is said to Oki')
  t.equal(await opened('oki'), '42 0', 'what Oki opens')
  t.equal(await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.querySelector('#recovery-passphrase').value, document.querySelector('#recovery-file').files.length]).match(/AGE-SECRET|otters|,1\]/)), null, 'something of the recovery key stays')
  await show(oki, site.cases[4])
  // What the button stops can be gone on with.
  const fresh = (await ask('recovery')).trim()
  await at(aiko, '/access')
  await row(aiko, 'Recovery key').locator('.button:not([disabled])').waitFor()
  let grants = 0
  const third = new Promise((reached) => aiko.page.route('**/access/grant', (route) => (++grants === 3 ? reached() : route.continue())))
  await give(aiko, 'Recovery key')
  await yes(aiko)
  await third
  await aiko.page.locator('.giving button').click()
  await aiko.page.locator('#given:not([hidden])').waitFor()
  t.match(await aiko.page.locator('#given').innerText(), /Stopped\.[^]*Access given to 40 cases/, 'what is said after a stop')
  await aiko.page.unrouteAll({ behavior: 'ignoreErrors' })
  t.match(await giveAccess(aiko, 'Recovery key'), /Access given to 2 cases/, 'what is said after going on')
  await forColleague(t, fresh)
}

async function fiveLanguages(t) {
  await giveAccess(aiko, 'Ken')
  for (const lang of ['ja', 'en', 'es', 'pt', 'zh']) {
    const me = { ...aiko, t, lang }
    await at(me, '/access')
    await me.page.locator('#nobody:not([hidden]), #needs-keys li').first().waitFor()
    t.equal(await untranslated(me), '', `${lang}: a key in the place of a text`)
    await me.page.locator('#with-recovery summary').click()
    await examine(me, 'access', lang === 'en' ? [1280, 320] : [320])
  }
}

/** Nothing broke in the pages of these people. */
const unbroken = (t, ...people) => people.forEach((one) => t.equal(one.broken.join('\n'), '', `${one.name}: errors, or requests to elsewhere`))

/** Somebody new gets everything at once, with the recovery identity in a colleague's browser. */
async function forColleague(t, file) {
  await ask('join offline', { name: 'yumi@desk.example', text: 'hr' })
  await at(aiko, '/access')
  await row(aiko, 'yumi').waitFor()
  const { page } = aiko
  await page.locator('#with-recovery summary').click()
  await page.locator('#recovery-file').setInputFiles(file)
  await page.locator('#recovery-who').selectOption({ label: 'yumi@desk.example' })
  await page.locator('form#recovery [type=submit]').click()
  await question(aiko).waitFor()
  await yes(aiko)
  await page.locator('#given:not([hidden]) p').first().waitFor()
  t.equal(await opened('yumi'), '42 0', 'what somebody new opens by the recovery identity')
}

const parts = {
  given: { 'many cases, stopped on the way': stoppedOnTheWay, 'a new handler opens what they got, once it was checked': newHandler, 'nothing broke': (t) => unbroken(t, aiko, ken) },
  lost: { 'a lost password, and no recovery file': lostPassword, 'nothing broke': (t) => unbroken(t, aiko, ken) },
  recovery: { 'the recovery key gets access, and gives it': recoveryKey, 'nothing is left to do, in five languages': fiveLanguages, 'nothing broke': (t) => unbroken(t, aiko) },
}

/** The identity in a recovery file. */
async function identityIn({ file, words }) {
  const d = new Decrypter()
  d.addPassphrase(words)
  return new TextDecoder().decode(await d.decrypt(await readFile(file))).trim()
}

function underPassphrase(content, words) {
  const e = new Encrypter()
  e.setPassphrase(words)
  e.setScryptWorkFactor(10)
  return e.encrypt(content)
}

await story(parts[site.part])
end(figures)
