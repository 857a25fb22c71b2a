// What the pages share: drawing, words for screen readers, the theme, and a state that stands in the address.

export const $ = id => document.getElementById(id)
export function svg(tag, attributes = {}, parent, text) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  if (text !== undefined) made.textContent = text
  parent?.append(made)
  return made
}
// A picture as wide as there is room, up to 680; drawn again when that changes
export const room = () => Math.max(1, Math.min(680, $('picture').parentElement.clientWidth - 24)) // 1: in a slide that is not yet seen
export function sized(height) { const p = $('picture'); p.setAttribute('width', room()); p.setAttribute('height', height); p.setAttribute('viewBox', `0 0 ${room()} ${height}`) }
export function redraw(show) { let before = room(); addEventListener('resize', () => { if (room() !== before) { before = room(); show() } }) }
export function clear(element) { element.replaceChildren() }
export function say(text, bad = false) { const words = $('words'); words.textContent = text; words.classList.toggle('bad', bad) }
export const short = x => !isFinite(x) ? (isNaN(x) ? 'NaN' : x > 0 ? '∞' : '−∞')
  : x === 0 ? '0' : (Math.abs(x) < .001 || Math.abs(x) >= 1e5 ? x.toExponential(1) : String(+x.toPrecision(3))).replace('-', '−')
export const calm = matchMedia('(prefers-reduced-motion: reduce)').matches

// Dark where the page around it is, or where the reader's system is
function dark() {
  try { if (parent !== window) return parent.document.body.classList.contains('quarto-dark') } catch { /* another site's page is around it */ }
  return matchMedia('(prefers-color-scheme: dark)').matches
}
const follow = () => document.documentElement.classList.toggle('dark', dark())
follow()
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', follow)
try { if (parent !== window) new MutationObserver(() => { follow(); dispatchEvent(new Event('theme')) }).observe(parent.document.body, {attributeFilter: ['class']}) } catch { /* likewise */ }
if (parent !== window) document.documentElement.classList.add('inside')

// Controls by their ids to and from the part of the address behind the #
export function share(ids, changed) {
  const given = new URLSearchParams(location.hash.slice(1))
  for (const id of ids) if (given.has(id)) { const control = $(id), before = control.value; control.value = given.get(id); if (control.value !== given.get(id)) control.value = before }
  const keep = () => history.replaceState(null, '', '#' + new URLSearchParams(ids.map(id => [id, $(id).value])))
  for (const id of ids) $(id).addEventListener($(id).tagName === 'SELECT' ? 'change' : 'input', () => { keep(); changed() })
  return keep
}
