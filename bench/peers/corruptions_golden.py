"""Writes packages/corruptions/fixtures/corruptions.json: the corruptions of ImageNet-C by NumPy, SciPy, scikit-image, OpenCV and Pillow.

Formulas and severities as the paper's authors published them (Hendrycks and Dietterich 2019, arXiv 1903.12261). Random numbers come
from a sequence that both sides compute. Of each result some values are stored. Motion blur is ImageMagick's formula, written here
anew; the affine map of the elastic transform is exact, where OpenCV rounds places to 1/32 of a pixel. Left out are shot noise,
whose draws depend on the algorithm, and frost, which needs photographs.

Run from the repository's root with those packages installed:

    python bench/peers/corruptions_golden.py
"""

import base64
import io
import json
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from scipy.ndimage import map_coordinates, zoom
from skimage.color import hsv2rgb, rgb2hsv
from skimage.filters import gaussian


class Sequence:
    """Uniform numbers in [0, 1): those of a counter, mixed; normal ones of two of them each."""

    def __init__(self):
        self.count = 0

    def uniform(self, *shape):
        total = int(np.prod(shape)) if shape else 1
        h = np.arange(self.count, self.count + total, dtype=np.uint64).astype(np.uint32)
        self.count += total
        with np.errstate(over="ignore"):
            h = (h + np.uint32(1)) * np.uint32(0x9E3779B1)
            h ^= h >> np.uint32(16)
            h *= np.uint32(0x85EBCA6B)
            h ^= h >> np.uint32(13)
            h *= np.uint32(0xC2B2AE35)
            h ^= h >> np.uint32(16)
        u = h.astype(np.float64) / 2.0**32
        return u.reshape(shape) if shape else float(u[0])

    def normal(self, *shape):
        u = self.uniform(*shape, 2)
        return np.sqrt(-2 * np.log(1 - u[..., 0])) * np.cos(2 * np.pi * u[..., 1])


