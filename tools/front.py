"""Give the first page a card for each lesson: its picture, title, description, and the minutes that it takes to read.

    python tools/front.py

Parts and lessons are those of the sidebar in `_quarto.yml`, so a new lesson gets its card by itself. A card's picture is
the first figure of the lesson, made small; it is drawn again only where that figure has changed.
"""
import hashlib
import io
import json
import re
from base64 import b64decode
from html import escape

import yaml
from execnb.nbio import mk_cell, read_nb, write_nb
from lessons import is_lesson, measure, minutes
from nbdev.clean import clean_nb
from nbdev.config import get_config
from PIL import Image, PngImagePlugin

CARDS, HEADING = 'lesson-cards', '## The lessons'
SIZE = 480, 270 # of a card's picture, twice as large as it is shown
FOLDER = 'cards'

def sidebars():
    "The sidebars of `_quarto.yml`, each as its `contents`"
    website = yaml.safe_load((get_config().config_path/'_quarto.yml').read_text(encoding='utf-8'))['website']
    found = website['sidebar']
    return [bar.get('contents', []) for bar in (found if isinstance(found, list) else [found])]

def parts():
    "The parts of the sidebar that hold lessons: title and paths"
    nbs = get_config().nbs_path
    for entry in [e for contents in sidebars() for e in contents if isinstance(e, dict)]:
        pages = [nbs/page for page in entry.get('contents', []) if isinstance(page, str)]
        lessons = [path for path in pages if is_lesson(path) and path.exists()]
        if lessons: yield entry['section'], lessons

def head(path):
    "The title and the description of the notebook at `path`"
    title, description = re.match(r'# (.*)\n+> (.*)', read_nb(path).cells[0].source).groups()
    return title, description

def first_figure(path):
    "The first picture that a cell of the notebook at `path` put out, as bytes, and what is seen on it"
    for cell in json.loads(path.read_text(encoding='utf-8'))['cells']:
        for output in cell.get('outputs', []):
            if 'image/png' in output.get('data', {}):
                alt = re.search(r'^#\| fig-alt: *(.*)$', ''.join(cell['source']), flags=re.MULTILINE)
                return b64decode(''.join(output['data']['image/png'])), alt[1].strip('"') if alt else 'The first figure of the lesson'
    return None, ''

def draw(figure, place):
    "Write `figure` into the file `place` at the size of a card, on white, unless that is what it was made from"
    source = hashlib.sha256(figure).hexdigest()
    if place.exists() and Image.open(place).info.get('source') == source: return
    whole = Image.open(io.BytesIO(figure)).convert('RGB')
    whole.thumbnail(SIZE, Image.Resampling.LANCZOS)
    card = Image.new('RGB', SIZE, 'white')
    card.paste(whole, tuple((have - need)//2 for have, need in zip(SIZE, whole.size)))
    about = PngImagePlugin.PngInfo()
    about.add_text('source', source)
    place.parent.mkdir(exist_ok=True)
    card.quantize(32).save(place, optimize=True, pnginfo=about)

def card(path):
    "One lesson as an item of a list, and its picture drawn"
    (title, description), (figure, alt) = head(path), first_figure(path)
    picture = ''
    if figure:
        name = f'{path.stem}.png'
        draw(figure, path.parent/'images'/FOLDER/name)
        picture = f'<img src="images/{FOLDER}/{name}" alt="{escape(alt)}" width="{SIZE[0]//2}" height="{SIZE[1]//2}" loading="lazy">'
    return (f'<li>{picture}<a href="{path.name}">{escape(title)}</a> <span class="about">{escape(description)}</span> '
            f'<span class="minutes">{minutes(measure(path)[0])} minutes</span></li>')

def cards():
    "All parts as Markdown, with a list of cards each"
    return '\n\n'.join(f'### {title}\n\n<ol class="cards">\n' + '\n'.join(card(path) for path in lessons) + '\n</ol>' for title, lessons in parts())

def table():
    "All parts as Markdown with a table each, for where there is no style sheet"
    def row(path):
        title, description = head(path)
        return f'| [{title}]({path.name}) | {description} | {minutes(measure(path)[0])} |'
    return '\n\n'.join(f'**{title}**\n\n| Lesson | What it is about | Minutes |\n|---|---|---|\n' + '\n'.join(map(row, lessons)) for title, lessons in parts())

def main():
    page = get_config().nbs_path/'index.ipynb'
    nb = read_nb(page)
    rest = [cell for cell in nb.cells if cell.get('id') != CARDS]
    place = next(i for i, cell in enumerate(rest) if cell.source.startswith(HEADING)) + 1
    nb.cells = rest[:place] + [mk_cell(cards(), 'markdown', id=CARDS)] + rest[place:]
    clean_nb(nb)
    write_nb(nb, page)
    known = {path.stem for _, lessons in parts() for path in lessons}
    for picture in (page.parent/'images'/FOLDER).glob('*.png'):
        if picture.stem not in known: picture.unlink()

if __name__ == '__main__': main()
