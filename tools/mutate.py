"""Do the tests bite? Change the exported code in one small way after another, and see whether anybody notices.

    python tools/mutate.py [MODULE ...] [--jobs N]

A changed version of a module is called a mutant: another operator or number, a sign, a `not` or a transpose taken away, `=`
for `+=`, a statement or a guard dropped. For each mutant, a forked process imports the package with the changed module in its place, and
runs what holds the module to its claims: the proof of that name, and a workshop page's own cells. The mutant is killed when a
cell raises, or when it takes far longer than without the change; else it survives. Cells that the tests skip are skipped
here too; so is what depends on a clock, since a machine that is busy would kill mutants by accident. Sizes and widths in a
drawing are left alone: they are for the eye to judge.

Prints a row a module, and every survivor. Those in `survivors.toml` beside this file have a reason. The exit status is 1 if
fewer than 95 % are killed, or if a survivor has no reason. Needs a system that can fork; takes long, and is no part of the tests.
"""
import ast
import copy
import linecache
import multiprocessing as mp
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import tomllib
from execnb.nbio import read_nb
from nbdev.config import get_config
from nbdev.doclinks import nbglob
from nbdev.process import extract_directives
from refresh import is_skipped

ALSO = {'shapes': 'contract', 'idx': 'data', 'kernels': 'conv', 'contract_numpy': 'in_numpy', 'schedule': 'optim',
        'blank': 'exercises', 'diagnosis': 'exercises'} # proofs that hold another module to its claims as well
REASONS = Path(__file__).with_name('survivors.toml')
GOAL = .95
MEMORY = 24*2**30 # address space of a mutant, in bytes: torch alone maps several GiB
CLOCKS = {'perf_counter', 'process_time', 'monotonic', 'Timer', 'timeit'}
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
             ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.MatMult: ast.Mult}
COMPARISONS = {ast.Lt: [ast.LtE, ast.GtE], ast.LtE: [ast.Lt, ast.Gt], ast.Gt: [ast.GtE, ast.LtE], ast.GtE: [ast.Gt, ast.Lt],
               ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.In: [ast.NotIn], ast.NotIn: [ast.In],
               ast.Is: [ast.IsNot], ast.IsNot: [ast.Is]}
FOR_THE_EYE = {'fontsize', 'labelsize', 'linewidth', 'linewidths', 'lw', 'markersize', 'frameon', 'handlelength', 'bbox_to_anchor', 'size',
               'width_ratios', 'height_ratios', 'wspace', 'hspace', 'pad', 'labelpad', 'alpha', 'zorder', 'dpi', 'ncols', 'rotation',
               'steps', 'leave', 'indent'} # options of what is shown
GUARDS = {'checked', 'unwritten'}
TRANSPOSES = {'t', 'transpose', 'movedim', 'swapaxes', 'permute'}
SIMPLE = ast.Expr | ast.Assign | ast.AugAssign | ast.Return | ast.Raise | ast.Delete

class Mutant(NamedTuple):
    "A changed cell, and what was changed where"
    symbol: str
    line: int   # counted from the top of the cell
    before: str # that line
    after: str  # what became of it
    source: str # the cell, changed

# ---- What can be changed

def swapped(node, **fields):
    "The code of `node` with some of its fields replaced"
    new = copy.copy(node)
    for name, value in fields.items(): setattr(new, name, value)
    return ast.unparse(ast.fix_missing_locations(new))

def changed_comparison(node):
    "Each operator of a chain of comparisons replaced by its neighbour and by its opposite"
    for i, op in enumerate(node.ops):
        for other in COMPARISONS[type(op)]: yield swapped(node, ops=node.ops[:i] + [other()] + node.ops[i + 1:])

def changed_expression(node):
    "The code of all mutants of one expression, without those of its parts"
    match node:
        case ast.BinOp(op=op): yield swapped(node, op=OPERATORS[type(op)]()) if type(op) in OPERATORS else ast.unparse(node.left)
        case ast.Compare(): yield from changed_comparison(node)
        case ast.BoolOp(op=op): yield swapped(node, op=ast.And() if isinstance(op, ast.Or) else ast.Or())
        case ast.UnaryOp(op=ast.USub() | ast.Not()): yield ast.unparse(node.operand)
        case ast.Constant(value=bool() as value): yield str(not value)
        case ast.Constant(value=int() | float() as value): yield repr(value + 1)
        case ast.Attribute(attr='T' | 'mT'): yield ast.unparse(node.value)
        case ast.Call(func=ast.Attribute(attr=name)) if name in TRANSPOSES: yield ast.unparse(node.func.value)

