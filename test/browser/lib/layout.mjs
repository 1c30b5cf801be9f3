// Functions that run inside a page and look at where things stand in it.

/** Shows the parts of a form that are folded away. */
export function openEverything() {
  for (const part of document.querySelectorAll('details')) part.open = true
}

/** Lists the controls whose words are cut off, or are those of the browser in its own language. Works on both sides. */
export function controlFaults() {
  const faults = []
  const shown = (e) => e.checkVisibility({ visibilityProperty: true })
  const pen = document.createElement('canvas').getContext('2d')
  const copy = document.body.appendChild(document.createElement('div'))

  for (const select of document.querySelectorAll('select')) {
    if (!shown(select) || select.options.length === 0) continue
    const style = getComputedStyle(select)
    pen.font = style.font
    const wide = (text) => pen.measureText(text).width + text.length * (parseFloat(style.letterSpacing) || 0)
    const before = select.selectedIndex
    const widest = [...select.options].reduce((a, b) => (wide(b.text) > wide(a.text) ? b : a))
    widest.selected = true
    const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
    for (const name of ['font', 'letterSpacing', 'lineHeight', 'wordBreak', 'overflowWrap']) copy.style[name] = style[name]
    copy.style.width = `${room}px`
    copy.textContent = widest.text
    const tall = select.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom)
    if (copy.offsetHeight > tall + 2 || select.scrollWidth > select.clientWidth || select.scrollHeight > select.clientHeight) faults.push(`<select id=${select.id}> has no room for ${widest.text}`)
    select.selectedIndex = before
  }
  copy.remove()

  for (const input of document.querySelectorAll('input[type=file]')) {
    if (!shown(input)) continue
    const button = input.parentElement.querySelector(`label.button[for="${input.id}"]`)
    if (getComputedStyle(input, '::file-selector-button').display !== 'none' || !button || !shown(button)) faults.push(`<input id=${input.id}> has the browser's own button`)
  }
  return faults
}

/** Gives the organisation that name, or the longest of the language that a page should bear, and returns the one before. */
export function nameOrganization(given) {
  const names = { ja: '東日本先端精密機械製造ホールディングス株式会社および関係会社グループ', zh: '东日本先进精密机械制造控股株式会社及其全体关联公司与海外子公司集团' }
  const name = document.querySelector('.brand strong')
  const before = name?.textContent
  if (name) name.textContent = given ?? names[document.documentElement.lang.slice(0, 2)] ?? 'Japan Advanced Precision Manufacturing Holdings Corporation and its subsidiaries in Asia and Latin America'
  return before
}

/** Lists what is too wide, too small to touch, or cut off. */
export function layoutFaults() {
  const faults = []
  const root = document.documentElement
  const visible = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0 && !e.closest('.trap, .hidden, .skip') && getComputedStyle(e).clipPath === 'none'
  const called = (e) => `<${e.localName}${e.id && ' id=' + e.id}> ${(e.textContent || e.value || '').trim().slice(0, 40)}`

  if (root.scrollWidth > root.clientWidth) faults.push(`scrolls sideways: ${root.scrollWidth} px wide`)

  // Links that the organisation wrote into its own texts have a rel and no class: in a sentence they are as tall as its lines (WCAG 2.5.8).
  const targets = '.exit a, nav a, nav button, a.button, button, summary, .summary a, main a.link, main :is(li, p) > a:not([rel]), select, textarea, .choice label, input:not([type=radio], [type=checkbox], [type=hidden])'
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

  // With letters of the usual size a phone shows more than the head of a page.
  if (matchMedia('(min-width: 20em) and (max-width: 39.99em)').matches) {
    const lines = (e) => {
      const range = document.createRange()
      range.selectNodeContents(e)
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size
    }
    const header = document.querySelector('header')
    if (header.offsetTop + header.offsetHeight > 160) faults.push(`the head of the page is ${header.offsetTop + header.offsetHeight} px high`)
    if (new Set([...document.querySelectorAll('.languages li')].map((li) => li.offsetTop)).size > 1) faults.push('the languages do not stand on one line')
    if (lines(document.querySelector('.exit a')) > 1) faults.push('the exit has more than one line')
  }

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
