"""Hold each lesson against the limits of the house style, and say how long it takes to read.

    python tools/lessons.py [--list]

A lesson is a numbered notebook directly in `nbs/`. Its figures:

    words   of prose, without code, equations, link targets and HTML
    code    lines that a reader sees: not blank, no directive, not hidden, and not folded as a solution
    minutes words/200 + code/6
    shows   share of the visible cells which define and import nothing that end in an output
    pics    pictures
    before  lines of visible code before the first output or picture
    guards  lines of exported code that only refuse input
    wide    lines of more than 88 characters
    errors  cells that show an error

`--list` names the places. The exit status is 1 where a lesson breaks a limit, or where all up to `module` together do.
"""
import ast
import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

AT_MOST = dict(words=1600, code=120, before=12, guards=0, wide=0, errors=2)
AT_LEAST = dict(shows=.66, pics=3)
FIRST_PART = dict(words=10_000, code=800) # all lessons up to this one together
LAST_OF_FIRST_PART = 'module'

class Cell(NamedTuple):
    "A code cell: its lines without directives, its directives, what it put out"
    code: list
    flags: dict
    outputs: list

    @property
    def source(self): return '\n'.join(line for line in self.code if not line.lstrip().startswith(('%', '!')))
    @property
    def tree(self):
        try: return ast.parse(self.source)
        except SyntaxError: return ast.parse('')
    @property
    def is_exported(self): return bool({'export', 'exports', 'exporti'} & self.flags.keys())
    @property
    def is_hidden(self):
        hides = self.flags.get('echo') == 'false' and 'export' in self.flags
        return not self.code or hides or 'hide' in self.flags or 'default_exp' in self.flags or self.flags.get('include') == 'false'
    @property
    def is_folded(self): return self.flags.get('code-fold', '').strip() in ('true', 'show')
    @property
    def is_solution(self): return self.is_folded and 'solution' in self.flags.get('code-summary', '').lower()
    @property
    def only_defines(self):
        return self.is_exported or all(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom) for node in self.tree.body)

def is_lesson(path):
    "Is it a numbered notebook directly in the folder of the notebooks?"
    return path.parent.name == 'nbs' and re.match(r'[0-7]\d_', path.name) is not None

def read_cell(raw):
    "A `Cell` of what the notebook's JSON has for it"
    lines = ''.join(raw['source']).splitlines()
    flags = dict(m.groups() for line in lines if (m := re.match(r'\s*#\|\s*([\w-]+):?[ \t]*(.*)$', line)))
    code = [line for line in lines if line.strip() and not re.match(r'\s*#\|', line)]
    outputs = [o for o in raw.get('outputs', []) if o.get('output_type') != 'error' and o.get('name') != 'stderr']
    return Cell(code, flags, outputs)

def n_words(markdown):
    "Words of prose in a Markdown cell; a formula, a name in backticks and an address count as one"
    text = re.sub(r'```.*?```|\$\$.*?\$\$', ' ', markdown, flags=re.DOTALL)
    text = re.sub(r'!\[([^\]]*)\]\([^)]*\)(\{[^}]*\})?', ' ', text)
    text = re.sub(r'\[([^\]]*)\]\([^)]*\)', r'\1', text)
    text = re.sub(r'<[^>]+>|\$[^$\n]*\$|`[^`\n]*`|https?://\S+', ' x ', text)
    return len(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text))

def n_guard_lines(tree):
    "Lines of functions that only refuse input"
    found = 0
    for f in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        if f.name.startswith('check_'): found += f.end_lineno - f.lineno + 1
        else:
            calls = [n for n in ast.walk(f) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)
                     and getattr(n.value.func, 'id', '').startswith('check_')]
            found += len(calls) + sum(n.end_lineno - n.lineno + 1 for n in ast.walk(f) if isinstance(n, ast.Raise))
    return found

def measure(path):
    "The figures of a lesson, and a line for each place worth a look"
    found, places, n_can_show, n_show, n_seen = dict.fromkeys([*AT_MOST, *AT_LEAST], 0), [], 0, 0, 0
    before = None
    for number, raw in enumerate(json.loads(path.read_text(encoding='utf-8'))['cells']):
        if raw['cell_type'] != 'code':
            text = ''.join(raw['source'])
            found['words'] += n_words(text)
            pics = len(re.findall(r'!\[[^\]]*\]\((?!(?:\.\./)?images/colab)[^)]*\)|<svg|<iframe', text))
            found['pics'] += pics
            if pics and before is None: before = n_seen
            continue
        cell = read_cell(raw)
        if cell.is_hidden: continue
        if cell.is_exported: found['guards'] += n_guard_lines(cell.tree)
        wide = [line for line in cell.code if len(line) > 88]
        found['wide'] += len(wide)
        places += [f'cell {number}: {len(line)} characters: {line.strip()[:50]}…' for line in wide]
        if not cell.is_solution and cell.flags.get('echo') != 'false': found['code'] += len(cell.code)
        if not cell.is_folded: n_seen += len(cell.code)
        found['pics'] += any(kind.startswith('image/') for o in cell.outputs for kind in o.get('data', {}))
        found['errors'] += bool(re.search(r'expect_error|test_fail|pytest\.raises|assertRaises', cell.source))
        if cell.outputs and before is None: before = n_seen
        if not cell.only_defines and not cell.is_solution:
            n_can_show += 1
            n_show += bool(cell.outputs)
            if not cell.outputs: places.append(f'cell {number}: shows nothing: {cell.code[0].strip()[:60]}')
    return found | dict(shows=round(n_show/max(n_can_show, 1), 2), before=n_seen if before is None else before), places

def minutes(figures):
    "How long a page takes to read"
    return round(figures['words']/200 + figures['code']/6)

def broken(figures):
    "What is over its limit"
    return [key for key, limit in AT_MOST.items() if figures[key] > limit] + [key for key, limit in AT_LEAST.items() if figures[key] < limit]

def main():
    lessons = [path for path in sorted((Path(__file__).parents[1]/'nbs').glob('*.ipynb')) if is_lesson(path)]
    keys, failed, first_part = [*AT_MOST, *AT_LEAST, 'minutes'], False, dict.fromkeys(FIRST_PART, 0)
    print(f'{"lesson":20}' + ''.join(f'{key:>9}' for key in keys))
    for path in lessons:
        figures, places = measure(path)
        figures['minutes'] = minutes(figures)
        over = broken(figures)
        failed |= bool(over)
        print(f'{path.stem:20}' + ''.join(f'{figures[key]:>9}' for key in keys) + ('  ← ' + ', '.join(over) if over else ''))
        if '--list' in sys.argv: print(''.join(f'    {place}\n' for place in places), end='')
        if first_part is not None:
            for key in FIRST_PART: first_part[key] += figures[key]
        if path.stem.endswith(f'_{LAST_OF_FIRST_PART}'):
            over = [key for key, limit in FIRST_PART.items() if first_part[key] > limit]
            print(f'up to {LAST_OF_FIRST_PART}: ' + ', '.join(f'{first_part[key]} {key} (at most {limit})' for key, limit in FIRST_PART.items()))
            failed, first_part = failed or bool(over), None
    print('limits: ' + ', '.join([f'{k} ≤ {v}' for k, v in AT_MOST.items()] + [f'{k} ≥ {v}' for k, v in AT_LEAST.items()]))
    sys.exit(failed or not lessons)

if __name__ == '__main__': main()
