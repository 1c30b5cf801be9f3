// Cases are handed over, people kept away from them, and the reporter's name is
// opened. Called with one JSON argument: chromium, part, url, people, password,
// folder, screenshots.
import { connect } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { ask, end, story } from '../lib/results.mjs'
import { no, nothing, question, readers, said, seen, send, show, unlock, untranslated, yes } from './desk-keys.mjs'
import { examineBoth as examine } from './desk-look.mjs'
import { at, enrol, enter, handler, sibling } from './handler.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
let aiko, ken, mina, oki

/** The case of a report from a reporter's browser; with a name it is not anonymous. */
const report = async (text, name = '') => (await ask('report', { text: `カナリア拾 ${text}`, name })).trim()

const gone = async (me) => {
  await me.page.locator('#gone p').waitFor()
  return me.page.locator('#gone').innerText()
}
const events = (me) => me.page.locator('#timeline .event p').allInnerTexts()

async function handedOver(t) {
  const id = await report('引き継ぎ')
  t.equal(await readers(id), 'aiko ken', 'who opens it before')
  t.equal(await seen(mina, id), nothing(0), 'what Mina sees before')
  await show(ken, id)
  await show(aiko, id)
  await aiko.page.locator('#transferring summary').click()
  await aiko.page.locator('form#transfer [type=submit]').click()
  await aiko.page.locator('#errors').waitFor()
  t.equal(await aiko.page.locator('#errors li').count(), 2, 'what is missing')
  await examine(aiko, 'transfer')
  await send(aiko, 'transfer', 'It is about a bribe.', 'compliance')
  t.match(await question(aiko).innerText(), /Pass the case on to: Compliance\?[^]*this queue lose their keys[^]*reporter is told[^]*get a key: Mina Abe/, 'the question')
  await examine(aiko, 'question')
  await no(aiko)
  t.match(await said(aiko), /Nothing has been changed/, 'after no')
  t.equal(await aiko.page.locator('#transfer-reason').inputValue(), 'It is about a bribe.', 'the reason after no')
  t.equal(await readers(id), 'aiko ken', 'who opens it after no')
  await aiko.page.locator('form#transfer [type=submit]').click()
  await question(aiko).waitFor()
  await yes(aiko)
  t.match(await gone(aiko), /has been passed on/, 'what the list says')
  t.equal(await readers(id), 'mina', 'who opens it afterwards')
  for (const one of [aiko, ken]) t.equal(await seen(one, id), nothing(0), `what ${one.name} sees afterwards`)
  await show(mina, id)
  t.match((await events(mina)).join('\n'), /Aiko Tanaka passed the case on from “Human resources” to “Compliance”\./, 'the timeline')
  t.equal(await mina.page.locator('#timeline .note .text').innerText(), 'It is about a bribe.', 'the reason')
}

async function excluded(t) {
  const id = await report('除外')
  t.equal(await seen(ken, id), '1 1 200 200 200 1', 'what Ken sees before')
  await show(ken, id)
  await show(aiko, id)
  const kens = await aiko.page.locator('#exclude-who option', { hasText: 'Ken Sato' }).getAttribute('value')
  await send(aiko, 'exclude', 'He is named in it.', kens)
  t.match(await question(aiko).innerText(), /Exclude Ken Sato from this case\?/, 'the question')
  await yes(aiko)
  t.match(await said(aiko), /Ken Sato can no longer see this case/, 'what is said')
  t.equal(await readers(id), 'aiko', 'who opens it afterwards')
  // Ken's page still stands: nothing can be done there, and nothing is there when it is loaded again.
  await ken.page.locator('#note-text').fill('Canary ten')
  await ken.page.locator('#note [type=submit]').click()
  t.match(await said(ken), /you may no longer work on this case/, 'what Ken is told')
  await ken.page.locator('#note-text').fill('')
  t.equal(await seen(ken, id), nothing(0), 'what Ken sees afterwards')
  t.match((await events(aiko)).at(-1), /^Aiko Tanaka excluded from this case: Ken Sato/, 'the timeline')
  await aiko.page.locator('#excluded .plain').click()
  await aiko.page.locator('#excluded textarea').fill('It was another Ken.')
  await examine(aiko, 'excluded')
  await aiko.page.locator('#excluded [type=submit]').click()
  await question(aiko).waitFor()
  await yes(aiko)
  t.match(await said(aiko), /may see the case again/, 'what is said of letting him in')
  t.equal(await seen(ken, id), '1 1 200 200 200 1', 'what Ken sees again')
  t.equal(await readers(id), 'aiko', 'who opens it before Ken gets a key')
  await at(aiko, '/access')
  await aiko.page.locator('#needs-keys .button:not([disabled])').click()
  await question(aiko).waitFor()
  await yes(aiko)
  await aiko.page.locator('#given:not([hidden])').waitFor()
  t.equal(await readers(id), 'aiko ken', 'who opens it in the end')
  await show(ken, id)
  await recused(t, id)
}

