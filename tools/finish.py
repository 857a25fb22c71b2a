"""Do to the rendered pages what Quarto has no option for. Quarto runs this itself after each render (`post-render` in `_quarto.yml`).

    python tools/finish.py FOLDER

- Links to the site's own address become relative, so that a preview or a fork does not leave itself.
- The rows of a printed tensor stay rows on a narrow page, where other results wrap.
- Each page says its own address to those who link to it (`og:url`).
- The Markdown of a page is called as its HTML is (Quarto leaves the number in its name), and `llms.txt` names all of them in their order.
- Scripts wait until the text is there; style sheets lose the rules, and the font of icons the icons, that no page uses.
"""
import os
import re
import sys
from configparser import ConfigParser
from pathlib import Path

NESTED, KEPT = ('@media', '@supports', '@container', '@layer'), '@'

def published():
    "The address of the site, from settings.ini"
    parser = ConfigParser(delimiters=['='], interpolation=None)
    parser.read(Path(__file__).parents[1]/'settings.ini', encoding='utf-8')
    return parser['DEFAULT']['doc_host'] + parser['DEFAULT']['doc_baseurl'] + '/'

def pages_of(site): return [page for page in sorted(site.rglob('*.html')) if 'site_libs' not in page.parts]

def relative_links(text, up, address):
    "Links of the text to the site's own `address`, as they lead from a page that lies below `up`"
    return re.sub(rf'(<a\b[^>]*?\bhref="){re.escape(address)}([^"]*")', lambda m: m[1] + up + m[2], text)

def head_of(text):
    "The head with its scripts deferred, and the address of the page"
    text = re.sub(r'<script src="([^"]*)"></script>', r'<script src="\1" defer></script>', text)
    own = re.search(r'<link rel="canonical" href="([^"]*)"', text)
    if own and 'property="og:url"' not in text: text = text.replace('<meta property="og:title"', f'<meta property="og:url" content="{own[1]}">\n<meta property="og:title"', 1)
    return text

def rows_kept(text):
    "The result of a cell that prints a tensor in several rows, with a class for the style sheet"
    return re.sub(r'(cell-output-display">\s*<pre)(?=><code>[^<]*tensor\([^<]*\n[^<]*</code>)', r'\1 class="rows"', text)

def finish_page(page, site, address):
    text = page.read_text(encoding='utf-8')
    up = '../'*(len(page.relative_to(site).parts) - 1) or './'
    head, end, body = relative_links(text, up, address).partition('</head>')
    page.write_text(head_of(head) + end + rows_kept(body), encoding='utf-8')

def blocks(css):
    "The rules of a style sheet: what stands before the braces, and what in them; None where there are none"
    place, start, depth, prelude = 0, 0, 0, ''
    for found in re.finditer(r'/\*.*?\*/|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|url\([^"\')]*\)|[{};]', css, flags=re.DOTALL):
        mark, place = found[0], found.start()
        if mark == '{':
            if depth == 0: prelude, start = css[start:place], found.end()
            depth += 1
        elif mark == '}':
            depth -= 1
            if depth == 0: yield prelude, css[start:place]; start = found.end()
        elif mark == ';' and depth == 0: yield css[start:found.end()], None; start = found.end()

def is_used(selector, used):
    "Might a page have what the selector names, when each of its classes and ids must be among `used`?"
    names = re.findall(r'[.#](-?[A-Za-z_](?:[\w-]|\\.)*)', re.sub(r':not\([^)]*\)|\[[^\]]*\]', '', selector))
    return all(name.replace('\\', '') in used for name in names)

def only_used(css, used):
    "The rules of `css` that a page might need"
    kept = []
    for prelude, body in blocks(css):
        bare = re.sub(r'/\*.*?\*/', '', prelude, flags=re.DOTALL).strip()
        if body is None: kept.append(bare)
        elif bare.startswith(NESTED):
            inner = only_used(body, used)
            if inner: kept.append(f'{bare}{{{inner}}}')
        elif bare.startswith(KEPT): kept.append(f'{bare}{{{body}}}')
        else:
            selectors = [s for s in re.split(r',(?![^(\[]*[)\]])', bare) if is_used(s, used)]
            if selectors: kept.append(f'{",".join(selectors)}{{{body}}}')
    return ''.join(kept)

