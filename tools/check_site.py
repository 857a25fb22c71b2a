"""Check a rendered site: every link, anchor and image inside it must exist, no two places of a page have one id, every
image must have alternative text, and no Markdown link or control character may be left in the text. Links to files of
the repository lead to files that are there; none goes to the published site by its whole address. On Quarto's pages,
what others show of a page when they link to it is right, and its Markdown has all pages and live links, too.

    python tools/check_site.py FOLDER
"""
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from nbdev.config import get_config

class Page(HTMLParser):
    "The ids of a page, those of two places, what it refers to, its images without alternative text, what its head says, and text that was not rendered"
    def __init__(self, path):
        super().__init__()
        self.ids, self.twice, self.targets, self.links, self.silent, self.raw, self.head, self.open, self.framed = set(), set(), [], [], 0, [], {}, [], []
        self.feed(path.read_text(encoding='utf-8'))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag != 'link' and attrs.get('id') in self.ids: self.twice.add(attrs['id'])
        self.ids |= {attrs[key] for key in ('id', 'name') if attrs.get(key)}
        self.targets += [attrs[key] for key in ('href', 'src') if attrs.get(key) and attrs.get('rel') != 'canonical']
        if tag == 'a' and attrs.get('href'):
            self.links.append(attrs['href'])
            if 'figure' in self.open: self.framed.append(attrs['href'])
        if tag == 'img' and not (attrs.get('alt') or '').strip(): self.silent += 1
        if tag == 'meta' and attrs.get('content'): self.head[attrs.get('property') or attrs.get('name')] = attrs['content']
        if tag == 'link' and attrs.get('rel') == 'canonical': self.head['canonical'] = attrs['href']
        if tag == 'figure': self.open.append(tag)

    def handle_endtag(self, tag):
        if tag == 'figure' and self.open: self.open.pop()

    def handle_data(self, data):
        self.raw += re.findall(r'.{0,20}\]\((?:http|\w+\.(?:ipynb|html)).{0,20}|.{0,20}[\x00-\x08\x0b\x0c\x0e-\x1f].{0,20}', data)

def link_problems(page, cfg):
    "What is wrong with links that name a server"
    own_site, own_files = f'{cfg.doc_host}{cfg.doc_baseurl}', re.compile(rf'https://.*/{cfg.user}/{cfg.repo}/(?:blob|edit|tree|raw)/{cfg.branch}/([^#?]*)') # Colab's addresses too
    for target in page.links:
        if target == own_site or target.startswith(f'{own_site}/'): yield f'leaves a preview or a fork: {target}'
        file = own_files.match(target)
        if file and not (cfg.config_path/unquote(file[1])).exists(): yield f'dead link {target}: no such file in the repository'
    for target in page.framed:
        if 'colab' in target: yield 'the link to Colab is a figure'

def head_problems(path, page, site, cfg):
    "What is wrong with the address and the picture by which others know a page that Quarto made"
    if not page.head.get('generator', '').startswith('quarto') or path.name == '404.html' or 'slides' in path.parts: return # Quarto writes none into slides
    place = path.relative_to(site).as_posix()
    own = f'{cfg.doc_host}{cfg.doc_baseurl}/{place}'
    for key in ('canonical', 'og:url'):
        if page.head.get(key, '').removesuffix('index.html') != own.removesuffix('index.html'): yield f'{key} is {page.head.get(key)}'
    for key in ('og:image', 'twitter:image'):
        image = page.head.get(key, '').removeprefix(f'{cfg.doc_host}{cfg.doc_baseurl}/')
        if not image.endswith('.png') or not (site/image).exists(): yield f'{key} is {page.head.get(key)}'

def markdown_problems(site):
    "What is wrong with the Markdown of the pages, which Quarto makes for those who read no HTML"
    index = site/'llms.txt'
    for path in sorted(site.rglob('*.llms.md')) if index.exists() else []:
        name, text = path.relative_to(site).as_posix(), path.read_text(encoding='utf-8')
        if name != '404.llms.md' and f'/{name})' not in index.read_text(encoding='utf-8'): yield f'llms.txt lacks {name}'
        for place in re.findall(r'\]\((?![a-z]+:|/|\{)([^)\s#]+\.(?:llms\.md|html))', text):
            if not (path.parent/place).exists(): yield f'{name}: dead link {place}'

def own_problems(path, page, site, cfg):
    "What is wrong with one page by itself"
    if page.silent: yield f'{page.silent} image(s) without alternative text'
    for name in sorted(page.twice): yield f'two places have the id {name}'
    for text in page.raw: yield f'not rendered: {text!r}'
    yield from link_problems(page, cfg)
    yield from head_problems(path, page, site, cfg)

def problems(site):
    "A line for everything that is wrong with the pages in `site`"
    cfg, pages = get_config(), {path.resolve(): Page(path) for path in sorted(site.rglob('*.html')) if 'site_libs' not in path.parts}
    if not pages: yield f'{site}: no pages'
    for image in site.rglob('images/*.svg'):
        if not re.search(r'<svg\b[^>]*\bwidth=[^>]*\bheight=', image.read_text(encoding='utf-8')): yield f'{image.name}: has no width and height, and some pages show nothing of it'
    yield from markdown_problems(site)
    exists = {}
    for path, page in pages.items():
        name = path.relative_to(site.resolve()).as_posix()
        for problem in own_problems(path, page, site.resolve(), cfg): yield f'{name}: {problem}'
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc: continue
            place = unquote(parts.path)
            if place.startswith('/'): file = site.resolve()/place.split('/', 2)[2] # the page for errors starts from the server's root
            else: file = path.parent/place if place else path
            if file not in exists:
                found = file.resolve()
                if found.is_dir(): found = found/'index.html'
                exists[file] = found if found.exists() else None
            file = exists[file]
            if file is None: yield f'{name}: dead link {target}'
            elif parts.fragment and '=' not in parts.fragment and file in pages and unquote(parts.fragment) not in pages[file].ids: yield f'{name}: no such anchor {target}'

if __name__ == '__main__':
    if len(sys.argv) != 2: sys.exit(__doc__)
    found = list(problems(Path(sys.argv[1])))
    print('\n'.join(found) or 'all links, anchors and images are there')
    sys.exit(bool(found))
