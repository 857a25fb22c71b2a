"""Draw the picture on the first page, `nbs/images/result.png`: what the net of `foundations_train` says of six test images.

    python tools/picture.py
"""
import io

import torch
from nbdev.config import get_config

from foundations.data import fashion_classes
from foundations.plot import plot_images
from foundations.train import fit, load_images, two_layer_net, write_whole

def main():
    generator = torch.Generator().manual_seed(0)
    train, test, images = load_images()
    model = two_layer_net(784, 50, 10, generator)
    with torch.inference_mode(): fit(model, train, test, 20, .01, 16, generator) # as the command does it
    shown = torch.arange(8, 14)
    said, true = model.predict(test[0][shown]).argmax(dim=1).tolist(), test[1][shown].tolist()
    figure = plot_images(images[shown], [fashion_classes[label] for label in said], [s != t for s, t in zip(said, true)])
    png = io.BytesIO()
    figure.savefig(png, dpi=120)
    write_whole(get_config().nbs_path/'images'/'result.png', png.getvalue())

if __name__ == '__main__': main()
