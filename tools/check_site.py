"""Check a rendered site: every link, anchor and image inside it must exist, and every image must have alternative text.

    python tools/check_site.py FOLDER
"""
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

class Page(HTMLParser):
    "The ids of a page, what it refers to, and its images without alternative text"
    def __init__(self, path):
        super().__init__()
        self.ids, self.targets, self.silent = set(), [], 0
        self.feed(path.read_text(encoding='utf-8'))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids |= {attrs[key] for key in ('id', 'name') if attrs.get(key)}
        self.targets += [attrs[key] for key in ('href', 'src') if attrs.get(key)]
        if tag == 'img' and not (attrs.get('alt') or '').strip(): self.silent += 1

def problems(site):
    "A line for everything that is wrong with the pages in `site`"
    pages = {path: Page(path) for path in sorted(site.rglob('*.html'))}
    if not pages: yield f'{site}: no pages'
    for path, page in pages.items():
        if page.silent: yield f'{path.name}: {page.silent} image(s) without alternative text'
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc: continue
            file = (path.parent/unquote(parts.path)).resolve() if parts.path else path.resolve()
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
