"""Write the pages with exercises from the blanks, and say which lesson does not lead to its own.

    python tools/exercises.py

A cell that has not changed keeps its output; new ones are run by `python tools/refresh.py nbs/exercises/*.ipynb`. Run again, it
changes nothing.
"""
import hashlib
import json
import sys

from execnb.nbio import read_nb, write_nb
from nbdev.clean import clean_nb
from nbdev.config import get_config

from foundations.exercises import LESSONS, blanks_of
from foundations.sheets import as_notebook, sheet

def with_ids(cells):
    "Cells named after their content, so that a change of one does not change the others"
    for i, cell in enumerate(cells): cell['id'] = hashlib.sha1(f'{cell["source"]}{[c["source"] for c in cells[:i]].count(cell["source"])}'.encode()).hexdigest()[:8]
    return cells

def write_page(path, page):
    "Write the page of a lesson, with the cells for Colab and the outputs that it has"
    old = read_nb(path).cells if path.exists() else []
    outputs = {cell.source: cell.outputs for cell in old if cell.cell_type == 'code'}
    first, *others = with_ids(sheet(page, f'../{page}.ipynb'))
    first['source'] += '\n- skip_showdoc: true'
    for cell in others:
        if cell['cell_type'] == 'code': cell['outputs'] = outputs.get(cell['source'], [])
    for_colab = [cell for cell in old if cell.get('id', '').startswith('colab-')]
    path.write_text(json.dumps(dict(as_notebook([]), cells=[first, *for_colab, *others], metadata={})), encoding='utf-8')
    nb = read_nb(path)
    clean_nb(nb)
    write_nb(nb, path)

def list_pages(path):
    "Write a link to each page, with its number of exercises, between two comments of a file"
    links = [f'- [{title}]({page}.ipynb): {len(blanks_of(page[3:]))}' for page, title in LESSONS.items()]
    before, rest = path.read_text(encoding='utf-8').split('<!-- pages -->\n')
    after = rest.split('<!-- end of pages -->')[1]
    path.write_text('\n'.join([f'{before}<!-- pages -->', '::: {.pages}', *links, ':::', f'<!-- end of pages -->{after}']), encoding='utf-8')

def unlinked(cfg, page):
    "The blanks that the lesson does not lead to"
    text = (cfg.nbs_path/f'{page}.ipynb').read_text(encoding='utf-8')
    return [blank.name for blank in blanks_of(page[3:]) if f'exercises/{page}.ipynb#{blank.name.lower()}' not in text]

if __name__ == '__main__':
    cfg = get_config()
    (cfg.nbs_path/'exercises').mkdir(exist_ok=True)
    for page in LESSONS: write_page(cfg.nbs_path/'exercises'/f'{page}.ipynb', page)
    list_pages(cfg.nbs_path/'exercises'/'index.qmd')
    missing = {page: names for page in LESSONS if (names := unlinked(cfg, page))}
    for page, names in missing.items(): print(f'{page} has no link to the exercises {", ".join(names)}')
    print(f'{sum(len(blanks_of(page[3:])) for page in LESSONS)} exercises on {len(LESSONS)} pages')
    sys.exit(bool(missing))
