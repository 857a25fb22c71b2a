"""Run the lessons as a learner does: each cell twice in a row, if it takes less than three seconds, and then the whole page again in the same kernel.

    python tools/twice.py [NOTEBOOK ...]

No run may end in an error, and no cell may say anything else than it did the first time. Cells that the tests skip are skipped
here too. Without an argument, all numbered lessons and the questionnaire are run.
"""
import os
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path

from execnb.nbio import read_nb
from execnb.shell import CaptureShell
from fastcore.xtras import working_directory
from lessons import is_lesson
from nbdev.config import get_config
from refresh import is_skipped

PATIENCE = 3  # seconds: what takes longer, hardly anybody runs twice in a row

def said(cell):
    "What a cell put out, without the addresses of objects"
    shown = [o.get('data', o.get('text')) for o in cell.outputs if o.get('name') != 'stderr']
    return re.sub(r' at 0x[0-9a-f]+', '', repr(shown))

def problems(path):
    "A line for each cell that fails, or says something else, when it is run again"
    os.environ['IN_TEST'] = '1'
    sys.path.insert(0, str(get_config().config_path))
    shell, skip_flags, found = CaptureShell(path), set(get_config().tst_flags.split()), []
    cells = [cell for cell in read_nb(path).cells if not is_skipped(cell, skip_flags)]
    first, seconds = {}, 0.
    with working_directory(path.parent):
        for again, cell in [(again, cell) for cell in cells for again in ('', 'run twice in a row')] + [('run with the page again', cell) for cell in cells]:
            if again == 'run twice in a row' and seconds > PATIENCE: continue
            cell.outputs, start = [], time.monotonic()
            shell.cell(cell)
            seconds = time.monotonic() - start
            name = f'{path.name}, cell {cell.idx_}, {again or "first run"}'
            if shell.exc: return [*found, f'{name}: {type(shell.exc).__name__}: {shell.exc}\n    {cell.source[:200]}']
            if first.setdefault(cell.idx_, said(cell)) != said(cell): found.append(f'{name}: says something else\n    {cell.source[:200]}')
    return found

def main():
    cfg = get_config()
    paths = [Path(name).absolute() for name in sys.argv[1:]] or [*filter(is_lesson, sorted(cfg.nbs_path.glob('*.ipynb'))), cfg.nbs_path/'questionnaire.ipynb']
    os.environ['OMP_NUM_THREADS'] = '1'
    context = get_context('forkserver' if 'forkserver' in get_all_start_methods() else 'spawn')
    context.set_forkserver_preload(['torch', 'execnb.shell'])  # a fresh process for each page, which need not import them again
    with ProcessPoolExecutor(os.cpu_count(), context, max_tasks_per_child=1) as pool:
        found = [line for lines in pool.map(problems, reversed(paths)) for line in lines]  # the later pages take longer
    print('\n'.join(found) or f'{len(paths)} pages say the same when they are run again')
    sys.exit(bool(found))

if __name__ == '__main__': main()