def changed_condition(node):
    "A condition that is a mere name or call, turned into its opposite"
    test = getattr(node, 'test', None)
    if test is not None and not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp): yield test, f'not {ast.unparse(test)}'

def changed_statement(node):
    "The code of all mutants of one statement, without those of its expressions"
    if isinstance(node, ast.AugAssign):
        yield f'{ast.unparse(node.target)} = {ast.unparse(node.value)}'
        if type(node.op) in OPERATORS: yield swapped(node, op=OPERATORS[type(node.op)]())
    yield f'pass # not: {ast.unparse(node)}'

def changed_guards(node):
    "Each guard of a function taken away: a whole decorator, and each of the needs in its brackets"
    for guard in getattr(node, 'decorator_list', []):
        call = guard if isinstance(guard, ast.Call) else None
        if getattr(call.func if call else guard, 'id', '') not in GUARDS: continue
        yield guard, '(lambda f: f)'
        for need in call.args if call else []: yield guard, swapped(call, args=[other for other in call.args if other is not need])

def is_text(node):
    "Is `node` a docstring or another lone constant?"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)

def parts(node):
    "What may be changed below `node`: no annotation, no text, nothing of an exception that is raised, no option for the eye"
    if isinstance(node, ast.Raise | ast.JoinedStr | ast.Import | ast.ImportFrom): return
    for field, value in ast.iter_fields(node):
        if field in ('annotation', 'returns', 'decorator_list'): continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST) and not is_text(part) and getattr(part, 'arg', None) not in FOR_THE_EYE: yield part

def changes(node, symbol, in_function=False) -> Iterator[tuple]:
    "Triples of symbol, part of the syntax tree and code to replace it, for `node` and all below"
    if isinstance(node, ast.FunctionDef | ast.ClassDef): symbol = f'{symbol}.{node.name}'
    in_function = in_function or isinstance(node, ast.FunctionDef)
    if in_function and isinstance(node, SIMPLE):
        for code in changed_statement(node): yield symbol, node, code
    for code in changed_expression(node): yield symbol, node, f'({code})'
    for guard, code in changed_guards(node): yield symbol, guard, code
    for part, code in changed_condition(node): yield symbol, part, f'({code})'
    for part in parts(node): yield from changes(part, symbol, in_function)

def replaced(source, node, code):
    "The text `source` with `code` in the place of `node`; comments elsewhere stay, as they are read by the command's help"
    lines = source.encode().splitlines(True) # columns are counted in bytes
    start = sum(map(len, lines[:node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[:node.end_lineno - 1])) + node.end_col_offset
    whole = b''.join(lines)
    return (whole[:start] + code.encode() + whole[end:]).decode()

def mutants(source, module):
    "Every mutant of one exported cell"
    for symbol, node, code in changes(ast.parse(source), module):
        new = replaced(source, node, code)
        before, after = (text.splitlines()[node.lineno - 1].strip() for text in (source, new))
        yield Mutant(symbol, node.lineno, before, after, new)

# ---- The cells of a notebook

def names_read(node):
    "The names that a statement reads from outside, which the targets of its loops are not"
    targets = {n.id for loop in ast.walk(node) if isinstance(loop, ast.For | ast.comprehension)
               for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)} - targets

def reads_clock(node):
    "Does a statement read a clock by its full name, such as `time.perf_counter`?"
    return any(isinstance(n, ast.Attribute) and n.attr in CLOCKS for n in ast.walk(node))

def names_bound(node):
    "The names that a statement leaves behind: not what is local to a function or a comprehension; `a[i] = …` binds a"
    if isinstance(node, ast.FunctionDef | ast.ClassDef): return {node.name}
    if isinstance(node, ast.Lambda | ast.comprehension): return set()
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name): return {node.value.id}
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store): return {node.id}
    return set().union(*map(names_bound, ast.iter_child_nodes(node)))

