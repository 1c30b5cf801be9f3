// Templates of messages in chromium: an administrator changes one that is built in and
// adds others, a handler sees them filled in for a case and sends them, and the reporter
// reads what they became. Then how the pages look. Called with one JSON argument:
// chromium, url, admin (cookie), people, password, cases (ids by language), receipt (of
// the Spanish one), screenshots.
import { connect, fresh } from '../lib/browser.mjs'
import { figures } from '../lib/look.mjs'
import { end, story } from '../lib/results.mjs'
import { examine, languages } from '../desk/desk-look.mjs'
import { at, enter, signedIn } from '../desk/handler.mjs'

const site = JSON.parse(process.argv[2])
const browser = await connect(site.chromium)
const admin = await signedIn(browser, site.url, site.admin)
const letters = (path, lang = 'en') => admin.goto(`${site.url}/${lang}/desk/admin/letters/${path}`)
const acknowledgement = 'La denuncia sobre Planta de México llegó el'
let me

await story({
  'a page without templates of its own says what to do': async (t) => {
    for (const lang of Object.keys(languages)) {
      await letters('br', lang)
      t.equal(await admin.locator('#none').count(), 1, 'the notice')
      await examine(t, site, admin, 'templates-none', lang)
    }
  },
  'an administrator changes the acknowledgement of a company': changes,
  'and adds templates': adds,
  'a handler acknowledges with the text of the company': acknowledges,
  'a template with a field and a gap': async (t) => asks(t),
  'a closing message of its own': closes,
  'the reporter reads what was sent': reads,
  'how it looks': looks,
  'nothing broke': (t) => t.equal([...me.broken, ...admin.failures].join('\n'), '', 'errors, or requests to elsewhere'),
})
end(figures)

function save() {
  return Promise.all([admin.waitForURL('**saved=1'), admin.locator('button[value="save"]').click()])
}

async function changes(t) {
  await letters('mx/acknowledge/es')
  t.match(await admin.locator('#text').inputValue(), /^Gracias por su denuncia\. La recibimos el \{\{Received\}\}/, 'the form begins with what is built in')
  await admin.locator('#text').fill('La denuncia sobre ')
  for (const [field, after] of [['Company', ' llegó el '], ['Received', '. '], ['Promise', '']]) {
    await admin.locator(`[data-insert="{{${field}}}"]`).click()
    await admin.keyboard.type(after)
  }
  t.equal(await admin.locator('#text').inputValue(), 'La denuncia sobre {{Company}} llegó el {{Received}}. {{Promise}}', 'what the buttons inserted')
  await admin.locator('button[value="preview"]').click()
  t.match(await admin.locator('#preview .letter').textContent(), new RegExp(`^${acknowledgement} .*20\\d\\d\\. Recibirá aquí una respuesta`), 'the preview')
  await save()
  t.equal(await admin.locator('#versions tbody tr').count(), 1, 'versions')
  await letters('mx')
  t.equal(await admin.locator('.words-own').count(), 1, 'texts of the company')
}

/** Adds a template, and writes it in a language. */
async function add(entity, name, use, lang, text) {
  await letters(`${entity}/new`)
  await admin.locator('#name').fill(name)
  await admin.locator('#use').selectOption(use)
  await Promise.all([admin.waitForURL('**added=1'), admin.locator('form.narrow button.button').last().click()])
  await admin.locator(`#texts a[lang="${lang}"]`).click()
  await admin.locator('#text').fill(text)
  await save()
}

async function adds(t) {
  await add('main', 'Ask for the period', 'question', 'ja', '{{Received}}に受け付けた件で、{{Queue}}から伺います。\n\n[…]')
  await add('mx', 'Short acknowledgement', 'acknowledge', 'es', 'Recibida el {{Received}}. {{Promise}}')
  await add('mx', 'Closed with thanks', 'closing.substantiated', 'es', 'Gracias. {{Company}} ha tomado medidas.')
  await letters('main')
  t.equal(await admin.locator('tbody th', { hasText: 'Ask for the period' }).count(), 1, 'the template in the table')
}

async function open(lang) {
  await at(me, `/cases/${site.cases[lang]}`)
  await me.page.locator('#timeline .report .text').waitFor()
}

