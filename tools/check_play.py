"""Open the pages to play with in a headless Chromium, use every control by mouse and by keyboard, and read the numbers off them.

    python tools/check_play.py [FOLDER] [--stills]

FOLDER is a rendered site, or `nbs`, which is taken without it. What they compute is compared with `play/fixtures.json`, as
PyTorch gave it. `--stills` renews the pictures for readers without scripts, `images/play_*.png`. Needs what
`check_browser.py` needs.
"""
import sys
import time
from pathlib import Path

from check_browser import (
    console_errors,
    fetch_axe,
    open_browser,
    resize,
    serve,
    violations,
)
from nbdev.config import get_config
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

PAGES = 'broadcasting', 'einsum', 'net', 'depth', 'train'
MOST_BYTES, LEAST_FRAMES = 60_000, 30 # of a page with all its parts; a second, while it trains: 60 on a machine with nothing else to do
ENGINE = """const done = arguments[0]
const {einsum, signal_stats, broadcast_shape, Net, from_rows, cross_entropy} = await import('./engine.mjs')
const e = await (await fetch('fixtures.json')).json(), far = []
const near = (a, b, what) => a.forEach((x, i) => Math.abs(x - b[i]) <= 1e-6*Math.max(1, Math.abs(b[i])) || far.push(`${what}: ${x}, expected ${b[i]}`))
for (const c of e.products) near(einsum(c.spec, ...c.arrays).map(x => x.total), c.expected, c.spec)
for (const c of e.signal) signal_stats(c.scale, c).forEach(({std}, i) => near([std/c.expected[i][1]], [1], 'signal'))
for (const c of e.shapes) { let said; try { said = broadcast_shape(...c.shapes) } catch (error) { said = error.message } if (String(said) !== String(c.expected)) far.push(`${c.shapes}: ${said}`) }
for (const c of e.steps) {
  const net = new Net(e.net.weights.map(from_rows), e.net.biases.map(from_rows), 'tanh'), x = from_rows(e.net.x)
  near(c.losses.map(() => { const {loss, g} = cross_entropy(net.forward(x), e.net.labels); net.backward(g); net.step(c.lr, c.optimiser); return loss }), c.losses, c.optimiser)
}
done(far)"""

class Page:
    "An open page, and what is found on it"
    def __init__(self, driver, url, name):
        self.driver, self.name, self.found = driver, name, []
        driver.get(f'{url}play/{name}.html')
        self.wait(lambda: self.words)

    def get(self, id): return self.driver.find_element(By.ID, id)
    @property
    def words(self): return self.get('words').text
    def expect(self, ok, what):
        if not ok: self.found.append(f'{self.name}: {what}; it says {self.words!r}')
    def wait(self, f):
        until = time.monotonic() + 5
        while not f() and time.monotonic() < until: time.sleep(.02)
    def click(self, id): self.get(id).click()
    def press(self, id, *keys): self.get(id).send_keys(*keys)
    def choose(self, id, text): Select(self.get(id)).select_by_visible_text(text)
    def write(self, id, text):
        self.press(id, Keys.CONTROL, 'a')
        self.press(id, Keys.DELETE, *([text] if text else []))
    def script(self, text): return self.driver.execute_script(text)
    def changes(self, act, what):
        before = self.words, self.script("return document.getElementById('picture')?.innerHTML ?? document.getElementById('curve').innerHTML")
        act()
        after = self.words, self.script("return document.getElementById('picture')?.innerHTML ?? document.getElementById('curve').innerHTML")
        self.expect(before != after, f'{what} changes nothing')

def play_broadcasting(p):
    p.write('a', '5, 1, 2'); p.write('b', '(5, 3, 1)')
    p.expect('give (5, 3, 2)' in p.words, '(5, 3, 2) should come out')
    p.write('a', '2, 3'); p.write('b', '2')
    p.expect('expects equal sizes or 1; got 2 and 3 in dimension -1 of shapes ((2, 3), (2,))' in p.words, 'the rule that fails should be named')
    p.write('a', 'two')
    p.expect('“two” is no size' in p.words, 'a word is no size')
    p.write('a', ''); p.expect('() and (2,) give (2,)' in p.words, 'an empty shape is a single number')
    p.choose('choose', '200, 1 and 200')
    p.expect('give (200, 200)' in p.words and 'a=200' in p.script('return location.hash'), 'a choice from the list')