def text_of(source, node):
    "The text of a statement, with its decorators"
    first = min([node.lineno, *(d.lineno for d in getattr(node, 'decorator_list', []))])
    if first == node.lineno: return ast.get_source_segment(source, node)
    return '\n'.join(source.splitlines()[first - 1:node.end_lineno])

def without_clocks(source, timed):
    "`source` without the statements that use a name in `timed`, to which what they bind is added; what the others bind is removed"
    kept = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.module == 'timeit': timed |= {alias.name for alias in node.names}
        if names_read(node) & timed or reads_clock(node): timed |= names_bound(node)
        else:
            kept.append(text_of(source, node))
            timed -= names_bound(node)
    return '\n'.join(kept)

def directives_of(cell): return extract_directives(cell, remove=False) if cell.cell_type == 'code' else {}

def is_exported(cell): return bool({'export', 'exports', 'exporti'} & directives_of(cell).keys())

def exported_cells(path):
    "The sources of the exported cells, without their directives, as the module has them"
    return [re.sub(r'^#\|.*\n', '', cell.source, flags=re.MULTILINE).strip() for cell in read_nb(path).cells if is_exported(cell)]

def evidence(path, change=('', '')):
    "The cells of a notebook that its tests run, without what depends on a clock, and with one exported cell changed"
    timed, skip_flags, cells = set(CLOCKS), set(get_config().tst_flags.split()), []
    for cell in read_nb(path).cells:
        if not is_skipped(cell, skip_flags):
            cells.append(cell.source.replace(*change) if is_exported(cell) else without_clocks(cell.source, timed))
    return cells

def module_of(path):
    "The name of the module that a notebook exports, or None"
    return next((name for cell in read_nb(path).cells for name in directives_of(cell).get('default_exp', [])), None)

def pages_for(module, path):
    "The notebooks that hold a module to its claims"
    proofs = [p for p in sorted(path.parents[path.parent.name == 'workshop'].glob('proofs/*.ipynb'))
              if re.sub(r'^\d+_', '', p.stem) in (module, ALSO.get(module))]
    return proofs + [path]*(path.parent.name == 'workshop')

# ---- Running them

def execute(source, name, namespace):
    "Run a cell; its text stays known under `name`, for whoever asks for the source of a function"
    linecache.cache[name] = len(source), None, source.splitlines(True), name
    exec(compile(source, name, 'exec'), namespace)

def error_file():
    "Where a process that ends with an error says why: beside the folder for temporary files"
    return Path(tempfile.gettempdir()).with_name('error')

def install(module, source):
    "Let `foundations.module` be what `source` makes"
    name = f'{get_config().lib_path.name}.{module}'
    changed = sys.modules[name] = ModuleType(name)
    changed.__file__, changed.__package__ = str(get_config().lib_path/f'{module}.py'), get_config().lib_path.name
    execute(source, changed.__file__, vars(changed))
    setattr(import_module(get_config().lib_path.name), module, changed)

def run_all(module, source, notebooks, seconds):
    "Run the cells of the notebooks with the changed module, in this process, which ends with status 0 if none raises"
    os.setsid() # to be found, with whatever it starts
    signal.setitimer(signal.ITIMER_REAL, seconds) # nobody handles the alarm, so it ends the process
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        install(module, source)
        for folder, cells in notebooks:
            os.chdir(folder)
            main = sys.modules['__main__'] = ModuleType('__main__')
            for i, cell in enumerate(cells): execute(cell, f'<cell {i}>', vars(main))
    except BaseException:
        with open(error_file(), 'w', encoding='utf-8') as f: traceback.print_exc(file=f)
        os._exit(1)
    os._exit(0)

def survives(module, source, notebooks, seconds):
    "Do the cells run to the end in a forked process? What it leaves behind in the folder for temporary files is removed"
    child = os.fork()
    if not child: run_all(module, source, notebooks, seconds)
    status = os.waitpid(child, 0)[1]
    try: os.killpg(child, signal.SIGKILL)
    except ProcessLookupError: pass
    scratch = Path(tempfile.gettempdir())
    shutil.rmtree(scratch)
    scratch.mkdir()
    return status == 0

