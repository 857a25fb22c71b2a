"""Run the notebooks and store their outputs in place, as the tests run them: each in a fresh process.

    python tools/refresh.py [NOTEBOOK ...] [--timed]

Cells that the tests skip keep the outputs that they have; `--timed` runs those marked `#| notest` as well, which
measure times and so come out differently on every run. A run without it uses one thread, so that no sum depends on the
number of cores; where no code has changed, it changes nothing.
"""
import multiprocessing as mp
import os
import sys
from pathlib import Path

from execnb.nbio import read_nb, write_nb
from execnb.shell import CaptureShell
from fastcore.xtras import working_directory
from nbdev.clean import clean_nb
from nbdev.config import get_config
from nbdev.doclinks import nbglob
from nbdev.process import extract_directives

def is_skipped(cell, skip_flags):
    "Would the tests leave out this cell?"
    directives = extract_directives(cell, remove=False)
    return cell.cell_type != 'code' or directives.get('eval:') == ['false'] or bool(skip_flags & directives.keys())

def refresh(path, skip_flags):
    "Execute the notebook at `path`, and write it back with its new outputs"
    os.environ['IN_TEST'] = '1'
    nb, shell = read_nb(path), CaptureShell(path)
    sys.path.insert(0, str(get_config().config_path))
    with working_directory(path.parent):
        for cell in nb.cells:
            if is_skipped(cell, skip_flags): continue
            cell.outputs = []
            shell.cell(cell)
            if shell.exc: sys.exit(f'{shell.prettytb(fname=path)}\n{path.name} failed and was not changed')
    clean_nb(nb)
    write_nb(nb, path)
    print(path.name)

if __name__ == '__main__':
    names = [arg for arg in sys.argv[1:] if arg != '--timed']
    skip_flags = set(get_config().tst_flags.split()) - ({'notest'} if '--timed' in sys.argv else set())
    if 'notest' in skip_flags: os.environ['OMP_NUM_THREADS'] = '1'
    failed = False
    for path in sorted([Path(n).absolute() for n in names] or nbglob(as_path=True)):
        process = mp.get_context('spawn').Process(target=refresh, args=(path, skip_flags))
        process.start(); process.join()
        failed = failed or process.exitcode != 0
    sys.exit(failed)