def picture(height, width):
    """Ramps, edges and noise."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    noise = (np.arange(y.size).reshape(y.shape) * 2654435761 % 2**32) >> 28
    disc = ((x - 14) ** 2 + (y - 12) ** 2 < 60) * 70
    return ((x * (3 + c) + y * 4 + c * 40 + noise + disc) % 256).astype(np.uint8)


def middle_zoomed(image, factor):
    height, width = image.shape[:2]
    rows, columns = int(np.ceil(height / factor)), int(np.ceil(width / factor))
    top, left = (height - rows) // 2, (width - columns) // 2
    factors = (factor, factor) + (1,) * (image.ndim - 2)
    large = zoom(image[top : top + rows, left : left + columns], factors, order=1, mode="nearest")
    top, left = (large.shape[0] - height) // 2, (large.shape[1] - width) // 2
    return large[top : top + height, left : left + width]


def plasma(height, width, decay, random):
    side = 2 ** int(np.ceil(np.log2(max(height, width))))
    cloud = np.zeros((side, side))
    step, wobble = side, 100.0

    def moved(total):
        return total / 4 + wobble * wobble * (2 * random.uniform(*total.shape) - 1)

    def near(values, down, right):
        return np.roll(values, (-down, -right), axis=(0, 1))

    while step >= 2:
        half = step // 2
        corners = cloud[::step, ::step]
        cloud[half::step, half::step] = moved(
            corners + near(corners, 0, 1) + near(corners, 1, 0) + near(corners, 1, 1)
        )
        middles = cloud[half::step, half::step]
        cloud[::step, half::step] = moved(middles + near(middles, -1, 0) + corners + near(corners, 0, 1))
        cloud[half::step, ::step] = moved(middles + near(middles, 0, -1) + corners + near(corners, 1, 0))
        step, wobble = half, wobble / decay
    cloud -= cloud.min()
    return (cloud / cloud.max())[:height, :width]


def blurred_along(image, radius, sigma, degrees):
    """Bytes to bytes, as ImageMagick: a trail to one side."""
    height, width = image.shape[:2]
    steps = np.arange(2 * int(np.ceil(radius)) + 1)
    weights = np.exp(-(steps**2) / (2 * sigma**2))
    weights /= weights.sum()
    angle = np.deg2rad(degrees)
    total = np.zeros(image.shape)
    for step, weight in zip(steps, weights):
        rows = np.clip(np.arange(height) + int(np.ceil(step * np.sin(angle) - 0.5)), 0, height - 1)
        columns = np.clip(np.arange(width) + int(np.ceil(step * np.cos(angle) - 0.5)), 0, width - 1)
        total += weight * image[rows][:, columns]
    return np.floor(total + 0.5)


def disc(radius, smooth):
    reach, size = (8, 3) if radius <= 8 else (radius, 5)
    along = np.arange(-reach, reach + 1)
    x, y = np.meshgrid(along, along)
    hard = (x**2 + y**2 <= radius**2).astype(np.float32)
    return cv2.GaussianBlur(hard / hard.sum(), (size, size), sigmaX=smooth)


def gaussian_noise(x, c, random):
    return x + c * random.normal(*x.shape)


def impulse_noise(x, c, random):
    hit = random.uniform(*x.shape) <= c
    return np.where(hit, random.uniform(*x.shape) < 0.5, x)


def speckle_noise(x, c, random):
    return x + x * c * random.normal(*x.shape)


def gaussian_blur(x, c, random):
    return gaussian(x, sigma=c, channel_axis=-1)


def defocus_blur(x, c, random):
    kernel = disc(*c)
    return np.stack([cv2.filter2D(np.ascontiguousarray(x[..., i]), -1, kernel) for i in range(3)], axis=-1)


def glass_blur(x, c, random):
    sigma, most, times = c
    x = np.uint8(gaussian(x, sigma=sigma, channel_axis=-1) * 255)
    for _ in range(times):
        for y in range(x.shape[0] - most, most, -1):
            for column in range(x.shape[1] - most, most, -1):
                right = int(random.uniform() * 2 * most) - most
                down = int(random.uniform() * 2 * most) - most
                # As published: both are views, so the second assignment sees what the first wrote.
                x[y, column], x[y + down, column + right] = x[y + down, column + right], x[y, column]
    return gaussian(x / 255, sigma=sigma, channel_axis=-1)


def motion_blur(x, c, random):
    return blurred_along(np.round(x * 255), *c, -45 + 90 * random.uniform()) / 255


def zoom_blur(x, c, random):
    factors = np.arange(1, *c)
    return (x + sum(middle_zoomed(x, factor) for factor in factors)) / (len(factors) + 1)


def snow(x, c, random):
    mean, deviation, factor, least, radius, sigma, kept = c
    flakes = middle_zoomed(mean + deviation * random.normal(*x.shape[:2]), factor)
    flakes[flakes < least] = 0
    flakes = np.floor(np.clip(flakes, 0, 1) * 255)
    flakes = blurred_along(flakes, radius, sigma, -135 + 90 * random.uniform())[..., None] / 255
    grey = cv2.cvtColor(x.astype(np.float32), cv2.COLOR_RGB2GRAY)[..., None]
    x = kept * x + (1 - kept) * np.maximum(x, grey * 1.5 + 0.5)
    return x + flakes + np.rot90(flakes, k=2)


def fog(x, c, random):
    strength, decay = c
    cloud = plasma(*x.shape[:2], decay, random)[..., None]
    return (x + strength * cloud) * x.max() / (x.max() + strength)


def spatter(x, c, random):
    mean, deviation, sigma, least, strength, mud = c
    drops = gaussian(mean + deviation * random.normal(*x.shape[:2]), sigma=sigma)
    drops[drops < least] = 0
    if mud:
        cover = gaussian((drops > least).astype(np.float32), sigma=strength)[..., None]
        cover[cover < 0.8] = 0
        return x * (1 - cover) + np.array([63, 42, 20]) / 255 * cover
    # Above 1 the conversion to bytes begins at 0 again.
    drops = (drops * 255).astype(np.int64).astype(np.uint8)
    inside = cv2.distanceTransform(255 - cv2.Canny(drops, 50, 150), cv2.DIST_L2, 5)
    inside = np.minimum(inside, 20)
    inside = cv2.equalizeHist(cv2.blur(inside, (3, 3)).astype(np.uint8))
    inside = cv2.filter2D(inside, cv2.CV_8U, np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]))
    glow = drops * cv2.blur(inside, (3, 3)).astype(np.float32)
    return x + (glow / glow.max() * strength)[..., None] * np.array([175, 238, 238]) / 255


def contrast(x, c, random):
    means = x.mean(axis=(0, 1), keepdims=True)
    return (x - means) * c + means


def brightness(x, c, random):
    hsv = rgb2hsv(x)
    hsv[..., 2] = np.clip(hsv[..., 2] + c, 0, 1)
    return hsv2rgb(hsv)


def saturate(x, c, random):
    hsv = rgb2hsv(x)
    hsv[..., 1] = np.clip(hsv[..., 1] * c[0] + c[1], 0, 1)
    return hsv2rgb(hsv)


def jpeg_compression(x, c, random):
    out = io.BytesIO()
    Image.fromarray(np.uint8(np.round(x * 255))).save(out, "JPEG", quality=c)
    return np.array(Image.open(out)) / 255


def pixelate(x, c, random):
    height, width = x.shape[:2]
    image = Image.fromarray(np.uint8(np.round(x * 255)))
    small = image.resize((int(width * c), int(height * c)), Image.BOX)
    return np.array(small.resize((width, height), Image.BOX)) / 255


def elastic_transform(x, c, random):
    strength, sigma, shift = c
    height, width = x.shape[:2]
    middle, side = np.array([width // 2, height // 2]), min(height, width) // 3
    points = (middle + side * np.array([[1, 1], [1, -1], [-1, -1]])).astype(float)
    moved = points + shift * (2 * random.uniform(3, 2) - 1)
    ones = np.ones((3, 1))
    back = np.linalg.solve(np.hstack([moved, ones]), points)
    rows, columns = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    source = np.stack([columns, rows, np.ones_like(rows)], axis=-1) @ back
    bent = [source[..., 1], source[..., 0]]
    x = np.stack([map_coordinates(x[..., i], bent, order=1, mode="mirror") for i in range(3)], axis=-1)
    smooth = dict(sigma=sigma, mode="reflect", truncate=3)
    right = gaussian(2 * random.uniform(height, width) - 1, **smooth) * strength
    down = gaussian(2 * random.uniform(height, width) - 1, **smooth) * strength
    place = [rows + down, columns + right]
    return np.stack([map_coordinates(x[..., i], place, order=1, mode="reflect") for i in range(3)], axis=-1)


severities = {
    "gaussianNoise": (gaussian_noise, [0.04, 0.06, 0.08, 0.09, 0.10], [0.08, 0.12, 0.18, 0.26, 0.38]),
    "impulseNoise": (impulse_noise, [0.01, 0.02, 0.03, 0.05, 0.07], [0.03, 0.06, 0.09, 0.17, 0.27]),
    "defocusBlur": (
        defocus_blur,
        [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)],
        [(3, 0.1), (4, 0.5), (6, 0.5), (8, 0.5), (10, 0.5)],
    ),
    "glassBlur": (
        glass_blur,
        [(0.05, 1, 1), (0.25, 1, 1), (0.4, 1, 1), (0.25, 1, 2), (0.4, 1, 2)],
        [(0.7, 1, 2), (0.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, 4, 2)],
    ),
    "motionBlur": (
        motion_blur,
        [(6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5)],
        [(10, 3), (15, 5), (15, 8), (15, 12), (20, 15)],
    ),
    "zoomBlur": (
        zoom_blur,
        [(1.06, 0.01), (1.11, 0.01), (1.16, 0.01), (1.21, 0.01), (1.26, 0.01)],
        [(1.11, 0.01), (1.16, 0.01), (1.21, 0.02), (1.26, 0.02), (1.31, 0.03)],
    ),
    "snow": (
        snow,
        [
            (0.1, 0.2, 1, 0.6, 8, 3, 0.95),
            (0.1, 0.2, 1, 0.5, 10, 4, 0.9),
            (0.15, 0.3, 1.75, 0.55, 10, 4, 0.9),
            (0.25, 0.3, 2.25, 0.6, 12, 6, 0.85),
            (0.3, 0.3, 1.25, 0.65, 14, 12, 0.8),
        ],
        [
            (0.1, 0.3, 3, 0.5, 10, 4, 0.8),
            (0.2, 0.3, 2, 0.5, 12, 4, 0.7),
            (0.55, 0.3, 4, 0.9, 12, 8, 0.7),
            (0.55, 0.3, 4.5, 0.85, 12, 8, 0.65),
            (0.55, 0.3, 2.5, 0.85, 12, 12, 0.55),
        ],
    ),
    "fog": (
        fog,
        [(0.2, 3), (0.5, 3), (0.75, 2.5), (1, 2), (1.5, 1.75)],
        [(1.5, 2), (2, 2), (2.5, 1.7), (2.5, 1.5), (3, 1.4)],
    ),
    "brightness": (brightness, [0.05, 0.1, 0.15, 0.2, 0.3], [0.1, 0.2, 0.3, 0.4, 0.5]),
    "contrast": (contrast, [0.75, 0.5, 0.4, 0.3, 0.15], [0.4, 0.3, 0.2, 0.1, 0.05]),
    "elasticTransform": (
        elastic_transform,
        [
            tuple(32 * value for value in level)
            for level in [(0, 0, 0.08), (0.05, 0.2, 0.07), (0.08, 0.06, 0.06), (0.1, 0.04, 0.05), (0.1, 0.03, 0.03)]
        ],
        [
            tuple(244 * value for value in level)
            for level in [(2, 0.7, 0.1), (2, 0.08, 0.2), (0.05, 0.01, 0.02), (0.07, 0.01, 0.02), (0.12, 0.01, 0.02)]
        ],
    ),
    "pixelate": (pixelate, [0.95, 0.9, 0.85, 0.75, 0.65], [0.6, 0.5, 0.4, 0.3, 0.25]),
    "jpegCompression": (jpeg_compression, [80, 65, 58, 50, 40], [25, 18, 15, 10, 7]),
    "speckleNoise": (speckle_noise, [0.06, 0.1, 0.12, 0.16, 0.2], [0.15, 0.2, 0.35, 0.45, 0.6]),
    "gaussianBlur": (gaussian_blur, [0.4, 0.6, 0.7, 0.8, 1], [1, 2, 3, 4, 6]),
    "spatter": (
        spatter,
        [
            (0.62, 0.1, 0.7, 0.7, 0.5, 0),
            (0.65, 0.1, 0.8, 0.7, 0.5, 0),
            (0.65, 0.3, 1, 0.69, 0.5, 0),
            (0.65, 0.1, 0.7, 0.69, 0.6, 1),
            (0.65, 0.1, 0.5, 0.68, 0.6, 1),
        ],
        [
            (0.65, 0.3, 4, 0.69, 0.6, 0),
            (0.65, 0.3, 3, 0.68, 0.6, 0),
            (0.65, 0.3, 2, 0.68, 0.5, 0),
            (0.65, 0.3, 1, 0.65, 1.5, 1),
            (0.67, 0.4, 1, 0.65, 1.5, 1),
        ],
    ),
    "saturate": (
        saturate,
        [(0.3, 0), (0.1, 0), (1.5, 0), (2, 0.1), (2.5, 0.2)],
        [(0.3, 0), (0.1, 0), (2, 0), (5, 0.1), (20, 0.2)],
    ),
}

# Of every result the values at 0, stride, 2 * stride, …
stride = 13
cases = []
for name, (corrupt, *tables) in severities.items():
    for table, levels, (height, width) in zip(["cifar", "imagenet"], tables, [(32, 32), (40, 36)]):
        for severity, level in enumerate(levels, 1):
            result = corrupt(picture(height, width) / 255, level, Sequence())
            values = np.uint8(np.clip(result, 0, 1) * 255 + 1e-6).reshape(-1)[::stride]
            encoded = base64.b64encode(values.tobytes()).decode()
            cases.append(dict(name=name, table=table, severity=severity, height=height, width=width, values=encoded))

folder = Path("packages/corruptions/fixtures")
folder.mkdir(exist_ok=True)
lines = ",\n".join(json.dumps(case) for case in cases)
(folder / "corruptions.json").write_text(f'{{ "stride": {stride}, "cases": [\n{lines}\n] }}\n')
