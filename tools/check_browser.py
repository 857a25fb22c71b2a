"""Open every page of a rendered site in a headless Chromium and see that it works, at four widths, in the light and in the dark theme.

    python tools/check_browser.py FOLDER [PAGE ...] [--shared | --pages]

On every page: nothing in the console, nothing serious for axe-core, nothing that scrolls the page sideways, no code that
wraps and no name that is broken, headings that a link finds below the bar, tables, equations, logo and contents that show.
On some: the search, the sidebar of a narrow screen, the theme that the reader's system asks for, the note of what was
read, how much is loaded, and how soon the first text is there on a slow line. `--shared` looks only at that, `--pages` only at
each page by itself.

The pages to play with have a check of their own, `check_play.py`. Needs Chromium with its driver, `pip install selenium`, and npm, which fetches axe-core.
"""
import gzip
import os
import re
import subprocess
import sys
import tarfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from shutil import which
from tempfile import TemporaryDirectory

from nbdev.config import get_config
from selenium import webdriver
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from urllib3.exceptions import HTTPError

AXE = 'axe-core@4.12.0'
AXE_SEES = dict(include=[['html']], exclude=[['main pre code'], ['math'], ['.katex']]) # not into each letter of code and equations
WIDTHS = 390, 768, 1280, 1920
MOST_KB, MOST_SECONDS, MOST_SHIFT = 400, 1, .1 # of a page without its pictures; until its first text, on the slow line; of its layout
SLOW = dict(offline=False, latency=40, downloadThroughput=1_600_000/8, uploadThroughput=750_000/8)

