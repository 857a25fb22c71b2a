"""Render the site into `_preview/` without Quarto: nbdev's own processing, then the PyPI package smalldocs.

    python tools/preview.py

A preview for a look and for checks (Python 3.11 or newer; `pip install smalldocs`); the real site is made by `nbdev_docs`
with Quarto. Equations need KaTeX, taken from Debian's package libjs-katex where that is installed.
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbdev.doclinks
from nbdev.config import get_config
from nbdev.quarto import refresh_quarto_yml
from nbdev.serve import proc_nbs

KATEX = Path('/usr/share/javascript/katex')

def process(cfg):
    "nbdev's part: a folder of processed notebooks, named as Quarto names the pages"
    refresh_quarto_yml()
    nbdev.doclinks._build_modidx()
    folder = proc_nbs(force=True)
    sources = folder/'_preview_src'
    shutil.copytree(folder, sources, ignore=shutil.ignore_patterns('_*src', cfg.doc_path.name))
    config = (sources/'_quarto.yml').read_text(encoding='utf-8')
    for path in sources.rglob('*.ipynb'):            # smalldocs ignores nbdev's `output-file`, which drops the number
        name = re.sub(r'^\d+_', '', path.name)
        text = path.read_text(encoding='utf-8')
        path.write_text(re.sub(r'\]\(\d+_(\w+\.ipynb)', r'](\1', text), encoding='utf-8')
        path.rename(path.with_name(name))
        config = config.replace(path.name, name)
    (sources/'_quarto.yml').write_text(config, encoding='utf-8')
    return sources

def localise(site, cfg):
    "Make links to the published site point into the preview"
    published = f'{cfg.doc_host}{cfg.doc_baseurl}/'
    for page in site.rglob('*.html'):
        up = '../'*(len(page.relative_to(site).parts) - 1) or './'
        page.write_text(page.read_text(encoding='utf-8').replace(f'href="{published}', f'href="{up}'), encoding='utf-8')

def embed_katex(site):
    "Let the pages take KaTeX from the site itself instead of from a server"
    folder = site/'site_libs'/'katex'
    shutil.copytree(KATEX, folder)
    shutil.copy(folder/'contrib'/'auto-render.js', folder/'contrib'/'auto-render.min.js')
    for page in site.rglob('*.html'):
        up = '../'*(len(page.relative_to(site).parts) - 1)
        text = re.sub(r'https://cdn[^"]*/katex@[\d.]+/dist', f'{up}site_libs/katex', page.read_text(encoding='utf-8'))
        page.write_text(re.sub(r' integrity="[^"]*"', '', text), encoding='utf-8')

def main():
    cfg = get_config()
    site = cfg.config_path/'_preview'
    sources = process(cfg)
    done = subprocess.run(['smalldocs', 'render', '-q', str(sources)], capture_output=True, text=True)
    ignored = ('output-file', 'html-math-method', 'grid') # keys of ours that mean nothing to it
    print(''.join(line for line in done.stderr.splitlines(True) if not any(key in line for key in ignored)), end='')
    if done.returncode: sys.exit(done.returncode)
    shutil.rmtree(site, ignore_errors=True)
    shutil.move(sources/cfg.doc_path.name, site)
    localise(site, cfg)
    if KATEX.exists(): embed_katex(site)
    print(f'{len(list(site.rglob("*.html")))} pages in {site.name}/')

if __name__ == '__main__': main()
