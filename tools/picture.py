"""Draw the picture on the first page, `nbs/images/result.png`: what the net of `foundations_train` says of twelve test images.

    python tools/picture.py
"""
import io

import torch
from nbdev.config import get_config

from foundations.data import fashion_classes
from foundations.plot import plot_images
from foundations.train import foundations_train, load_images, load_weights, two_layer_net, write_whole

def predictions(model, x, y):
    "A caption for each image, and whether it is wrong"
    said = model.predict(x).argmax(dim=1)
    return [fashion_classes[label] for label in said.tolist()], (said != y).tolist()

def main():
    weights = get_config().config_path/'_weights.safetensors'
    try:
        foundations_train(save=str(weights))
        _, (x, y), images = load_images()
        model = two_layer_net(x.shape[1], 50, 10)
        load_weights(model, weights)
    finally: weights.unlink(missing_ok=True)
    shown = torch.arange(8, 20)
    figure = plot_images(images[shown], *predictions(model, x[shown], y[shown]))
    png = io.BytesIO()
    figure.savefig(png, dpi=120)
    write_whole(get_config().nbs_path/'images'/'result.png', png.getvalue())

if __name__ == '__main__': main()