# What a page looks like at the present width: a list of complaints
LOOK = r"""
dispatchEvent(new Event('resize'))
const found = [], main = document.querySelector('main'), seen = e => e.getClientRects().length > 0
const all = (css, into = main) => [...into.querySelectorAll(css)].filter(seen)
const count = (name, list) => list.length && found.push(`${name} (${list.length}×): ${list[0].textContent.trim().slice(0, 60)}`)
const style = e => getComputedStyle(e)
if (document.documentElement.scrollWidth > innerWidth) found.push('scrolls sideways')
count('code that wraps', all('pre').filter(p => !p.matches('.says, .cell-output-error pre, .cell-output-display > pre') && style(p.querySelector('code') ?? p).whiteSpace !== 'pre')) // but messages and values do
const too_wide = e => e.scrollWidth > e.clientWidth + 1
if (innerWidth >= 1280 && LESSON) count('code wider than its place', all('pre.sourceCode').filter(too_wide))
count('scrolls, but not by keyboard', all('pre, table, div, math').filter(e => ['auto', 'scroll'].includes(style(e).overflowX) && too_wide(e) && e.tabIndex < 0))
const broken = []
for (const cell of all('td, th, td code')) for (const text of [...cell.childNodes].filter(n => n.nodeType === 3)) {
  for (const word of text.data.matchAll(/[\p{L}_][\p{L}\d_]{2,}/gu)) {
    const range = document.createRange()
    range.setStart(text, word.index); range.setEnd(text, word.index + word[0].length)
    if (new Set([...range.getClientRects()].filter(r => r.width > 1).map(r => Math.round(r.top))).size > 1) broken.push({textContent: word[0]})
  }
}
count('a word of a table broken', broken)
count('columns all equally wide', all('table').filter(t => {
  const cells = [...(t.rows[0]?.cells ?? [])], longest = cells.map((_, i) => Math.max(...[...t.rows].map(r => r.cells[i]?.textContent.length ?? 0)))
  const widths = cells.map(c => c.getBoundingClientRect().width)
  return cells.length > 1 && seen(cells[0]) && Math.max(...widths) - Math.min(...widths) < 1 && Math.max(...longest) > 2*Math.min(...longest)
}))
count('an aligned equation in small print', all('math[display=block] mtable').filter(t => 'mathStyle' in style(t) && style(t).mathStyle !== 'normal'))
const logos = [...document.querySelectorAll('.navbar-logo')]
if (logos.length && !logos.some(l => l.getBoundingClientRect().width > 8 && l.naturalWidth > 0)) found.push('the logo does not show')
if (innerWidth >= 1280) count('contents folded', [...document.querySelectorAll('#TOC ul ul a')].filter(a => !seen(a)))
const headings = all('h2, h3'), bar = document.querySelector('#quarto-header')?.offsetHeight ?? 0
for (const heading of headings.slice(-1)) {
  for (let i = 0; i < 2; i++) heading.scrollIntoView({behavior: 'instant'}) // pictures on the way may have grown
  if (heading.getBoundingClientRect().top < bar - 1) found.push(`a heading hides under the bar, ${heading.getBoundingClientRect().top} of ${bar}: ${heading.textContent}`)
  const section = heading.closest('section') ?? heading, place = location.href
  location.hash = section.id
  if (!['none', 'normal'].includes(getComputedStyle(section, '::before').content)) found.push('a heading that was linked to has something before it')
  history.replaceState(null, '', place)
  scrollTo({top: 0, behavior: 'instant'})
}
return found
"""
# Text whose colour is too near to what is behind it. axe-core asks the same, at twenty times the cost on a page with much code.
CONTRAST = r"""
const part = c => { const [r, g, b, a = 1] = c.match(/[\d.]+/g).map(Number), by = c.startsWith('color(') ? 255 : 1; return {rgb: [r*by, g*by, b*by], a} }
const over = (top, below) => top.rgb.map((v, i) => v*top.a + below[i]*(1 - top.a))
const light = rgb => rgb.map(v => v/255).map(v => v <= .04045 ? v/12.92 : ((v + .055)/1.055)**2.4).reduce((s, v, i) => s + v*[.2126, .7152, .0722][i], 0)
const grounds = new Map(), found = new Map()
const ground = e => {
  if (!e) return {rgb: [255, 255, 255], opacity: 1}
  if (!grounds.has(e)) {
    const s = getComputedStyle(e), below = ground(e.parentElement)
    grounds.set(e, {rgb: over(part(s.backgroundColor), below.rgb), opacity: below.opacity*s.opacity})
  }
  return grounds.get(e)
}
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
for (let n; n = walk.nextNode();) {
  const e = n.parentElement
  if (!n.data.trim() || e.closest('script, style, svg, template, .visually-hidden, [aria-hidden=true], :disabled') || !e.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue
  const s = getComputedStyle(e), below = ground(e), top = part(s.color)
  const [a, b] = [light(over({rgb: top.rgb, a: top.a*below.opacity}, below.rgb)), light(below.rgb)].sort((x, y) => y - x)
  const ratio = (a + .05)/(b + .05), size = parseFloat(s.fontSize), large = size >= 24 || size >= 18.66 && s.fontWeight >= 700
  if (ratio < (large ? 3 : 4.5)) { const key = `${ratio.toFixed(2)} ${s.color}`; if (!found.has(key)) found.set(key, `${key} on ${below.rgb.map(Math.round)}: ${n.data.trim().slice(0, 40)}`) }
}
return [...found.values()]
"""
OPEN_ALL = "document.head.insertAdjacentHTML('beforeend', '<style>* { transition: none !important; animation: none !important }</style>'); for (const part of document.querySelectorAll('main details')) part.open = true; dispatchEvent(new Event('resize'))"
SHIFT = """
const done = arguments[0]; let sum = 0
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) sum += e.value }).observe({type: 'layout-shift', buffered: true})
setTimeout(() => done(sum), 50)
"""
LOADED = """
const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].filter(e => !/\\.(png|svg|jpe?g|webp)$/.test(e.name))
const paint = performance.getEntriesByName('first-contentful-paint')[0]
return [entries.reduce((sum, e) => sum + e.transferSize, 0)/1000, paint ? paint.startTime/1000 : null]
"""

class Quiet(SimpleHTTPRequestHandler):
    "A file server that does not write a line per request, and sends text compressed, as the servers of sites do"
    protocol_version = 'HTTP/1.1'
    def log_message(self, *args): pass

    def translate_path(self, path): # the page for errors asks for everything by its place on the published site
        return super().translate_path('/' + path.removeprefix(f'{get_config().doc_baseurl}/').lstrip('/'))

    @staticmethod
    @cache
    def packed(path): return gzip.compress(Path(path).read_bytes(), 6)

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if path.is_dir(): path = path/'index.html'
        if path.suffix not in ('.html', '.css', '.js', '.json', '.svg', '.md', '.txt') or not path.exists(): return super().do_GET()
        body = self.packed(str(path))
        self.send_response(200)
        for name, value in (('Content-Type', self.guess_type(str(path))), ('Content-Encoding', 'gzip'), ('Content-Length', len(body)),
                            ('Cache-Control', 'max-age=600')): self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

