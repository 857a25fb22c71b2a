"""Give every page its link that opens it in Colab, with the time that a lesson takes to read, and the cell that installs the package there.

    python tools/colab.py [NOTEBOOK ...]

Both cells are made from `settings.ini` and from the page itself, so that nobody writes them by hand. Run again, it changes nothing.
"""
import sys
from pathlib import Path

from execnb.nbio import mk_cell, read_nb, write_nb
from lessons import is_lesson, measure, minutes
from nbdev.clean import clean_nb
from nbdev.config import get_config
from nbdev.doclinks import nbglob
from readme import TARGETS

BADGE, INSTALL = 'colab-badge', 'colab-install'
HOURS = {'06_layerfunction': '05_layers', '07_module': '05_layers', '08_data': '09_train', '11_kernels': '10_hidden', '12_conv': '10_hidden'} # lessons that share the slides of an hour

def colab_cells(cfg, path):
    "The two cells for the notebook at `path`"
    needs = f'"{cfg.lib_name}[dev] ' if 'from nbdev' in path.read_text(encoding='utf-8') else f'"{cfg.lib_name}[lessons] '
    place = path.relative_to(cfg.nbs_path)
    url = f'https://colab.research.google.com/github/{cfg.user}/{cfg.repo}/blob/{cfg.branch}/{cfg.nbs_path.name}/{place.as_posix()}'
    beside = f'{minutes(measure(path)[0])} minutes to read' if is_lesson(path) else 'to run it yourself'
    hour = HOURS.get(path.stem, path.stem)
    slides = f', [slides](teach/slides/{hour}.ipynb) for a class' if is_lesson(path) and (cfg.nbs_path/'teach'/'slides'/f'{hour}.ipynb').exists() else ''
    badge = mk_cell(f'[Open in Colab]({url}) {beside}{slides}', 'markdown', id=BADGE)
    install = mk_cell('#| hide\n#| eval: false\n'
                      'from importlib.util import find_spec\n'
                      f"if not find_spec('{cfg.lib_path.name}'): # so that a machine without the package can run what follows\n"
                      f"    get_ipython().run_line_magic('pip', 'install -q {needs}@ git+{cfg.git_url}\"')",
                      id=INSTALL)
    return [badge, install]

def main():
    cfg = get_config()
    for path in [Path(name).absolute() for name in sys.argv[1:]] or nbglob(as_path=True):
        if path.name in TARGETS or path.parent.name == 'slides': continue # a slide of its own it would be
        nb = read_nb(path)
        cells = [cell for cell in nb.cells if cell.get('id') not in (BADGE, INSTALL)]
        has_code = any(cell.cell_type == 'code' for cell in cells)
        nb.cells = cells[:1] + (colab_cells(cfg, path) if has_code else []) + cells[1:]
        clean_nb(nb)
        write_nb(nb, path)

if __name__ == '__main__': main()
