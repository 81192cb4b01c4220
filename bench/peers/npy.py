"""Writes packages/cli/fixtures: arrays by NumPy, and PNG files by Pillow of the same pixels.

    python bench/peers/npy.py

NumPy and Pillow are what users' files come from.
"""

import pathlib

import numpy as np
from PIL import Image

fixtures = pathlib.Path(__file__).parents[2] / "packages/cli/fixtures"
fixtures.mkdir(exist_ok=True)

# Pixel values that no two places share by chance.
images = (np.arange(3 * 4 * 5 * 3).reshape(3, 4, 5, 3) * 7 % 256).astype(np.uint8)
np.save(fixtures / "images.npy", images)
np.save(fixtures / "floats.npy", np.array([[0.5, -1.25, 3e-8], [1, 2, 3]], np.float32))
np.save(fixtures / "vector.npy", np.arange(7, dtype=np.float32))
np.save(fixtures / "double.npy", np.zeros((2, 2)))
np.save(fixtures / "fortran.npy", np.asfortranarray(images))
with open(fixtures / "version2.npy", "wb") as file:
    np.lib.format.write_array(file, images, version=(2, 0))

(fixtures / "png").mkdir(exist_ok=True)
opaque = np.full((4, 5, 1), 200, np.uint8)
Image.fromarray(images[0]).save(fixtures / "png/colour.png")
Image.fromarray(np.concatenate([images[1], opaque], 2)).save(fixtures / "png/alpha.png")
Image.fromarray(images[2, :, :, 0]).save(fixtures / "gray.png")
Image.fromarray(images[0]).quantize(8).save(fixtures / "palette.png")