def serve(site):
    "Serve the folder `site` in the background, and return its address"
    server = ThreadingHTTPServer(('127.0.0.1', 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f'http://127.0.0.1:{server.server_port}/'

def resize(driver, width, height=900):
    "Give the emulated screen a width: the window of a headless browser has a least one"
    driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', dict(width=width, height=height, deviceScaleFactor=1, mobile=False))
    driver.execute_async_script('const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))') # until the style of this width is in force

def open_browser(width, height=900):
    "A headless Chromium whose console can be read"
    options = webdriver.ChromeOptions()
    for flag in ('--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'): options.add_argument(flag)
    options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
    driver = webdriver.Chrome(options=options, service=Service(which('chromedriver')))
    driver.set_script_timeout(180)
    driver.command_executor.client_config.timeout = 240
    resize(driver, width, height)
    return driver

def fetch_axe():
    "The source of axe-core, from npm"
    with TemporaryDirectory() as folder:
        subprocess.run(['npm', 'pack', '--silent', AXE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(folder).glob('*.tgz'))) as archive:
            return archive.extractfile('package/axe.min.js').read().decode()

def console_errors(driver):
    "What the page complained about since the last look"
    return [entry['message'] for entry in driver.get_log('browser') if entry['level'] == 'SEVERE']

def violations(driver, options):
    "Serious and critical findings of axe-core on the open page"
    found = driver.execute_async_script('const done = arguments[2]; axe.run(arguments[0], arguments[1]).then(r => done(r.violations))', AXE_SEES, options)
    return [f'{v["id"]} ({v["impact"]}, {len(v["nodes"])}×): {v["nodes"][0]["html"][:120]}'
            for v in found if v['impact'] in ('serious', 'critical')]

def wait(driver, condition): return WebDriverWait(driver, 10).until(condition)

def is_dark(driver):
    return driver.execute_script("return document.querySelector('html.quarto-dark, body.quarto-dark') !== null")

def toggle_theme(driver):
    "Press the button that switches between light and dark, and wait until it has"
    before = is_dark(driver)
    driver.execute_script("document.querySelector('.quarto-color-scheme-toggle').click()")
    with suppress(TimeoutException): # whoever asks for a theme sees that it is not there
        wait(driver, lambda d: is_dark(d) != before and d.execute_script("return [...document.querySelectorAll('link[rel=stylesheet]')].every(l => l.sheet)"))
    driver.execute_async_script('const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done)); setTimeout(done, 500)')

def prefer(driver, scheme):
    "Let the system ask for a light or a dark page, and forget what was chosen"
    driver.execute_cdp_cmd('Emulation.setEmulatedMedia', dict(features=[dict(name='prefers-color-scheme', value=scheme)]))
    driver.execute_script('localStorage.clear()')

def is_lesson(driver):
    return driver.execute_script("return !!document.querySelector('main a[href^=\"https://colab.\"]')?.closest('p').textContent.includes('minutes to read')")

def page_problems(driver, axe, url):
    "What is wrong with one page, which is loaded once"
    if is_dark(driver): toggle_theme(driver) # as the page before left it
    driver.get(url)
    yield from (f'console: {message}' for message in console_errors(driver))
    shift = driver.execute_async_script(SHIFT)
    if shift > MOST_SHIFT: yield f'the layout shifts by {shift:.2f}'
    driver.execute_script(OPEN_ALL)
    driver.execute_script(axe)
    look = LOOK.replace('LESSON', str(is_lesson(driver)).lower())
    for width in WIDTHS:
        resize(driver, width)
        yield from (f'{width} px: {complaint}' for complaint in driver.execute_script(look))
    resize(driver, 1280)
    driver.execute_script("dispatchEvent(new Event('resize'))")
    yield from (f'axe: {violation}' for violation in violations(driver, dict(rules={'color-contrast': dict(enabled=False)})))
    for theme in ('light', 'dark'):
        if theme == 'dark': toggle_theme(driver)
        if is_dark(driver) != (theme == 'dark'): yield f'the theme cannot be switched: not {theme}'
        yield from (f'{theme}: contrast {complaint}' for complaint in driver.execute_script(CONTRAST))
    yield from (f'console: {message}' for message in console_errors(driver))
    toggle_theme(driver)

def pages_problems(address, names, axe):
    "What is wrong with single pages; as many browsers look at them as there are processors"
    n_browsers = min(os.cpu_count() or 1, 4, len(names))
    browsers = Queue()
    def fresh():
        driver = open_browser(1280)
        driver.get(address)
        prefer(driver, 'light')
        return driver
    for _ in range(n_browsers): browsers.put(fresh())
    def look_at(name):
        driver = browsers.get()
        try: return [f'{name}: {problem}' for problem in page_problems(driver, axe, address + name)]
        except (WebDriverException, HTTPError): # a browser may die; a page on which two do is at fault
            with suppress(WebDriverException, HTTPError): driver.quit()
            driver = fresh()
            try: return [f'{name}: {problem}' for problem in page_problems(driver, axe, address + name)]
            except (WebDriverException, HTTPError) as error: return [f'{name}: the browser gave up: {type(error).__name__}: {str(error)[:100]}']
        finally: browsers.put(driver)
    try:
        with ThreadPoolExecutor(n_browsers) as pool:
            for found in pool.map(look_at, names): yield from found
    finally:
        while not browsers.empty(): browsers.get().quit()

def search_problems(driver, address):
    "Nothing, if the search finds the page on initialisation"
    driver.get(address)
    found = "return [...document.querySelectorAll('a')].some(a => a.href.includes('init.html') && a.closest('[id*=search], [class*=search], .aa-Panel'))"
    for button in driver.find_elements(By.CSS_SELECTOR, '.aa-DetachedSearchButton'): button.click()
    try:
        wait(driver, lambda d: next(iter(d.find_elements(By.CSS_SELECTOR, '#quarto-search input, .aa-Input')), None)).send_keys('kaiming')
        wait(driver, lambda d: d.execute_script(found))
    except TimeoutException: yield 'search: kaiming does not lead to init.html'

def theme_problems(driver, url):
    "Nothing, if on the first visit a page has the theme that the reader's system asks for, and the ground that goes with it"
    ground = "return getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).slice(0, 3).reduce((sum, n) => sum + Number(n), 0) < 384"
    for scheme in ('dark', 'light'):
        prefer(driver, scheme)
        driver.execute_cdp_cmd('Network.clearBrowserCache', {})
        driver.get(url)
        if is_dark(driver) != (scheme == 'dark'): yield f'a system that prefers {scheme} pages does not get one'
        with suppress(TimeoutException): wait(driver, lambda d: d.execute_script(ground) == is_dark(d)) # what comes late may still come
        if driver.execute_script(ground) != is_dark(driver): yield f'a first visit by a system that prefers {scheme} pages: the ground is that of the other theme'

def narrow_problems(driver, url):
    "What is wrong with the sidebar on a screen of 390 pixels"
    resize(driver, 390)
    driver.get(url)
    sidebar = driver.find_element(By.ID, 'quarto-sidebar')
    if sidebar.is_displayed(): yield 'narrow: the sidebar is open from the start'
    driver.find_element(By.CSS_SELECTOR, '.quarto-btn-toggle, [data-bs-target="#quarto-sidebar"], [data-bs-target=".quarto-sidebar-collapse-item"]').click()
    try: wait(driver, lambda d: sidebar.is_displayed())
    except TimeoutException: yield 'narrow: the sidebar does not open'
    resize(driver, 1280)

def contrast_problems(driver, axe, url):
    "What axe-core says of the contrast on one page: it must agree with what is measured on all"
    driver.get(url)
    driver.execute_script(OPEN_ALL)
    driver.execute_script(axe)
    for theme in ('light', 'dark'):
        if is_dark(driver) != (theme == 'dark'): toggle_theme(driver)
        yield from (f'{theme}: {violation}' for violation in violations(driver, dict(runOnly=['color-contrast'])))
    toggle_theme(driver)

def progress_problems(driver, address, lesson):
    "Nothing, if a lesson that is marked as read is known as such by the sidebar and the first page, until it is forgotten"
    driver.get(address + lesson)
    press = "const b = document.getElementById('mark-read'); b.click(); return b.ariaPressed"
    if driver.execute_script(press) != 'true': yield 'progress: the lesson is not marked'
    if not driver.execute_script("return document.querySelector('#quarto-sidebar li.is-read a.active') !== null"): yield 'progress: the sidebar does not know'
    driver.get(address + 'index.html')
    if not driver.execute_script("return document.querySelector('ol.cards li.is-read') && document.getElementById('progress')?.textContent.includes('1 of')"):
        yield 'progress: the first page does not know'
    driver.execute_script("document.querySelector('#progress button')?.click()")
    if driver.execute_script("return document.querySelector('.is-read') !== null"): yield 'progress: is not forgotten'

def weight_problems(driver, address, names):
    "What is wrong with how much a page loads without its pictures, and with how long its first text takes on a slow line"
    driver.execute_cdp_cmd('Network.enable', {})
    driver.execute_cdp_cmd('Network.emulateNetworkConditions', SLOW)
    slowest, heaviest = (0, ''), (0, '')
    for name in names:
        times = []
        for _ in range(3): # the quickest of three: the machine has other things to do, too
            driver.execute_cdp_cmd('Network.clearBrowserCache', {})
            driver.get(address + name)
            kilobytes, seconds = driver.execute_script(LOADED)
            times.append(seconds or 0)
        seconds = min(times)
        slowest, heaviest = max(slowest, (seconds or 0, name)), max(heaviest, (kilobytes, name))
        if kilobytes > MOST_KB: yield f'{name}: {kilobytes:.0f} kB without pictures'
        if seconds and seconds > MOST_SECONDS: yield f'{name}: the first text takes {seconds:.2f} s'
    print(f'first text after at most {slowest[0]:.2f} s ({slowest[1]}), at most {heaviest[0]:.0f} kB without pictures ({heaviest[1]})')

def lessons_in(site, names):
    return [name for name in names if re.search(r'\d minutes to read', (site/name).read_text(encoding='utf-8'))]

def site_problems(site, address, names, axe):
    "What is wrong with what all pages share, seen on some"
    driver, lessons = open_browser(1280), lessons_in(site, names)
    by_quarto = (site/'site_libs'/'quarto-nav').exists()
    heavy = sorted(lessons, key=lambda name: len(Quiet.packed(str(site/name))))[-2:]
    try:
        yield from search_problems(driver, address)
        yield from narrow_problems(driver, address + lessons[0])
        yield from contrast_problems(driver, axe, address + lessons[0])
        yield from progress_problems(driver, address, lessons[0])
        if by_quarto:
            yield from theme_problems(driver, address + lessons[0])
            yield from weight_problems(driver, address, ['index.html', lessons[0], *heavy])
    finally: driver.quit()

def problems(site, names=(), only=None):
    "A line for everything that is wrong with the site in the folder `site`; `only` '--shared' or '--pages' is one half of it"
    address = serve(site)
    every = sorted(str(path.relative_to(site)) for path in site.rglob('*.html') if not {'site_libs', 'play'} & {*path.parts})
    every = [name for name in every if '<main' in (site/name).read_text(encoding='utf-8')] # not those that only lead on to another address
    axe = fetch_axe()
    if not names and only != '--pages': yield from site_problems(site, address, every, axe)
    if only != '--shared': yield from pages_problems(address, names or every, axe)

if __name__ == '__main__':
    if len(sys.argv) < 2: sys.exit(__doc__)
    only = next((arg for arg in sys.argv if arg in ('--shared', '--pages')), None)
    found = list(problems(Path(sys.argv[1]).resolve(), [arg for arg in sys.argv[2:] if arg != only], only))
    print('\n'.join(found) or {'--shared': 'what the pages share works in the browser'}.get(only, 'every page works in the browser'))
    sys.exit(bool(found))