/** One after the other recuses themselves, until nobody would be left. */
async function recused(t, id) {
  await send(ken, 'recuse', 'My cousin works there.')
  t.match(await question(ken).innerText(), /Recuse yourself from this case\?/, 'the question')
  await yes(ken)
  t.match(await gone(ken), /recused yourself/, 'what the list says')
  t.equal(await readers(id), 'aiko', 'who opens it without Ken')
  t.equal(await seen(ken, id), nothing(0), 'what Ken sees afterwards')
  await show(aiko, id)
  await send(aiko, 'recuse', 'So does mine.')
  t.match(await question(aiko).innerText(), /goes to: Compliance/, 'where it goes')
  await yes(aiko)
  await gone(aiko)
  t.equal(await readers(id), 'mina', 'who opens it without Aiko')
  await show(mina, id)
  t.match((await events(mina)).join('\n'), /Ken Sato recused themselves\.[^]*Aiko Tanaka recused themselves\.[^]*passed the case on/, 'the timeline')
  t.equal(await mina.page.locator('#excluded li').count(), 2, 'people in the list')
  await send(mina, 'recuse', 'I know them all.')
  t.match(await said(mina), /nobody would be left who can read the case/, 'what Mina is told')
  t.equal(await mina.page.locator('#recuse-reason').inputValue(), 'I know them all.', 'the reason after that')
  await ask('join offline', { name: 'nadia@desk.example', text: 'independent' })
  await mina.page.locator('form#recuse [type=submit]').click()
  await question(mina).waitFor()
  t.match(await question(mina).innerText(), /goes to: Independent desk/, 'where it goes then')
  await yes(mina)
  await gone(mina)
  t.equal(await readers(id), 'nadia', 'who opens it in the end')
}

async function meanwhile(t) {
  const id = await report('同時')
  await show(aiko, id)
  let tries = 0
  await aiko.page.route('**/transfer', async (route) => {
    tries++
    if (tries === 1) await ask('join offline', { name: 'yuki@desk.example', text: 'compliance' })
    if (tries === 2) await ask('write', { text: id })
    await route.continue()
  })
  await send(aiko, 'transfer', 'Somebody else should look.', 'compliance')
  await yes(aiko)
  await question(aiko).filter({ hasText: 'yuki@desk.example' }).waitFor()
  await yes(aiko)
  await question(aiko).filter({ hasText: 'Somebody wrote in the meantime' }).waitFor()
  t.equal(await readers(id), 'aiko ken', 'who opens it while it is asked')
  await yes(aiko)
  await gone(aiko)
  await aiko.page.unrouteAll({ behavior: 'wait' })
  t.equal(tries, 3, 'tries')
  t.equal(await readers(id), 'mina yuki', 'who opens it afterwards')
  // Two exclude the same one.
  const second = await report('二人で')
  await show(ken, second)
  await show(aiko, second)
  aiko.other = await sibling(aiko)
  const other = { ...aiko, page: aiko.other }
  await show(other, second)
  for (const [me, before] of [[other, ''], [aiko, 'again']]) {
    await send(me, 'exclude', `Ken is in it ${before}`, await me.page.locator('#exclude-who option', { hasText: 'Ken Sato' }).getAttribute('value'))
    if (before) break
    await yes(me)
    await said(me)
  }
  t.match(await said(aiko), /already excluded/, 'what the second is told')
  await other.page.close()
}

