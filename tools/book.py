"""Make a book of the first two parts, from the same notebooks, with Quarto: an EPUB, and with a TeX (xelatex) also a PDF.

    python tools/book.py [FOLDER]

The files land in FOLDER, or else in `_book/`. A PDF needs Debian's packages texlive-xetex, texlive-latex-recommended,
texlive-latex-extra, texlive-fonts-recommended, lmodern and librsvg2-bin, or what your system has in their place.
"""
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from front import parts
from nbdev.config import get_config
from nbdev.serve import proc_nbs

N_PARTS = 2
GEOMETRY = ['left=18mm', 'textwidth=120mm', 'marginparsep=6mm', 'marginparwidth=42mm', 'top=22mm', 'bottom=25mm']
SMALL_CODE = r"""
\usepackage{fvextra}
\DefineVerbatimEnvironment{Highlighting}{Verbatim}{breaklines,commandchars=\\\{\},fontsize=\scriptsize}
\RecustomVerbatimEnvironment{verbatim}{Verbatim}{breaklines,fontsize=\scriptsize}
"""

def text_of(cell):
    "The source of a cell, which nbdev writes as lines with or without their ends"
    source = cell['source']
    return source if isinstance(source, str) else '\n'.join(line.removesuffix('\n') for line in source)

def chapter(source, cfg):
    "A processed notebook as a chapter: without the address of its page, the link to Colab, and with links to pages that are no chapters whole"
    nb = json.loads(source.read_text(encoding='utf-8'))
    nb['cells'] = [cell for cell in nb['cells'] if 'colab.research' not in text_of(cell)]
    head = nb['cells'][0]
    head['source'] = re.sub(r'^(?:output-file|aliases):.*\n(?:[-\s]+/.*\n)*', '', text_of(head), flags=re.MULTILINE)
    site = f'{cfg.doc_host}{cfg.doc_baseurl}'
    for cell in nb['cells']:
        if cell['cell_type'] == 'markdown':
            text = re.sub(r'\]\(((?:\w+/)?)(?:\d+_)?(\w+)\.ipynb', rf']({site}/\1\2.html', text_of(cell))
            cell['source'] = re.sub(r'\]\(play/', f']({site}/play/', text)
    for cell in nb['cells']: cell['source'] = text_of(cell).splitlines(True) # as Quarto wants it
    return json.dumps(nb)

def write_project(folder, cfg):
    "A book for Quarto in `folder`: its chapters and its settings"
    chosen = list(parts())[:N_PARTS]
    chapters = [dict(part=title.partition(' ')[2], chapters=[path.name for path in lessons]) for title, lessons in chosen]
    for _, lessons in chosen:
        for path in lessons: (folder/path.name).write_text(chapter(proc_nbs()/path.name, cfg), encoding='utf-8')
    preface = f'# How to read this {{.unnumbered}}\n\n{cfg.description}. These are the first lessons; the rest, the proofs and the notebooks to run are at <{cfg.doc_host}{cfg.doc_baseurl}>.\n'
    (folder/'index.qmd').write_text(preface, encoding='utf-8')
    shutil.copytree(cfg.nbs_path/'images', folder/'images')
    settings = dict(lang='en', project=dict(type='book', **{'output-dir': 'out'}),
                    book=dict(title=cfg.title, subtitle='A neural net from the foundations', author=cfg.author, chapters=['index.qmd', *chapters],
                              **{'cover-image': 'images/card.png', 'output-file': 'foundations'}),
                    format=dict(epub={'html-math-method': 'mathml', 'toc': True},
                                pdf={'pdf-engine': 'xelatex', 'documentclass': 'scrreprt', 'papersize': 'a4', 'fontsize': '10pt', 'fig-pos': 'H', 'toc-depth': 1,
                                     'geometry': GEOMETRY, 'include-in-header': dict(text=SMALL_CODE)}))
    (folder/'_quarto.yml').write_text(yaml.safe_dump(settings, sort_keys=False), encoding='utf-8')

def main():
    cfg = get_config()
    if not shutil.which('quarto'): sys.exit('Quarto is not on the PATH: https://quarto.org/docs/get-started/')
    target = Path(sys.argv[1] if len(sys.argv) > 1 else cfg.config_path/'_book').absolute()
    work = cfg.config_path/'_proc'/'_book'
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    write_project(work, cfg)
    formats = ['epub'] + (['pdf'] if shutil.which('xelatex') else [])
    for kind in formats: subprocess.run(['quarto', 'render', str(work), '--to', kind, '--no-execute', '--no-clean'], check=True)
    target.mkdir(exist_ok=True)
    for kind in formats: shutil.copy(work/'out'/f'foundations.{kind}', target)
    if 'pdf' not in formats: print('no PDF: there is no xelatex here', file=sys.stderr)
    print(*(target/f'foundations.{kind}' for kind in formats), sep='\n')

if __name__ == '__main__': main()
