// The pages before the desk, for those who look at it: sign-in, and enrolment.
import { givePassword, password } from './handler.mjs'

/** Somebody signs in without saying who they are. */
export async function signInFaulty(look, site, { page }, lang) {
  await page.goto(`${site.url}/${lang}/desk/sign-in`)
  await page.locator('#sign-in button[type="submit"]:not([disabled])').waitFor()
  await page.locator('details summary').click()
  await look(page, 'sign-in')
  await page.locator('#sign-in button[type="submit"]').click()
  await page.locator('#errors').waitFor()
  await look(page, 'sign-in-errors')
}

/** Address and password were right: a code is asked for. */
export async function askedForCode(look, site, { page }, lang) {
  const ken = site.people.find((one) => one.name.startsWith('Ken'))
  await page.goto(`${site.url}/${lang}/desk/sign-in`)
  await givePassword({ page, email: ken.email, password: site.password })
  await page.locator('#second:not([hidden])').waitFor()
  await page.locator('#by-code .button').click()
  await page.locator('#second .error').first().waitFor()
  await look(page, 'second-factor')
}

/** Every step of an enrolment but the end of the last, so that the link stays good. */
export async function enrolling(look, page, link) {
  const onward = () => page.locator('#enrol section:not([hidden]) button.button:not(.second)').filter({ visible: true }).last().click()
  await page.goto(link.replace(/#.*/, '#not-a-link'))
  await page.locator('#invalid:not([hidden])').waitFor()
  await look(page, 'enrol-invalid')
  await page.goto('about:blank') // another fragment alone would load nothing
  await page.goto(link)
  await page.locator('#step-person:not([hidden])').waitFor()
  await look(page, 'enrol-person')
  await onward()
  await page.locator('#new-password').fill('short')
  await onward()
  await page.locator('#errors').waitFor()
  await look(page, 'enrol-password')
  for (const field of ['#new-password', '#repeat']) await page.locator(field).fill(password)
  await onward()
  await page.locator('#step-key:not([hidden]) .passphrase').waitFor()
  await onward()
  await page.locator('#errors').waitFor()
  await look(page, 'enrol-key')
  await page.locator('label[for="later"]').click()
  await onward()
  await page.locator('#step-code:not([hidden]) .qr').waitFor()
  await look(page, 'enrol-code')
}
