// The organisation's own words in chromium: written and looked at without scripts,
// and how the pages look, at the desk and to reporters. Called with one JSON argument:
// chromium, url, session (cookie of an administrator), screenshots.
import { connect, fresh } from '../lib/browser.mjs'
import { layoutFaults } from '../lib/layout.mjs'
import { figures, look } from '../lib/look.mjs'
import { end, test } from '../lib/results.mjs'
import { examine, languages } from './desk-look.mjs'

const site = JSON.parse(process.argv[2])
const wanted = new RegExp(site.only || '.')
const browser = await connect(site.chromium)
const views = [320, 768, 1280].flatMap((width) => ['light', 'dark'].map((scheme) => ({ width, height: 800, scheme })))

/** A page of the administrator's browser, or of a reporter's. */
async function open(signedIn, more) {
  const context = await fresh(browser, { viewport: { width: 1280, height: 800 }, ...more })
  if (signedIn) await context.addCookies([{ name: 'hotline', value: site.session, url: site.url }])
  const page = await context.newPage()
  page.on('pageerror', (error) => page.failures.push(String(error)))
  page.failures = []
  return page
}

/** A text with everything that it may hold, and things that it may not. */
const text = (part) => `# What we say about ${part}

One paragraph with **bold**, *emphasis* and [a link](https://example.org/).
It goes on in a line of its own: ${'averylongword'.repeat(12)}

1. first
2. second
   - below it, see https://example.org/${'path/'.repeat(20)}

<img src=x onerror=alert(1)> <script>alert(1)</script> ![a picture](https://example.org/x.png)`

const plain = await open(true, { javaScriptEnabled: false })
const parts = ['greeting', 'readers', 'steps', 'protection', 'channels', 'privacy', 'rules']

await test('a text is looked at and then saved, without scripts', async (t) => {
  for (const part of parts) {
    await plain.goto(`${site.url}/en/desk/admin/words/main/${part}/en`)
    await plain.locator('#text').fill(text(part))
    await plain.locator('button[value="preview"]').click()
    t.equal(await plain.locator('#preview h3').textContent(), `What we say about ${part}`, 'the heading in the preview')
    t.equal(await plain.locator('#preview img, #preview script').count(), 0, 'pictures and scripts')
    await plain.locator('button[value="save"]').click()
    await plain.waitForURL('**?saved=1')
    t.equal(await plain.locator('#versions tbody tr').count(), 1, 'versions')
  }
})

await test('an earlier version goes back into the form', async (t) => {
  await plain.goto(`${site.url}/en/desk/admin/words/main/rules/en`)
  await plain.locator('#text').fill('Something else')
  await plain.locator('button[value="save"]').click()
  await plain.waitForURL('**?saved=1')
  await plain.locator('#versions a').click()
  await plain.locator('#past').waitFor()
  t.equal(await plain.locator('#text').inputValue(), text('rules'), 'what is in the form')
  await plain.locator('button[value="save"]').click()
  await plain.waitForURL('**?saved=1')
  t.equal(await plain.locator('#versions tbody tr').count(), 3, 'versions')
  await plain.locator('[role=status] a').click()
  t.equal(await plain.locator('h1').textContent(), 'Rules of procedure', 'where the link leads')
})

await test('what was typed beside a colleague stays', async (t) => {
  const [one, other] = [plain, await open(true)]
  for (const page of [one, other]) await page.goto(`${site.url}/en/desk/admin/words/br/greeting/pt`)
  await one.locator('#text').fill('Bem-vindo')
  await one.locator('button[value="save"]').click()
  await one.waitForURL('**?saved=1')
  await other.locator('#text').fill('Olá')
  await other.locator('button[value="save"]').click()
  await other.locator('#errors').waitFor()
  t.equal(await other.locator('#text').inputValue(), 'Olá', 'what was typed')
  await examine(t, site, other, 'words-conflict', 'en')
  await other.context().close()
})

const admin = await open(true)
const reporter = await open(false)
for (const lang of Object.keys(languages)) {
  if (wanted.test(`how it looks, ${lang}`)) await test(`how it looks, ${lang}`, async (t) => {
    for (const [path, name] of [['main', 'words'], ['br', 'words-of-a-company'], ['main/privacy/en', 'words-text'], ['main/privacy/ja', 'words-missing']]) {
      await admin.goto(`${site.url}/${lang}/desk/admin/words/${path}`)
      await examine(t, site, admin, name, lang)
    }
    await admin.locator('#text').fill(text('privacy'))
    await admin.locator('button[value="preview"]').click()
    await admin.locator('#preview').waitFor()
    await examine(t, site, admin, 'words-preview', lang)
    for (const [path, name] of [['', 'landing-words'], ['privacy', 'privacy'], ['at/br/report', 'report-words']]) {
      await reporter.goto(`${site.url}/${lang}/${path}`)
      await look(t, reporter, { name, lang, views, layout: layoutFaults, first: lang === 'en', folder: site.screenshots })
    }
    for (const page of [admin, reporter]) for (const failure of page.failures.splice(0)) t.fail(failure)
  })
}

end(figures)
