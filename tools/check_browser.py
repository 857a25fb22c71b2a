"""Open every page of a rendered site in a headless Chromium and see that it works: no error in the console, the search finds
a word, the theme can be switched, the sidebar opens on a narrow screen, and axe-core finds nothing serious.

    python tools/check_browser.py FOLDER

Needs Chromium with its driver, `pip install selenium`, and npm, which fetches axe-core.
"""
import subprocess
import sys
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

AXE = 'axe-core@4.12.0'

class Quiet(SimpleHTTPRequestHandler):
    "A file server that does not write a line per request"
    def log_message(self, *args): pass

def serve(site):
    "Serve the folder `site` in the background, and return its address"
    server = ThreadingHTTPServer(('127.0.0.1', 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f'http://127.0.0.1:{server.server_port}/'

def open_browser(width, height=900):
    "A headless Chromium whose console can be read"
    options = webdriver.ChromeOptions()
    for flag in ('--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'): options.add_argument(flag)
    options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
    driver = webdriver.Chrome(options=options, service=Service(which('chromedriver')))
    # the window of a headless browser has a least width; the emulated screen has none
    driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride',
                           dict(width=width, height=height, deviceScaleFactor=1, mobile=False))
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

def violations(driver, axe):
    "Serious and critical findings of axe-core on the open page"
    driver.execute_script(axe)
    found = driver.execute_async_script('const done = arguments[0]; axe.run().then(r => done(r.violations))')
    return [f'{v["id"]} ({v["impact"]}, {len(v["nodes"])}×): {v["nodes"][0]["html"][:120]}'
            for v in found if v['impact'] in ('serious', 'critical')]

def wait(driver, condition): return WebDriverWait(driver, 10).until(condition)

def is_dark(driver):
    return driver.execute_script("return document.querySelector('html.quarto-dark, body.quarto-dark') !== null")

def toggle_theme(driver):
    "Press the button that switches between light and dark"
    driver.execute_script("document.querySelector('.quarto-color-scheme-toggle').click()")

def page_problems(driver, axe, address, names):
    "What is wrong with single pages, in both themes"
    for theme in ('light', 'dark'):
        driver.get(address)
        if is_dark(driver) != (theme == 'dark'): toggle_theme(driver)
        for name in names:
            driver.get(address + name)
            if is_dark(driver) != (theme == 'dark'): yield f'{name}: not in the {theme} theme that was chosen'
            for message in console_errors(driver): yield f'{name}: console: {message}'
            for violation in violations(driver, axe): yield f'{name} ({theme}): {violation}'
            if driver.execute_script('return document.documentElement.scrollWidth > innerWidth'): yield f'{name}: scrolls sideways'

def search_problems(driver, address):
    "Nothing, if the search finds the page on initialisation"
    driver.get(address)
    found = "return [...document.querySelectorAll('a')].some(a => a.href.includes('init.html') && a.closest('[id*=search], [class*=search], .aa-Panel'))"
    box = wait(driver, lambda d: next(iter(d.find_elements(By.CSS_SELECTOR, '#quarto-search input, .aa-Input')), None))
    box.send_keys('kaiming')
    try: wait(driver, lambda d: d.execute_script(found))
    except TimeoutException: yield 'search: kaiming does not lead to init.html'

def narrow_problems(driver, address, names):
    "What is wrong on a screen of 390 pixels"
    driver.get(address + names[0])
    sidebar = driver.find_element(By.ID, 'quarto-sidebar')
    if sidebar.is_displayed(): yield 'narrow: the sidebar is open from the start'
    driver.find_element(By.CSS_SELECTOR, '.quarto-btn-toggle, [data-bs-target="#quarto-sidebar"], [data-bs-target=".quarto-sidebar-collapse-item"]').click()
    try: wait(driver, lambda d: sidebar.is_displayed())
    except TimeoutException: yield 'narrow: the sidebar does not open'
    for name in names:
        driver.get(address + name)
        if driver.execute_script('return document.documentElement.scrollWidth > innerWidth'): yield f'{name}: scrolls sideways at 390 px'

def problems(site):
    "A line for everything that is wrong with the site in the folder `site`"
    address, axe = serve(site), fetch_axe()
    names = sorted(str(path.relative_to(site)) for path in site.rglob('*.html') if 'site_libs' not in path.parts)
    wide, narrow = open_browser(1280), open_browser(390)
    try:
        yield from page_problems(wide, axe, address, names)
        yield from search_problems(wide, address)
        yield from narrow_problems(narrow, address, names)
    finally: wide.quit(); narrow.quit()

if __name__ == '__main__':
    if len(sys.argv) != 2: sys.exit(__doc__)
    found = list(problems(Path(sys.argv[1]).resolve()))
    print('\n'.join(found) or 'every page works in the browser')
    sys.exit(bool(found))