async function acknowledges(t) {
  me = await enter(t, browser, site, 'Ken', 'en')
  const { page } = me
  const asked = []
  page.on('request', (r) => r.url().endsWith('/api/desk/letters') && asked.push(r.postData().trim()))
  await open('es')
  await page.locator('#acknowledge:enabled').waitFor()
  t.match(await page.locator('#acknowledgement').textContent(), new RegExp(`^${acknowledgement} \\d.*\\. Recibirá aquí una respuesta a más tardar el \\d.*\\.\\n\\nLa ley también le permite`), 'the acknowledgement, and the outside channels')
  t.equal(asked.join(), '{"entity":"mx"}', 'what the page asks for, once')
  await page.locator('#acknowledge-template').selectOption({ label: 'Short acknowledgement' })
  await page.waitForFunction(() => document.querySelector('#acknowledgement').textContent.startsWith('Recibida el'))
  await page.locator('#acknowledge-template').selectOption('acknowledge')
  await page.waitForFunction((text) => document.querySelector('#acknowledgement').textContent.startsWith(text), acknowledgement)
  await page.locator('#acknowledge:enabled').click()
  await page.locator('#timeline .desk .text').waitFor()
}

async function asks(t) {
  const { page } = me
  await open('ja')
  await page.locator('#acknowledge:enabled').waitFor()
  t.match(await page.locator('#acknowledgement').textContent(), /^ご連絡ありがとうございます。/, 'the organisation itself has what is built in')
  t.equal(await page.locator('#with-acknowledgement').isVisible(), false, 'a choice without a second template')
  await page.locator('#reply-template optgroup option').waitFor({ state: 'attached' })
  await page.locator('#reply-language').selectOption('en')
  await page.locator('#reply-template optgroup').waitFor({ state: 'detached' }) // it has no English text
  await page.locator('#reply-language').selectOption('ja')
  await page.locator('#reply-template optgroup option').waitFor({ state: 'attached' })
  await page.locator('#reply-template').selectOption({ label: 'Ask for the period' })
  await page.locator('#insert').click()
  await page.waitForFunction(() => document.querySelector('#reply-text').value !== '')
  t.match(await page.locator('#reply-text').inputValue(), /^20\d\d年\d+月\d+日に受け付けた件で、人事から伺います。\n\n\[…\]$/, 'the template')
  t.ok(await page.locator('#kind-question').isChecked(), 'it is a question')
  await page.locator('#reply button[type="submit"]').click()
  await page.locator('#errors').waitFor()
  t.match(await page.locator('#errors').textContent(), /Fill in the gap/, 'why it is not sent')
  t.equal(await page.locator('#timeline .desk').count(), 0, 'messages that were sent')
  await page.locator('#reply-text').fill((await page.locator('#reply-text').inputValue()).replace('[…]', 'いつからですか。'))
  await page.locator('#reply button[type="submit"]').click()
  await page.locator('#timeline .desk .text').waitFor()
}

async function closes(t) {
  const { page } = me
  await open('es')
  await page.locator('#move-buttons [data-to="closed"]').click()
  await page.locator('#move-outcome').selectOption('partly')
  await page.waitForFunction(() => document.querySelector('#move-text').value.includes('[…]'))
  t.equal(await page.locator('#with-template').isVisible(), false, 'a choice without a second template')
  await page.locator('#move-outcome').selectOption('substantiated')
  await page.locator('#move-template optgroup option').waitFor({ state: 'attached' })
  t.match(await page.locator('#move-text').inputValue(), /\[…\]/, 'what is built in comes first')
  await page.locator('#move-template').selectOption({ label: 'Closed with thanks' })
  await page.waitForFunction(() => document.querySelector('#move-text').value === 'Gracias. Planta de México ha tomado medidas.')
  await examine(t, site, page, 'case-with-templates', 'en')
}

async function reads(t) {
  const context = await fresh(browser, {}) // with scripts: the server opens nothing
  const page = await context.newPage()
  await page.goto(`${site.url}/es/follow-up`)
  await page.locator('.field > [role=status]').first().waitFor({ state: 'attached' })
  await page.locator('input#receipt').fill(site.receipt)
  await page.locator('main form button[type="submit"]').click()
  await page.locator('#messages .message').first().waitFor()
  t.match(await page.locator('#messages').textContent(), new RegExp(acknowledgement), 'what the reporter reads')
  await context.close()
}

async function looks(t) {
  for (const lang of Object.keys(languages)) {
    await letters('mx', lang)
    await examine(t, site, admin, 'templates', lang)
    await letters('main/own-1?remove=1', lang)
    await examine(t, site, admin, 'template', lang)
    await letters('mx/acknowledge/es', lang)
    await examine(t, site, admin, 'template-text', lang)
    if (lang !== 'en') continue
    await admin.locator('#text').fill('Recibida el {{Recieved}}')
    await admin.locator('button[value="save"]').click()
    await admin.locator('#errors').waitFor()
    await examine(t, site, admin, 'template-wrong', lang)
  }
}
