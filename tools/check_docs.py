"""Check what the notebooks and their modules owe to the site: every notebook stands in the sidebar, no stored output is an
error that nobody expected, every caption can be read, every exported function and class has a docstring, is shown on its page
and links to its source, a name that a page explains does not lead away from it, and former addresses still lead to their pages.

    python tools/check_docs.py FOLDER

FOLDER is the rendered site.
"""
import ast
import inspect
import re
import sys
from importlib import import_module
from pathlib import Path

import yaml
from execnb.nbio import read_nb
from nbdev.config import get_config
from nbdev.doclinks import nbglob
from nbdev.process import extract_directives

DOCS = 'foundations.docs' # its page shows a symbol of another module, as an example

def sidebar_pages(entry):
    "Every page that is named in `entry` of the sidebar, at any depth"
    if isinstance(entry, str): return [entry]
    if isinstance(entry, list): return [page for e in entry for page in sidebar_pages(e)]
    return sidebar_pages(entry.get('href', [])) + sidebar_pages(entry.get('contents', []))

def is_unpublished(path):
    "Does the notebook hold answers to exercises, which are no page of the site?"
    return path.parent.name == 'blanks'

def config_problems(cfg, notebooks):
    "A line for each notebook that the sidebar lacks, and for a version in the footer that is not the package's"
    website = yaml.safe_load((cfg.config_path/'_quarto.yml').read_text(encoding='utf-8'))['website']
    pages = sidebar_pages(website['sidebar'])
    for path in notebooks:
        place = path.relative_to(cfg.nbs_path).as_posix()
        if place not in pages and not is_unpublished(path): yield f'_quarto.yml: {place} is missing from the sidebar'
    if cfg.version not in website['page-footer']['left']: yield f'_quarto.yml: the footer does not say version {cfg.version}'
    if f'\nversion: {cfg.version}\n' not in (cfg.config_path/'CITATION.cff').read_text(encoding='utf-8'): yield f'CITATION.cff: does not say version {cfg.version}'

def stored_errors(path):
    "A line for each stored traceback in a cell that the tests run"
    for number, cell in enumerate(read_nb(path).cells):
        is_shown_on_purpose = extract_directives(cell, remove=False).get('eval:') == ['false']
        if is_shown_on_purpose: continue
        for output in cell.get('outputs', []):
            if output.output_type == 'error': yield f'{path.name}: cell {number} has a stored {output.ename}'

def unreadable_captions(path):
    "A line for each caption or description that is no YAML, such as one with a colon and without quotes: Quarto stops there"
    for number, cell in enumerate(read_nb(path).cells):
        for line in re.findall(r'^#\| *((?:fig|tbl)-\w+:.*|code-summary:.*)', cell.source if cell.cell_type == 'code' else '', flags=re.MULTILINE):
            try: yaml.safe_load(line)
            except yaml.YAMLError as e: yield f'{path.name}: cell {number}: put it in quotes: {line[:60]}… ({e.problem})'

def hidden_imports(path):
    "A line for each import inside of other code: nbdev runs such a cell when it makes the page, and does not run those before it"
    for number, cell in enumerate(read_nb(path).cells):
        directives = extract_directives(cell, remove=False)
        if cell.cell_type != 'code' or {'export', 'exports', 'exporti'} & directives.keys() or directives.get('eval:') == ['false']: continue
        try: tree = ast.parse('\n'.join(line for line in cell.source.splitlines() if not line.startswith(('%', '!'))))
        except SyntaxError: continue
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        only_defines = all(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom) for node in tree.body)
        if set(imports) - set(tree.body) and not only_defines: yield f'{path.name}: cell {number} imports inside of other code, which nbdev runs when it makes the page'

def api_problems(module, page):
    "A line for each function and class of `module` without a docstring, or without a place on its `page`"
    text = page.read_text(encoding='utf-8') if page.exists() else ''
    for name in module.__all__:
        symbol = getattr(module, name)
        is_own = getattr(symbol, '__module__', '') == module.__name__
        if not is_own or not (inspect.isfunction(symbol) or inspect.isclass(symbol)): continue
        if f'id="{name.lower()}"' not in text: yield f'{page.name}: {name} is not shown'
        if not inspect.getdoc(symbol): yield f'{module.__name__}.{name}: no docstring'

def link_problems(module, page):
    "A line for each link to the source that leads elsewhere, and for each link on one of the module's own names that leaves the `page`"
    text = page.read_text(encoding='utf-8') if page.exists() else ''
    lines = (Path(module.__file__).read_text(encoding='utf-8') + '\n').splitlines()
    found = re.findall(r'href="[^"]*/(\w+)\.py#L(\d+)"[^>]*>(\w+)<', text)
    for file, line, name in found:
        is_right = module.__name__.endswith(f'.{file}') and re.match(rf'(def|class) {name}\b', lines[int(line) - 1])
        if not is_right and module.__name__ != DOCS: yield f'{page.name}: the link to the source of {name} leads to {file}.py, line {line}'
    defined = set(re.findall(r'^(?:def|class) ([^\W_]\w*)', '\n'.join(lines), flags=re.MULTILINE))
    for name in defined - {name for *_, name in found}: yield f'{page.name}: {name} has no link to its source'
    for target, name in re.findall(r'href="([^"]*)"[^>]*><code>(\w+)</code>', text):
        if name in defined and not re.search(rf'{page.name}#{name.lower()}(-\d)?$', target): yield f'{page.name}: {name} leads to {target}'

def lost_text(path):
    "A line if the first cell holds more than title, description and settings: nbdev drops the rest"
    rest = re.sub(r'\A# .*\n\n> .*(?:\n- .*)*', '', read_nb(path).cells[0].source)
    if rest.strip(): yield f'{path.name}: text below the description needs a cell of its own: {rest.strip()[:40]}…'

def redirect_problems(site, path):
    "A line for each former address of a page that does not lead to it any more; only Quarto makes such pages"
    if not (site/'site_libs'/'quarto-nav').exists(): return
    for former in re.findall(r'- aliases: \[/([^\]]+)\]', path.read_text(encoding='utf-8')):
        if not (site/former).exists(): yield f'{path.name}: {former} does not lead to it'

def problems(site):
    "A line for everything that is wrong"
    cfg = get_config()
    notebooks = sorted(nbglob(as_path=True))
    yield from config_problems(cfg, notebooks)
    for path in notebooks:
        yield from stored_errors(path)
        yield from lost_text(path)
        yield from unreadable_captions(path)
        yield from hidden_imports(path)
        yield from redirect_problems(site, path)
        exported = re.search(r'#\| default_exp (\w+)', path.read_text(encoding='utf-8'))
        page = site/path.parent.relative_to(cfg.nbs_path)/(re.sub(r'^\d+_', '', path.stem) + '.html')
        if not exported or is_unpublished(path): continue
        module = import_module(f'{cfg.lib_path.name}.{exported[1]}')
        yield from api_problems(module, page)
        yield from link_problems(module, page)

if __name__ == '__main__':
    if len(sys.argv) != 2: sys.exit(__doc__)
    found = list(problems(Path(sys.argv[1])))
    print('\n'.join(found) or 'all pages and symbols are documented')
    sys.exit(bool(found))
