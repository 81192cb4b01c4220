"""Writes packages/data-cifar/fixtures: batches of CIFAR as Python pickles them, three images each.

Run from the repository's root with NumPy installed:

    python bench/peers/cifar_pickles.py
"""

import pickle
import struct
from pathlib import Path

import numpy as np

folder = Path("packages/data-cifar/fixtures")
folder.mkdir(exist_ok=True)


class Python2(pickle._Pickler):
    """Pickles bytes as Python 2 did its strings, in which the author's files are."""

    def save_bytes(self, value):
        if len(value) < 256:
            self.write(pickle.SHORT_BINSTRING + struct.pack("<B", len(value)) + value)
        else:
            self.write(pickle.BINSTRING + struct.pack("<i", len(value)) + value)
        self.memoize(value)

    dispatch = {**pickle._Pickler.dispatch, bytes: save_bytes}


def data(first):
    """Pixel `at` of a channel of an image: each image, channel and place has its own."""
    image, channel, at = np.meshgrid(first + np.arange(3), np.arange(3), np.arange(1024), indexing="ij")
    return ((image * 31 + channel * 85 + at * 7) % 256).astype(np.uint8).reshape(3, 3072)


def batch(first, **labels):
    named = {key.encode(): values for key, values in labels.items()}
    names = [f"{number}.png".encode() for number in range(3)]
    return {b"batch_label": b"batch 1 of 1", **named, b"data": data(first), b"filenames": names}


def write_python2(name, content):
    with open(folder / name, "wb") as file:
        Python2(file, protocol=2).dump(content)


write_python2("cifar10", batch(0, labels=[7, 0, 9]))
write_python2("cifar100", batch(10, fine_labels=[4, 99, 0], coarse_labels=[0, 19, 3]))
for protocol in [2, 5]:
    with open(folder / f"cifar10-protocol{protocol}", "wb") as file:
        pickle.dump(batch(0, labels=[7, 0, 9]), file, protocol=protocol)
