"""Write README.md from `nbs/index.ipynb`, and CONTRIBUTING.md from `nbs/contributing.ipynb`, without Quarto.

    python tools/readme.py

nbdev's own filters process the notebook; its Markdown and stored outputs are then written out as they are. Both
notebooks keep to plain Markdown (no callouts, attributes or shortcodes), so `nbdev_readme` with Quarto says the same.
"""
import re

from execnb.nbio import read_nb
from nbdev.config import get_config
from nbdev.processors import FilterDefaults

TARGETS = {'index.ipynb': 'README.md', 'contributing.ipynb': 'CONTRIBUTING.md'}

def output_text(output):
    "The plain text of one stored output, as an indented block"
    if output.output_type == 'error': raise ValueError(f'a stored error: {output.evalue}')
    text = output.text if 'text' in output else output.data['text/plain']
    return '\n'.join('    ' + line for line in ''.join(text).rstrip().splitlines())

def cell_text(cell):
    "One processed cell as Markdown"
    if cell.cell_type != 'code': return cell.source
    code = re.sub(r'^#\|.*\n', '', cell.source, flags=re.MULTILINE).strip()
    blocks = [f'```python\n{code}\n```'] + [output_text(o) for o in cell.get('outputs', [])]
    return '\n\n'.join(blocks)

def main():
    cfg = get_config()
    for name, target in TARGETS.items():
        path = cfg.nbs_path/name
        if not path.exists(): continue
        nb = read_nb(path)
        FilterDefaults()(nb)
        cells = [f'# {nb.frontmatter_["title"]}'] + [cell_text(c) for c in nb.cells if c.cell_type in ('markdown', 'code') and c.source.strip()]
        text = re.sub(r'\]\(((?:\w+/)?\w+\.ipynb|images/)', r'](nbs/\1', '\n\n'.join(cells))   # from the repository's top level
        for notebook, written in TARGETS.items(): text = text.replace(f'](nbs/{notebook}', f']({written}')
        (cfg.config_path/target).write_text(text + '\n', encoding='utf-8')
        print(target)

if __name__ == '__main__': main()