def names_used(site):
    "Each class and id of a page, and each word of a script"
    text = '\n'.join(page.read_text(encoding='utf-8') for page in pages_of(site))
    names = {name for value in re.findall(r'\b(?:class|id)="([^"]*)"', text) for name in value.split()}
    scripts = re.findall(r'<script\b[^>]*>(.*?)</script>', text, flags=re.DOTALL)
    scripts += [path.read_text(encoding='utf-8') for path in site.rglob('*.js')]
    return names | {word for script in scripts for word in re.findall(r'[\w-]+', script)}

def shrink_icons(folder, used):
    "Leave only those icons in the font that a page uses"
    from fontTools.subset import Options, Subsetter, load_font, save_font
    sheet, font = folder/'bootstrap-icons.css', folder/'bootstrap-icons.woff'
    if not sheet.exists(): return
    css = sheet.read_text(encoding='utf-8')
    codes = {name: int(code, 16) for name, code in re.findall(r'\.(bi-[\w-]+)::before\s*\{\s*content:\s*"\\([0-9a-f]+)"', css)}
    needed = [code for name, code in codes.items() if name in used]
    sheet.write_text(only_used(css, used), encoding='utf-8')
    options = Options(flavor='woff')
    loaded, subsetter = load_font(str(font), options), Subsetter(options)
    subsetter.populate(unicodes=needed)
    subsetter.subset(loaded)
    save_font(loaded, str(font), options)

def bare(name): return re.sub(r'^\d+_', '', name)

def name_markdown(site):
    "The Markdown of each page is called as its HTML is; where a page has none, links in it lead to the HTML"
    for path in site.rglob('[0-9]*_*.llms.md'): path.replace(path.with_name(bare(path.name)))
    for path in site.rglob('*.llms.md'):
        def link(found, folder=path.parent): return found[0] if (folder/f'{found[1]}.llms.md').exists() else f']({found[1]}.html'
        text = path.read_text(encoding='utf-8')
        path.write_text(re.sub(r'\]\((?!https?:)([^)\s#]*)\.llms\.md', link, text), encoding='utf-8')

def whole_index(text, site):
    "`llms.txt` with all pages in their order: the first page, the lessons, then folder after folder"
    nbs, pages = Path(__file__).parents[1]/'nbs', {}
    numbered = {path.with_name(bare(path.stem)).relative_to(nbs).as_posix(): path.relative_to(nbs).as_posix() for path in nbs.rglob('[0-9]*_*.ipynb')}
    for path in site.rglob('*.llms.md'):
        place, title = path.relative_to(site).as_posix(), re.search('^# (.*)', path.read_text(encoding='utf-8'), flags=re.MULTILINE)
        if title and place != '404.llms.md': pages[place] = f'- [{title[1]}]({published()}{place})\n'
    def rank(place): return place.count('/'), not place.startswith('index.'), numbered.get(place.removesuffix('.llms.md'), place)
    return re.sub('^- \\[.*\n?', '', text, flags=re.MULTILINE).rstrip() + '\n\n' + ''.join(pages[place] for place in sorted(pages, key=rank))

def finish(site):
    "Finish all pages in the folder `site`"
    address = published()
    for page in pages_of(site): finish_page(page, site, address)
    index = site/'llms.txt'
    if index.exists():
        name_markdown(site)
        index.write_text(whole_index(index.read_text(encoding='utf-8'), site), encoding='utf-8')
    folder = site/'site_libs'/'bootstrap'
    if not folder.exists(): return
    used = names_used(site)
    for sheet in folder.glob('bootstrap-*.min.css'): sheet.write_text(only_used(sheet.read_text(encoding='utf-8'), used), encoding='utf-8')
    shrink_icons(folder, used)

if __name__ == '__main__':
    folder = os.environ.get('QUARTO_PROJECT_OUTPUT_DIR') or ' '.join(sys.argv[1:])
    if not folder: sys.exit(__doc__)
    finish(Path(folder).absolute())
