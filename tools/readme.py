"""Write README.md from `nbs/index.ipynb`, and CONTRIBUTING.md from `nbs/contributing.ipynb`.

    python tools/readme.py

nbdev's own filters process the notebook; its Markdown and stored outputs are then written out as they are. README.md is
also what PyPI shows, where there is no repository around it: its links and pictures have whole addresses. nbdev itself
writes neither file (`readme_nb` and `contributing_nb` in settings.ini lead nowhere): what Quarto makes of them is right only on the site.
"""
import re

from execnb.nbio import read_nb
from front import CARDS, table
from nbdev.config import get_config
from nbdev.processors import FilterDefaults

TARGETS = {'index.ipynb': 'README.md', 'contributing.ipynb': 'CONTRIBUTING.md'}
FILES = TARGETS | {'changes.qmd': 'CHANGELOG.md'} # pages that are files of the top level as well

def output_text(output):
    "The plain text of one stored output, as an indented block"
    if output.output_type == 'error': raise ValueError(f'a stored error: {output.evalue}')
    text = output.text if 'text' in output else output.data['text/plain']
    return '\n'.join('    ' + line for line in ''.join(text).rstrip().splitlines())

def cell_text(cell):
    "One processed cell as Markdown; the cards of the first page as tables"
    if cell.get('id') == CARDS: return table()
    if cell.cell_type != 'code': return re.sub(r'^:::.*\n?|\{\.[^}]*\}', '', cell.source, flags=re.MULTILINE)
    code = re.sub(r'^#\|.*\n', '', cell.source, flags=re.MULTILINE).strip()
    blocks = [f'```python\n{code}\n```'] + [output_text(o) for o in cell.get('outputs', [])]
    return '\n\n'.join(blocks)

def from_top(text, cfg):
    "Links as they lead from the top level of the repository"
    for page, file in FILES.items(): text = text.replace(f']({page})', f']({file})')
    return re.sub(r'\]\(((?:\w+/)?\w+\.(?:ipynb|qmd)|images/)', rf']({cfg.nbs_path.name}/\1', text)

def from_anywhere(text, cfg):
    "Links as they lead from any place: to the pages of the site, to pictures and other files of the repository"
    site, files = f'{cfg.doc_host}{cfg.doc_baseurl}', f'{cfg.git_url}/blob/{cfg.branch}'
    raw = f'https://raw.githubusercontent.com/{cfg.user}/{cfg.repo}/{cfg.branch}/{cfg.nbs_path.name}'
    for page, file in FILES.items(): text = text.replace(f']({page})', f']({files}/{file})')
    text = re.sub(r'\]\(images/', f']({raw}/images/', text)
    text = re.sub(r'\]\(((?:\w+/)?)(?:\d+_)?(\w+)\.(?:ipynb|qmd|html)', rf']({site}/\1\2.html', text)
    return text

def main():
    cfg = get_config()
    for name, target in TARGETS.items():
        path = cfg.nbs_path/name
        nb = read_nb(path)
        FilterDefaults()(nb)
        cells = [cell_text(c) for c in nb.cells if c.cell_type in ('markdown', 'code') and c.source.strip()]
        text = '\n\n'.join([f'# {nb.frontmatter_["title"]}', *cells])
        lead = from_anywhere if target == 'README.md' else from_top
        (cfg.config_path/target).write_text(re.sub(r'\n{3,}', '\n\n', lead(text, cfg)) + '\n', encoding='utf-8')
        print(target)

if __name__ == '__main__': main()
