"""Run the exercises as their users do: in Jupyter, blank and with all answers, and marked by nbgrader.

    python tools/try_exercises.py [LESSON ...]

In a kernel, each check of a blank sheet must say that nothing is written yet, and each check of one with the answers that it is
right. From nbgrader, a student with all answers must get all points, one with nothing none, and one with every second answer
those of the blanks that were solved. The lessons are those for nbgrader, `backward` without an argument. Needs the extra `nbgrader`.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from foundations.cli_exercises import main as exercises
from foundations.exercises import all_blanks, blanks_of
from foundations.sheets import as_notebook, pages_like, sheet

def said_in_jupyter(answered):
    "What each check says when all sheets are run in a kernel, blank or with the answers"
    cells = []
    for page in pages_like(None):
        answers = {blank.name: blank.solution for blank in blanks_of(page[3:])} if answered else {}
        cells += [cell for cell in sheet(page, '', answers) if cell['cell_type'] == 'code']
    nb = nbformat.from_dict(as_notebook(cells))
    NotebookClient(nb, timeout=300).execute()
    return [' '.join(''.join(out.get('text', '') for out in cell.outputs).split()) for cell in nb.cells if cell.source.startswith('check(')]

def try_jupyter():
    "Fail unless all checks of blank sheets, and of sheets with the answers, say what they should"
    with ThreadPoolExecutor(2) as pool: blank, answered = pool.map(said_in_jupyter, (False, True))
    assert len(blank) == len(answered) == len(all_blanks())
    wrong = [said for said in blank if ': Not written yet' not in said] + [said for said in answered if ': Right, in all' not in said]
    assert not wrong, wrong
    print(f'{len(blank)} blanks in Jupyter: not written yet; {len(answered)} answers: right')

def nbgrader(*words):
    "Run a command of nbgrader, and show what it said if it fails"
    run = subprocess.run([sys.executable, '-m', 'nbgrader', *words], check=False, capture_output=True, text=True)
    if run.returncode: sys.exit(f'nbgrader {" ".join(words)} ended with {run.returncode}\n{run.stdout}{run.stderr}')

def hand_in(student, page, answered):
    "What a student submits: the release version, with the answers of some blanks"
    nb = json.loads(Path(f'release/{page}/{page}.ipynb').read_text(encoding='utf-8'))
    assert 'SOLUTION' not in str(nb) and 'HIDDEN' not in str(nb), f'{page} gives away an answer'
    for cell in nb['cells']:
        name = cell['metadata'].get('nbgrader', {}).get('grade_id')
        for blank in answered:
            if blank.name == name: cell['source'] = blank.solution
    path = Path(f'submitted/{student}/{page}/{page}.ipynb')
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(nb), encoding='utf-8')

def try_lesson(page):
    "Make, hand in, mark and report on the assignment of one lesson; the points that each student should have"
    blanks = blanks_of(page[3:])
    nbgrader('generate_assignment', page)
    points = {}
    for student, answered in dict(all=blanks, none=[], half=blanks[::2]).items():
        hand_in(student, page, answered)
        points[student] = float(sum(blank.points for blank in answered))
    nbgrader('autograde', page)
    nbgrader('generate_feedback', page)
    for student in points: assert Path(f'feedback/{student}/{page}/{page}.html').exists(), student
    return points

if __name__ == '__main__':
    try_jupyter()
    pages = [page for lesson in sys.argv[1:] or ['backward'] for page in pages_like(lesson)]
    with tempfile.TemporaryDirectory() as folder:
        exercises(['start', folder, '--nbgrader'])
        os.chdir(folder)
        expected = {(page, student): points for page in pages for student, points in try_lesson(page).items()}
        nbgrader('export', '--to', 'grades.csv')
        with open('grades.csv', encoding='utf-8') as f: found = {(row['assignment'], row['student_id']): float(row['score']) for row in csv.DictReader(f)}
        assert found == expected, f'expected {expected}, found {found}'
        print(f'nbgrader gave the points that were due: {found}')
        os.chdir('/')