async function name(t) {
  const id = await report('氏名', 'Canary ten Yamada')
  await show(aiko, id)
  t.match(await aiko.page.locator('#name-means').innerText(), /designated in writing/, 'without a designation')
  t.equal(await aiko.page.locator('form#open-name').isVisible(), false, 'a way to open it without a designation')
  await ask('designate', { name: aiko.email })
  await ask('an hour')
  await aiko.page.reload()
  await aiko.page.locator('form#open-name').waitFor()
  await send(aiko, 'open-name', 'To pay their wages.')
  await aiko.page.locator('dialog.ask[open] input[type=password]').fill(site.password)
  await aiko.page.locator('dialog.ask[open] [type=submit]').click()
  await aiko.page.locator('.opened-name').waitFor()
  t.match(await aiko.page.locator('.opened-name').innerText(), /Canary ten Yamada[^]*canary-eleven@example\.org/, 'the name')
  t.match((await events(aiko)).at(-1), /^Aiko Tanaka opened the reporter’s name\./, 'the timeline')
  t.equal(await aiko.page.locator('#timeline .note .text').innerText(), 'To pay their wages.', 'the reason')
  await examine(aiko, 'name-opened')
  await aiko.page.locator('.opened-name .button').click()
  t.ok(!(await aiko.page.locator('body').innerText()).includes('Canary ten Yamada'), 'the name stays on the page')
  await ask('confirmed')
  await send(aiko, 'open-name', 'Once more.')
  await aiko.page.locator('.opened-name').waitFor()
  await aiko.page.evaluate((signedOut) => new BroadcastChannel('hotline-desk').postMessage({ signedOut }), await aiko.page.locator('main').getAttribute('data-handler'))
  await aiko.page.locator('.opened-name').waitFor({ state: 'detached' })
  t.ok(!(await aiko.page.locator('body').innerText()).includes('Canary ten Yamada'), 'the name stays on a page that locks')
  await unlock(aiko, site.password) // the sign-in page knows the session, and leads back
  const anonymous = await report('匿名')
  await show(aiko, anonymous)
  t.match(await aiko.page.locator('#name-means').innerText(), /anonymous/, 'an anonymous report')
  t.equal(await aiko.page.locator('form#open-name').isVisible(), false, 'a way to open no name')
}

async function elsewhere(t) {
  await ask('join offline', { name: 'oki@desk.example', text: 'hr' })
  oki = await handler(t, browser, site, 'oki@desk.example', 'oki@desk.example')
  await enrol(oki, (await ask('invite', { name: oki.email })).trim())
  const id = await report('別の端末')
  await show(oki, id, false)
  await oki.page.locator('#readers-closed').waitFor()
  await send(oki, 'transfer', 'Not ours.', 'compliance')
  t.match(await said(oki), /this browser cannot open the case/, 'what is said of keys that would have to be sealed')
  await oki.page.locator('#transfer-reason').fill('')
  await send(oki, 'exclude', 'He is named.', await oki.page.locator('#exclude-who option', { hasText: 'Ken Sato' }).getAttribute('value'))
  await yes(oki)
  t.match(await said(oki), /Ken Sato can no longer see/, 'what is said when nobody needs a key')
  t.equal(await readers(id), 'aiko oki', 'who opens it afterwards')
  await show(aiko, id)
  t.equal(await aiko.page.locator('#timeline .note .text').innerText(), 'He is named.', 'the reason opens for colleagues')
  await ask('reporter excludes', { name: mina.email, text: id })
  await ask('join offline', { name: 'yuki@desk.example', text: 'compliance' }) // so that the case can be handed over still
  await languages(t, id)
  t.match(await aiko.page.locator('#excluded').innerText(), /Mina Abe\s+because the reporter asked for it/, 'the one whom the reporter excluded')
}

/** A case from which somebody is excluded, in five languages. */
async function languages(t, id) {
  for (const lang of ['ja', 'es', 'pt', 'zh', 'en']) {
    const me = { ...aiko, t, lang }
    await show(me, id)
    for (const summary of await me.page.locator('#readers summary').all()) await summary.click()
    await me.page.locator('#excluded .plain').click() // one alone: nobody undoes what the reporter asked for
    t.equal(await untranslated(me), '', `${lang}: a key in the place of a text`)
    await examine(me, 'readers', lang === 'en' ? [1280, 320] : [320])
  }
}

async function theyComeIn(t) {
  [aiko, ken, mina] = [await enter(t, browser, site, 'Aiko'), await enter(t, browser, site, 'Ken'), await enter(t, browser, site, 'Mina')]
}

async function unbroken(t) {
  for (const one of [aiko, ken, mina, oki]) if (one) t.equal(one.broken.join('\n'), '', `${one.name}: errors, or requests to elsewhere`)
}

const parts = {
  'handed-over': { 'handed over to another desk': handedOver },
  excluded: { 'excluded, and let in again': excluded },
  meanwhile: { 'people come and write while keys are sealed': meanwhile },
  name: { "the reporter's name": name },
  elsewhere: { 'a handler whose key is elsewhere': elsewhere },
}
await story({ 'they come in': theyComeIn, ...parts[site.part], 'nothing broke': unbroken })
end(figures)
