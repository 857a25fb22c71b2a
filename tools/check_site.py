"""Check a rendered site: every link, anchor and image inside it must exist, every image must have alternative text, and
no Markdown link or control character may be left in the text.

    python tools/check_site.py FOLDER
"""
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

class Page(HTMLParser):
    "The ids of a page, what it refers to, its images without alternative text, and text that was not rendered"
    def __init__(self, path):
        super().__init__()
        self.ids, self.targets, self.silent, self.raw = set(), [], 0, []
        self.feed(path.read_text(encoding='utf-8'))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids |= {attrs[key] for key in ('id', 'name') if attrs.get(key)}
        self.targets += [attrs[key] for key in ('href', 'src') if attrs.get(key)]
        if tag == 'img' and not (attrs.get('alt') or '').strip(): self.silent += 1

    def handle_data(self, data):
        self.raw += re.findall(r'.{0,20}\]\((?:http|\w+\.(?:ipynb|html)).{0,20}|.{0,20}[\x00-\x08\x0b\x0c\x0e-\x1f].{0,20}', data)

def problems(site):
    "A line for everything that is wrong with the pages in `site`"
    pages = {path: Page(path) for path in sorted(site.rglob('*.html'))}
    if not pages: yield f'{site}: no pages'
    for path, page in pages.items():
        if page.silent: yield f'{path.name}: {page.silent} image(s) without alternative text'
        for text in page.raw: yield f'{path.name}: not rendered: {text!r}'
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc: continue
            place = unquote(parts.path)
            if place.startswith('/'): file = (site/place.split('/', 2)[2]).resolve() # the page for errors starts from the server's root
            else: file = (path.parent/place).resolve() if place else path.resolve()
            if file.is_dir(): file = file/'index.html'
            if not file.exists(): yield f'{path.name}: dead link {target}'
            elif parts.fragment and file.suffix == '.html':
                other = next(p for f, p in pages.items() if f.resolve() == file)
                if unquote(parts.fragment) not in other.ids: yield f'{path.name}: no such anchor {target}'

if __name__ == '__main__':
    if len(sys.argv) != 2: sys.exit(__doc__)
    found = list(problems(Path(sys.argv[1])))
    print('\n'.join(found) or 'all links, anchors and images are there')
    sys.exit(bool(found))
