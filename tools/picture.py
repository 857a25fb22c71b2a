"""Draw the pictures on the first page: `nbs/images/product.svg`, two matrices and their product, and `nbs/images/result.png`,
what the net of `foundations_train` says of six test images.

    python tools/picture.py
"""
import io

import torch
from nbdev.config import get_config

from foundations.cli import load_images
from foundations.data import fashion_classes
from foundations.plot_images import plot_images
from foundations.train import fit, two_layer_net
from foundations.weights import write_whole

CELL, GAP, STEP = 46, 34, .75 # pixels, pixels, seconds
STYLE = """
text { font: 18px system-ui, sans-serif; text-anchor: middle; dominant-baseline: central; fill: #22313B }
.box { fill: none; stroke: #9AA7B0 } .row, .column, .product { opacity: 0; animation-fill-mode: forwards; animation-timing-function: step-end }
.row, .column { fill: #BFE0F5 } .product rect { fill: #FFE3B8 }
@keyframes flash { 0% { opacity: 1 } 100% { opacity: 0 } }
@keyframes appear { 0%, 100% { opacity: 1 } }
@media (prefers-reduced-motion: reduce) { .row, .column { animation: none !important } .product { animation: none !important; opacity: 1 } }
"""

def draw_matrix(numbers, left, top):
    "A matrix as SVG: a box and its numbers"
    width, height = len(numbers[0])*CELL, len(numbers)*CELL
    texts = [f'<text x="{left + (j + .5)*CELL}" y="{top + (i + .5)*CELL}">{number}</text>' for i, row in enumerate(numbers) for j, number in enumerate(row)]
    return f'<rect class="box" x="{left}" y="{top}" width="{width}" height="{height}" rx="6"/>' + ''.join(texts)

def draw_product(a, b):
    "The product of two matrices as a moving SVG: it is worked out once, in less than five seconds, and then stands still"
    n, m, k = len(a), len(b[0]), len(b)
    left_b, left_c = GAP*2 + k*CELL, GAP*3 + (k + m)*CELL
    width, height = left_c + m*CELL + GAP, max(n, k)*CELL + 2*GAP
    top_a, top_b = (height - n*CELL)//2, (height - k*CELL)//2
    marks, results = '', ''
    for step, (i, j) in enumerate((i, j) for i in range(n) for j in range(m)):
        at = f'style="animation-delay: {.5 + step*STEP}s; animation-duration: {STEP}s; animation-name: NAME"'
        marks += f'<rect class="row" {at.replace("NAME", "flash")} x="{GAP}" y="{top_a + i*CELL}" width="{k*CELL}" height="{CELL}" rx="6"/>'
        marks += f'<rect class="column" {at.replace("NAME", "flash")} x="{left_b + j*CELL}" y="{top_b}" width="{CELL}" height="{k*CELL}" rx="6"/>'
        x, y, number = left_c + j*CELL, top_a + i*CELL, sum(p*q[j] for p, q in zip(a[i], b))
        results += (f'<g class="product" {at.replace("NAME", "appear")}><rect x="{x}" y="{y}" width="{CELL}" height="{CELL}"/>'
                    f'<text x="{x + CELL/2}" y="{y + CELL/2}">{number}</text></g>')
    signs = f'<text x="{left_b - GAP/2}" y="{height/2}">·</text><text x="{left_c - GAP/2}" y="{height/2}">=</text>'
    box = f'<rect class="box" x="{left_c}" y="{top_a}" width="{m*CELL}" height="{n*CELL}" rx="6"/>'
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"><style>{STYLE}</style>'
            f'<rect width="{width}" height="{height}" rx="10" fill="#fff"/>{marks}{draw_matrix(a, GAP, top_a)}{draw_matrix(b, left_b, top_b)}{results}{box}{signs}</svg>\n')

def main():
    images_folder = get_config().nbs_path/'images'
    moving = draw_product([[1, 2, 3], [0, 1, 2], [4, 0, 1]], [[2, 1], [1, 0], [3, 2]])
    write_whole(images_folder/'product.svg', moving.encode())
    generator = torch.Generator().manual_seed(0)
    train, test, images = load_images()
    model = two_layer_net(784, 50, 10, generator)
    with torch.inference_mode(): fit(model, train, test, 20, .01, 16, generator) # as the command does it
    shown = torch.arange(8, 14)
    said, true = model.predict(test[0][shown]).argmax(dim=1).tolist(), test[1][shown].tolist()
    figure = plot_images(images[shown], [fashion_classes[label] for label in said], [s != t for s, t in zip(said, true)])
    png = io.BytesIO()
    figure.savefig(png, dpi=120)
    write_whole(images_folder/'result.png', png.getvalue())

if __name__ == '__main__': main()
