// Functions that run inside a page of the desk and look at where things stand in
// it, and what is written there.

/** Lists the words of the list of cases that are broken without a hyphen, and tabs on two rows where there is room for one. */
export function listFaults() {
  const faults = []
  const range = document.createRange()
  for (const cell of document.querySelectorAll('.cases td:not(.what)')) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      for (const { 0: word, index } of walker.currentNode.data.matchAll(/\p{Script=Latin}+/gu)) {
        range.setStart(walker.currentNode, index)
        range.setEnd(walker.currentNode, index + word.length)
        if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) faults.push(`${word} is broken`)
      }
    }
  }
  const tabs = [...document.querySelectorAll('.tabs li')]
  if (innerWidth >= 1280 && new Set(tabs.map((tab) => tab.offsetTop)).size > 1) faults.push('the tabs take more than one row')
  return faults.slice(0, 8)
}

/** Lists what is too wide, too small to touch, or cut off. The rows of a table are dense: 24 px are enough there. */
export function deskFaults() {
  const faults = []
  const root = document.documentElement
  const dialog = document.querySelector('dialog[open]')
  const hidden = '.hidden, .skip, thead'
  const visible = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0 && !e.closest(hidden) && getComputedStyle(e).clipPath === 'none' && (!dialog || dialog.contains(e))
  const called = (e) => `<${e.localName}${e.id && ' id=' + e.id}> ${(e.textContent || e.value || '').trim().slice(0, 40)}`

  if (root.scrollWidth > root.clientWidth) faults.push(`scrolls sideways: ${root.scrollWidth} px wide`)

  const targets = 'nav a, a.button, a.link, button, summary, .summary a, main li > a, .cases a, .people a, select, textarea, .choice label, input:not([type=radio], [type=checkbox], [type=hidden])'
  for (const target of document.querySelectorAll(targets)) {
    const { height, width } = target.getBoundingClientRect()
    const least = target.closest('table') ? 24 : 44
    if (visible(target) && (height < least - 0.5 || width < 24)) faults.push(`${Math.round(width)}×${Math.round(height)} px to touch: ${called(target)}`)
  }

  const wordy = 'a, button, summary, label, legend, h1, h2, h3, p, li, dt, dd, th, td, .tag, .mark, time, canvas, input, select, textarea'
  for (const element of document.querySelectorAll(wordy)) {
    if (!visible(element)) continue
    const { left, right } = element.getBoundingClientRect()
    if (left < -0.5 || right > root.clientWidth + 0.5) faults.push(`beyond the edge: ${called(element)}`)
    else if (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1 && !element.matches('input, select, textarea, :has(.subject)')) faults.push(`too wide for its place: ${called(element)}`)
  }
  return faults.slice(0, 8)
}

/** Lists what is wrong with the words of a page in that language: keys in place of texts, and a title that says nothing. */
export function wordFaults(lang) {
  const faults = []
  const key = /(?<![\w.@/-])(account|audit|cases?|category|classification|classify|contacts|conversation|date|desk|due|enrol|error|event|files|message-kind|move|organization|outcome|password|people|person|priority|problem|profile|queue|register|report|role|role-means|severity|sign-in|site|state|step-up|template|turn|unlock)(\.[a-z][a-z-]*)+(?![\w@.])/
  const look = (text, where) => { // a field of a template is {{Field}}, a gap in a text of ours {{.Gap}}
    const found = text.match(key)?.[0] ?? text.replaceAll(/\{\{[A-Z]\w+\}\}/gi, '').match(/\{\{|<no value>|undefined|\bNaN\b/)?.[0]
    if (found) faults.push(`${JSON.stringify(found)} in ${where}`)
  }
  if (document.documentElement.lang !== lang) faults.push(`the page says that it is in ${document.documentElement.lang}`)
  const [name, ...rest] = document.title.split(' – ')
  if (!name || rest.at(-1) !== 'Example Manufacturing') faults.push(`the title is ${JSON.stringify(document.title)}`)
  look(document.title, 'the title')
  look(document.body.innerText, 'the page')
  for (const element of document.querySelectorAll('[aria-label], [data-label], [title], [placeholder], [alt]')) {
    for (const attribute of ['aria-label', 'data-label', 'title', 'placeholder', 'alt']) {
      if (!element.hasAttribute(attribute)) continue
      if (!element.getAttribute(attribute).trim()) faults.push(`an empty ${attribute} at <${element.localName}>`)
      look(element.getAttribute(attribute), attribute)
    }
  }
  if (document.querySelectorAll('main h1').length !== 1) faults.push('not one h1')
  return faults
}