def play_einsum(p):
    p.changes(lambda: p.press('step', Keys.ENTER), 'Step by keyboard')
    p.expect('Step 2 of 12: result[0, 0] = 1·1 + 2·2 = 5, so far' == p.words, 'the second product')
    p.changes(lambda: p.click('back'), 'Back')
    p.click('entry'); p.expect('Step 3 of 12' in p.words and p.words.endswith('= 5'), 'the whole first entry')
    p.choose('spec', 'i,j->ij (outer product)')
    p.expect(p.words.startswith('Step 1 of 6: result[0, 0] = 1·4 = 4'), 'the outer product')
    p.choose('spec', 'ij,ij-> (all products added)')
    p.click('entry'); p.expect(p.words.endswith('= 30'), '1·1 + 3·2 + 5·1 + 6·3 = 30')
    p.choose('spec', 'ij->ji (transpose)')
    p.press('play', Keys.SPACE); p.wait(lambda: 'Step 3' in p.words)
    p.click('play'); p.expect('Step 3' in p.words or 'Step 4' in p.words, 'Play goes on by itself')

def play_net(p):
    for _ in range(8): p.press('step', Keys.ENTER)
    texts = p.script("return [...document.querySelectorAll('svg text')].map(t => t.textContent)")
    p.expect({'1.69', '2.3', 'g 2.6', 'g 5.72', 'g 5.2', '−0.5'} <= set(texts), f'loss and gradients by hand, among {texts}')
    p.changes(lambda: p.press('weight', Keys.ARROW_RIGHT), 'the slider by keyboard')
    p.expect('1.05' in p.get('value').text, 'a weight of 1.05')
    handle = p.driver.find_elements(By.CSS_SELECTOR, '.handle')[4]
    p.changes(lambda: ActionChains(p.driver).drag_and_drop_by_offset(handle, 0, -30).perform(), 'dragging a weight')
    p.expect('1.5' in p.get('value').text, 'half a unit up')
    p.choose('lr', '0.01'); p.click('down')
    p.expect('Each weight moved against its gradient' in p.words, 'a step downhill')
    p.click('reset'); p.expect('Press Step' in p.words, 'Reset')
    p.click('all'); p.click('down'); p.expect('from 1.69 to' in p.words and float(p.words.split(' to ')[1].rstrip('.')) < 1.69, 'the loss falls')
    p.changes(lambda: p.choose('which', 'w2[1]'), 'choosing a weight')
    p.changes(lambda: p.click('back'), 'Back')

def play_depth(p):
    p.expect('The signal dies' in p.words, 'a scale of 0.05')
    p.click('lecun'); p.expect('The signal lives' in p.words, '1/√n without activation')
    p.choose('act', 'ReLU'); p.expect('The signal dies' in p.words, '1/√n with ReLU')
    p.click('he'); p.expect('The signal lives' in p.words, '√(2/n) with ReLU')
    p.changes(lambda: p.press('scale', Keys.END), 'the slider by keyboard')
    p.expect('The signal explodes' in p.words, 'a scale of 1')
    p.choose('act', 'tanh'); p.expect('The signal lives' in p.words, 'tanh keeps it below 1')

