// Functions that run inside a page and look at where things stand in it.

/** Shows the parts of a form that are folded away. */
export function openEverything() {
  for (const part of document.querySelectorAll('details')) part.open = true
}

/** Lists what is too wide, too small to touch, or cut off. */
export function layoutFaults() {
  const faults = []
  const root = document.documentElement
  const visible = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0 && !e.closest('.trap, .hidden, .skip')
  const called = (e) => `<${e.localName}${e.id && ' id=' + e.id}> ${(e.textContent || e.value || '').trim().slice(0, 40)}`

  if (root.scrollWidth > root.clientWidth) faults.push(`scrolls sideways: ${root.scrollWidth} px wide`)

  const targets = '.exit a, nav a, nav button, a.button, button, summary, .summary a, main li > a, main p > a, select, textarea, .choice label, input:not([type=radio], [type=checkbox], [type=hidden])'
  for (const target of document.querySelectorAll(targets)) {
    const { height, width } = target.getBoundingClientRect()
    if (visible(target) && (height < 47.5 || width < 24)) faults.push(`${Math.round(width)}×${Math.round(height)} px to touch: ${called(target)}`)
  }

  const wordy = 'a, button, summary, label, legend, h1, h2, h3, p, li, dt, dd, .tag, time'
  for (const element of document.querySelectorAll(wordy)) {
    if (!visible(element)) continue
    const { left, right } = element.getBoundingClientRect()
    if (left < -0.5 || right > root.clientWidth + 0.5) faults.push(`beyond the edge: ${called(element)}`)
    else if (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1) faults.push(`too wide for its place: ${called(element)}`)
  }

  faults.splice(8)

  const exit = document.querySelector('.exit').getBoundingClientRect()
  if (exit.height > innerHeight / 3) faults.push(`the exit covers ${Math.round(exit.height)} of ${innerHeight} px`)
  return faults
}

/** Lists the groups of a receipt whose characters do not stand on one line. */
export function brokenGroups(element) {
  const tops = []
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  while (walker.nextNode()) {
    for (let i = 0; i < walker.currentNode.length; i++) {
      range.setStart(walker.currentNode, i)
      range.setEnd(walker.currentNode, i + 1)
      const box = range.getBoundingClientRect()
      if (box.width) tops.push([walker.currentNode.data[i], box.top])
    }
  }
  const groups = [[]]
  for (const [character, top] of tops) character === '-' ? groups.push([]) : groups.at(-1).push([character, top])
  return groups.filter((g) => g.length !== 5 || g.some(([, top]) => top !== g[0][1])).map((g) => g.map(([c]) => c).join(''))
}