def start_quietly(scratch):
    "Prepare this process: no output, one thread, temporary files below `scratch`, and what takes long to import"
    for name in ('torch', 'hypothesis', 'matplotlib.pyplot', 'safetensors.torch', 'tqdm'): import_module(name)
    import_module('torch').set_num_threads(1) # threads do not survive a fork
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2): os.dup2(nowhere, stream)
    os.environ |= {'MPLBACKEND': 'agg', 'IN_TEST': '1', 'TMPDIR': str(scratch)}
    tempfile.tempdir = str(scratch)
    scratch.mkdir()
    sys.path.insert(0, str(get_config().config_path))

def try_mutants(path, module, shard, n_shards):
    "Every `n_shards`-th mutant, as pairs of mutant and whether it survived"
    whole, pages, tried = (get_config().lib_path/f'{module}.py').read_text(encoding='utf-8'), pages_for(module, path), []
    start = time.perf_counter()
    if not survives(module, whole, [(p.parent, evidence(p)) for p in pages], 3600):
        raise RuntimeError(f'{module} fails without any change: {error_file().read_text()}')
    seconds = 10 + 3*(time.perf_counter() - start)
    found = [(cell, mutant) for cell in exported_cells(path) if cell in whole for mutant in mutants(cell, module)]
    for cell, mutant in found[shard::n_shards]:
        notebooks = [(p.parent, evidence(p, (cell, mutant.source))) for p in pages]
        tried.append((mutant, survives(module, whole.replace(cell, mutant.source), notebooks, seconds)))
    return tried

def run_shard(path, shard, n_shards):
    "What becomes of a share of the mutants of a notebook; to be called in a fresh process"
    with tempfile.TemporaryDirectory() as folder:
        start_quietly(Path(folder).resolve()/'tmp')
        try: return try_mutants(path, module_of(path), shard, n_shards)
        finally: os.chdir(path.parent)

# ---- The report

def reason_for(mutant, reasons):
    "Why a mutant may live: the entry of its symbol whose key is the changed line, with `…` for any text; or None"
    for pattern, reason in reasons.get(mutant.symbol, {}).items():
        if re.fullmatch('.*'.join(map(re.escape, pattern.split('…'))), mutant.after): return reason

def report(path, tried, reasons):
    "Print the row of a notebook and its survivors; how many were made and killed, and how many have no reason"
    alive = sorted((mutant for mutant, survived in tried if survived), key=lambda m: (m.symbol, m.line))
    made, killed, unexplained = len(tried), len(tried) - len(alive), 0
    print(f'{module_of(path):20} {made:6} {killed:7} {len(alive):9} {killed/max(made, 1):7.1%}')
    for m in alive:
        reason = reason_for(m, reasons)
        unexplained += reason is None
        print(f'\n    {m.symbol}, line {m.line}\n    - {m.before}\n    + {m.after}\n    {reason or "NO REASON GIVEN"}')
    sys.stdout.flush()
    return made, killed, unexplained

def main():
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('modules', nargs='*')
    parser.add_argument('--jobs', type=int, default=os.cpu_count(), help='processes at a time (default: as many as cores)')
    args, reasons = parser.parse_args(), tomllib.loads(REASONS.read_text(encoding='utf-8'))
    paths = [p for p in sorted(nbglob(as_path=True)) if module_of(p) and (not args.modules or module_of(p) in args.modules)]
    print(f'{"module":20} {"made":>6} {"killed":>7} {"survived":>9}')
    totals = []
    with ProcessPoolExecutor(args.jobs, mp.get_context('spawn'), max_tasks_per_child=1) as pool:
        runs = {p: [pool.submit(run_shard, p, i, args.jobs) for i in range(args.jobs)] for p in paths}
        for path, shards in runs.items():
            totals.append(report(path, [pair for shard in shards for pair in shard.result()], reasons))
    made, killed, unexplained = map(sum, zip(*totals))
    print(f'\n{"all":20} {made:6} {killed:7} {made - killed:9} {killed/made:7.1%}, {unexplained} survivors without a reason')
    sys.exit(killed < GOAL*made or unexplained > 0)

if __name__ == '__main__': main()
