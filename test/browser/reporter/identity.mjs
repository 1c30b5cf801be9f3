// Name and contact: hidden until somebody wants to give them, and asked back where
// they and the choice to stay anonymous say different things.

/** Tries it where the choice is shown. send goes on to where errors are told; told checks the error of a field. */
export async function anonymousOrNot({ t, page }, send, told) {
  const choose = (identity) => page.locator(`[name="identity"][value="${identity}"] + label`).click()
  const name = page.locator('#name')
  const text = await page.locator('#text').inputValue()
  t.equal([await name.isVisible(), await page.locator('#contact').isVisible(), await page.locator('.unhidden:visible').count()].join(), 'false,false,0', 'name, contact and words about them beside "anonymous"')
  await choose('desk')
  await name.waitFor()
  t.ok(await page.locator('#contact').isVisible(), 'contact is hidden beside "desk"')
  await send()
  await told('name', 'error.name-missing')
  t.ok(await name.isVisible(), 'the name that is missing is hidden')
  await name.fill('Canary Anon')
  await choose('anonymous')
  t.ok(await name.isVisible(), 'a name that was written is hidden')
  await send()
  await told('identity', 'error.anonymous-with-name')
  t.ok(await name.isVisible(), 'a name that contradicts is hidden')
  t.equal([await name.inputValue(), await page.locator('[name="identity"]:checked').inputValue(), await page.locator('#text').inputValue()].join('|'), `Canary Anon|anonymous|${text}`, 'what was typed and chosen before the question')
  await name.fill('')
}
