// A page without a mouse: Tab reaches everything, in order, and shows where it is.

/** Presses Tab from the top of a page to its end and lists what goes wrong. */
export async function keyboardFaults(page) {
  await page.setViewportSize({ width: 360, height: 740 })
  const count = await page.evaluate(collectStops)
  const faults = []
  for (let i = 0; i < count; i++) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(whereAmI)
    if (at.stop !== i) faults.push(`press ${i + 1} of Tab leads to stop ${at.stop + 1}, ${at.name}`)
    if (!at.ring) faults.push(`no focus ring around ${at.name}`)
    if (at.covered) faults.push(`${at.name} has the focus but is out of sight or under the exit`)
    if (at.stop !== i) break
  }
  return faults
}

/** Inside the page: everything that Tab must reach, in the order of the page. A group of radio buttons is one stop. */
function collectStops() {
  document.activeElement?.blur()
  getSelection().removeAllRanges()
  scrollTo(0, 0)
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  globalThis.stops = all.filter((e) => {
    if (e.disabled || e.type === 'hidden' || e.tabIndex < 0 || !e.checkVisibility({ visibilityProperty: true })) return false
    if (e.type !== 'radio') return true
    const group = [...document.querySelectorAll(`input[type=radio][name="${e.name}"]`)]
    return e === (group.find((r) => r.checked) ?? group[0])
  })
  return globalThis.stops.length
}

function whereAmI() {
  const e = document.activeElement
  const style = getComputedStyle(e)
  const box = e.getBoundingClientRect()
  const exit = document.querySelector('.exit')
  const top = exit.contains(e) || e.classList.contains('skip') ? 0 : exit.getBoundingClientRect().bottom
  return {
    stop: globalThis.stops.indexOf(e),
    name: `<${e.localName}${e.id && ' id=' + e.id}> ${(e.textContent ?? '').trim().slice(0, 30)}`,
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    covered: box.top >= innerHeight || box.bottom <= top || (box.top < top - 1 && box.height < innerHeight / 2),
  }
}
