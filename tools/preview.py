"""Render the site: with Quarto into `_docs/` where Quarto is installed, else without it into `_preview/`.

    python tools/preview.py

Without Quarto it is nbdev's own processing, then the PyPI package smalldocs (Python 3.11 or newer; `pip install smalldocs`):
a preview for a look and for checks. Equations need KaTeX there, taken from Debian's package libjs-katex where that is installed.
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbdev.doclinks
from finish import finish
from nbdev.config import get_config
from nbdev.quarto import refresh_quarto_yml
from nbdev.serve import proc_nbs

KATEX = Path('/usr/share/javascript/katex')
NO_QUARTO = """Quarto is not on the PATH, so this is a preview without it. For the site as it is published, install Quarto
(https://quarto.org/docs/get-started/, or `nbdev_install_quarto` as an administrator), and run this again or `nbdev_docs`."""

def process(cfg):
    "nbdev's part: a folder of processed notebooks, named as Quarto names the pages"
    refresh_quarto_yml()
    nbdev.doclinks._build_modidx()
    folder = proc_nbs(force=True)
    sources = folder/'_preview_src'
    shutil.copytree(folder, sources, ignore=shutil.ignore_patterns('_*src', cfg.doc_path.name))
    config = f'{(cfg.config_path/"_quarto.yml").read_text(encoding="utf-8")}\nmetadata-files: [nbdev.yml]\n'
    shutil.copy(cfg.config_path/'CHANGELOG.md', folder)
    for path in [*sources.rglob('*.ipynb'), *sources.rglob('*.qmd')]: # smalldocs ignores nbdev's `output-file`, which drops the number
        name = re.sub(r'^\d+_', '', path.name)
        text = path.read_text(encoding='utf-8')
        text = re.sub(r'\]\(((?:\.\./)*(?:\w+/)*)\d+_(\w+\.ipynb)', r'](\1\2', text)
        path.write_text(re.sub(r'href=\\"(?:\d+_)?(\w+)\.ipynb', r'href=\\"\1.html', text), encoding='utf-8')
        path.rename(path.with_name(name))
        config = config.replace(path.name, name)
    (sources/'_quarto.yml').write_text(re.sub(r'^ *post-render:.*\n', '', config, flags=re.MULTILINE), encoding='utf-8')
    return sources

def drop_web_fonts(site):
    "Let the themes do without fonts from a server, as `fonts.scss` does for Quarto"
    for css in site.rglob('*.css'):
        text = css.read_text(encoding='utf-8')
        css.write_text(re.sub(r'@import url\(["\']?https://fonts[^)]*\);?', '', text), encoding='utf-8')

def own_names(site, cfg):
    "Let the links for editing a page lead to its notebook by the name with its number"
    for path in cfg.nbs_path.rglob('[0-9]*_*.ipynb'):
        place = path.relative_to(cfg.nbs_path)
        bare = place.with_name(re.sub(r'^\d+_', '', place.name))
        page = site/bare.with_suffix('.html')
        if page.exists():
            text = page.read_text(encoding='utf-8')
            page.write_text(text.replace(f'/{cfg.nbs_path.name}/{bare.as_posix()}"', f'/{cfg.nbs_path.name}/{place.as_posix()}"'), encoding='utf-8')

def part_lines(site):
    "Give each line of code an element of its own, as Quarto does, unless a string goes on in the next one"
    def part(line):
        text = re.sub('<[^>]*>', '', line)
        if not text or line.count('<span') != line.count('</span'): return line
        return f'<span class="line" style="--indent: {len(text) - len(text.lstrip())}ch">{line}</span>'
    for page in site.rglob('*.html'):
        page.write_text(re.sub(r'(<code class="sourceCode[^>]*>)(.*?)</code>',
                               lambda code: code[1] + '\n'.join(map(part, code[2].split('\n'))) + '</code>',
                               page.read_text(encoding='utf-8'), flags=re.DOTALL), encoding='utf-8')

def embed_katex(site):
    "Let the pages take KaTeX from the site itself instead of from a server"
    folder = site/'site_libs'/'katex'
    shutil.copytree(KATEX, folder)
    shutil.copy(folder/'contrib'/'auto-render.js', folder/'contrib'/'auto-render.min.js')
    for page in site.rglob('*.html'):
        up = '../'*(len(page.relative_to(site).parts) - 1)
        text = re.sub(r'https://cdn[^"]*/katex@[\d.]+/dist', f'{up}site_libs/katex', page.read_text(encoding='utf-8'))
        page.write_text(re.sub(r' integrity="[^"]*"', '', text), encoding='utf-8')

def without_quarto(cfg):
    "Render the site into `_preview/`, and return that folder"
    print(NO_QUARTO, file=sys.stderr)
    site = cfg.config_path/'_preview'
    sources = process(cfg)
    done = subprocess.run(['smalldocs', 'render', '-q', str(sources)], check=False, capture_output=True, text=True)
    ignored = ('output-file', 'aliases', 'html-math-method', 'grid', 'compiles no Sass', 'respect-user', 'canonical-url', '-hover', 'llms-txt') # things of ours that mean nothing to it
    print(''.join(line for line in done.stderr.splitlines(True) if not any(key in line for key in ignored)), end='')
    if done.returncode: sys.exit(done.returncode)
    shutil.rmtree(site, ignore_errors=True)
    shutil.move(sources/cfg.doc_path.name, site)
    finish(site)
    own_names(site, cfg)
    drop_web_fonts(site)
    part_lines(site)
    if KATEX.exists(): embed_katex(site)
    return site

def with_quarto(cfg):
    "Render the site as it is published, and return its folder"
    subprocess.run(['nbdev_docs'], check=True)
    return cfg.doc_path

def main():
    cfg = get_config()
    site = with_quarto(cfg) if shutil.which('quarto') else without_quarto(cfg)
    print(f'{len(list(site.rglob("*.html")))} pages in {site.name}/')

if __name__ == '__main__': main()