def play_train(p):
    for what in ('data', 'width', 'depth', 'act', 'lr', 'batch', 'optimiser', 'seed'):
        for option in Select(p.get(what)).options[::-1]: option.click()
    p.choose('data', 'two moons'); p.choose('width', '8'); p.choose('depth', '1'); p.choose('lr', '0.1'); p.choose('batch', '32'); p.choose('optimiser', 'SGD')
    p.changes(lambda: p.press('step', Keys.ENTER), 'One step')
    p.expect(p.words.startswith('1 steps, 0 epochs'), 'one step')
    p.click('reset')
    for _ in range(10): p.click('epoch')
    losses = p.script('return play.losses')
    p.expect(len(losses) == 101 and losses[-1] < .5*losses[0], f'the loss should fall, from {losses[0]} to {losses[-1]}')
    for data, settings in dict(XOR=dict(lr='0.3'), spirals=dict(width='16', depth='2', optimiser='Adam', lr='0.01')).items():
        p.choose('data', data)
        for id, text in settings.items(): p.choose(id, text)
        for _ in range(20): p.click('epoch')
        right = int(p.words.split(' %')[0].split()[-1])
        p.expect(right >= 90, f'{data} is learned')
    p.choose('data', 'two moons'); p.choose('width', '8'); p.choose('depth', '1')
    frames = p.driver.execute_async_script("const done = arguments[0]; let n = 0, from; document.getElementById('play').click(); requestAnimationFrame(function count(t) { from ??= t; n++; t - from < 1000 ? requestAnimationFrame(count) : done(n) })")
    p.expect(frames >= LEAST_FRAMES, f'{frames} frames a second')
    p.click('play'); n = len(p.script('return play.losses')); time.sleep(.2)
    p.expect(n > 20 and len(p.script('return play.losses')) == n, 'Train, and Pause')
    p.choose('lr', '3'); p.choose('optimiser', 'SGD with momentum'); p.choose('act', 'none'); p.choose('depth', '4')
    p.choose('act', 'ReLU'); p.expect('act=relu' in p.script('return location.hash'), 'the address keeps the choice')
    address = p.script('return location.href'); p.driver.get('about:blank'); p.driver.get(address); p.wait(lambda: p.words)
    p.expect(Select(p.get('depth')).first_selected_option.text == '4', 'the address brings the choice back')
    return frames

def still(driver, url, name, path):
    "A picture of the page for readers without scripts"
    resize(driver, 704)
    p = Page(driver, url, name)
    if name == 'net': p.click('all')
    if name == 'einsum': p.click('entry')
    if name == 'train':
        for _ in range(12): p.click('epoch')
    driver.find_element(By.CSS_SELECTOR, '.pair' if name == 'train' else '#picture').screenshot(str(path))

def main():
    cfg, names = get_config(), [arg for arg in sys.argv[1:] if not arg.startswith('--')]
    site = Path(names[0] if names else cfg.nbs_path).absolute()
    url, axe, found, took, driver = serve(site), fetch_axe(), [], [], open_browser(1280)
    try:
        for name in PAGES:
            size = sum(path.stat().st_size for path in (site/'play').iterdir() if path.name in (f'{name}.html', 'engine.mjs', 'page.mjs', 'play.css'))
            if size > MOST_BYTES: found.append(f'{name}: {size} bytes')
            for width, dark in ((1280, False), (390, True)):
                resize(driver, width)
                driver.execute_cdp_cmd('Emulation.setEmulatedMedia', dict(features=[dict(name='prefers-color-scheme', value='dark' if dark else 'light')]))
                p = Page(driver, url, name)
                driver.execute_script(axe)
                took.append(p.script("return performance.getEntriesByName('first-contentful-paint')[0].startTime"))
                if p.script('return document.documentElement.scrollWidth > innerWidth'): p.found.append(f'{name}: scrolls sideways at {width}')
                p.found += [f'{name}: {line}' for line in violations(driver, {})]
                if width == 1280: frames = globals()[f'play_{name}'](p)
                found += p.found + [f'{name}: console: {message}' for message in console_errors(driver)]
        found += driver.execute_async_script(f'const work = async arguments => {{ {ENGINE} }}; work(arguments)') or []
        driver.execute_cdp_cmd('Emulation.setEmulatedMedia', dict(features=[dict(name='prefers-color-scheme', value='light')]))
        if '--stills' in sys.argv:
            for name in PAGES: still(driver, url, name, cfg.nbs_path/'images'/f'play_{name}.png')
    finally: driver.quit()
    print('\n'.join(found) or f'{len(PAGES)} pages to play with: every control, by mouse and by keyboard, and the numbers of PyTorch; {frames} frames a second, first picture after {min(took):.0f} to {max(took):.0f} ms')
    sys.exit(bool(found))

if __name__ == '__main__': main()
