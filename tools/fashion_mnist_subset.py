"""Write the embedded subset of Fashion-MNIST: the first 2,000 training and the first 500 test images.

    python tools/fashion_mnist_subset.py FOLDER

FOLDER holds the four full IDX files, gzipped (Debian's package dataset-fashion-mnist has them). The same input gives the same bytes.
"""
import gzip
import sys
from pathlib import Path

COUNTS = {'train': 2000, 't10k': 500}
KINDS = {'images-idx3': 784, 'labels-idx1': 1}   # bytes an item
DEST = Path(__file__).parents[1] / 'foundations' / 'fashion_mnist'

def first_items(content, n, item_size):
    "The IDX file `content` cut to its first `n` items"
    header_size = 4 + 4*content[3]
    return content[:4] + n.to_bytes(4, 'big') + content[8:header_size + n*item_size]

if __name__ == '__main__':
    if len(sys.argv) != 2: sys.exit(__doc__)
    for split, n in COUNTS.items():
        for kind, item_size in KINDS.items():
            name = f'{split}-{kind}-ubyte.gz'
            full = gzip.decompress((Path(sys.argv[1]) / name).read_bytes())
            (DEST / name).write_bytes(gzip.compress(first_items(full, n, item_size), compresslevel=9, mtime=0))
            print(f'{name}: {n} of {int.from_bytes(full[4:8], "big")} items, {(DEST / name).stat().st_size} bytes')
