"""Makes packages/ops/fixtures/image-program.json: what torchvision's v2 transforms answer on float images.

    python bench/peers/augment_golden.py > packages/ops/fixtures/image-program.json

Images come from a formula that the test repeats; outputs are float32, little-endian, base64.
"""
import base64
import json
import sys

try:
    import torchvision_cpu  # noqa: F401  where torchvision was built for CUDA and torch was not
except ImportError:
    pass
import numpy as np
import torch
import torchvision
from torchvision.transforms.functional import _get_perspective_coeffs
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as F
from torchvision.transforms.v2.functional._geometry import _get_inverse_affine_matrix

F_MODES = {"nearest": InterpolationMode.NEAREST, "bilinear": InterpolationMode.BILINEAR}

IMAGES = {
    "rgb": (13, 11, 3),
    "grey": (9, 10, 1),
    "wide": (8, 21, 3),
    "small": (9, 8, 3),
    "pale": (8, 9, 1),
    "many": (20, 20, 3),
}


def bytes_of(height, width, channels):
    """Hashed bytes with the cases that colour conversion must survive: grey pixels, black, white, ties."""
    i = np.arange(height * width * channels, dtype=np.uint64)
    data = (((i + 1) * 2654435761) % 2**32 >> 24).astype(np.uint8).reshape(-1, channels)
    data[0::7] = data[0::7, :1]
    data[3::17] = 0
    data[5::17] = 255
    if channels == 3:
        data[8::11, 1] = data[8::11, 0]
        data[9::11, 2] = data[9::11, 1]
    return data.reshape(height, width, channels)


def crop(top, left, height, width, out_height, out_width):
    return dict(op="resizedCrop", top=top, left=left, height=height, width=width, outHeight=out_height, outWidth=out_width)


def box(op, top, left, height, width, **values):
    return dict(op=op, top=top, left=left, height=height, width=width, **values)


def warp(xx, xy, x0, yx, yy, y0, wx, wy, *, size, interpolation, fill=0.0, border="constant", torch=None):
    """A step whose numbers are in float32, and what torchvision is to be called with."""
    names = ("xx", "xy", "x0", "yx", "yy", "y0", "wx", "wy")
    values = {name: float(np.float32(v)) for name, v in zip(names, (xx, xy, x0, yx, yy, y0, wx, wy))}
    sides = dict(outHeight=size[0], outWidth=size[1])
    return dict(op="warp", **values, **sides, interpolation=interpolation, border=border, fill=fill, torch=torch)


def affine(size, angle, translate, scale, shear, interpolation, fill=0.0):
    """torchvision's matrix counts from the image's middle."""
    m = _get_inverse_affine_matrix([0.0, 0.0], angle, translate, scale, shear)
    y, x = [(side - 1) / 2 for side in size]
    x0, y0 = m[2] + x - m[0] * x - m[1] * y, m[5] + y - m[3] * x - m[4] * y
    call = lambda image: F.affine(image, angle, translate, scale, shear, F_MODES[interpolation], fill)
    return warp(m[0], m[1], x0, m[3], m[4], y0, 0, 0, size=size, interpolation=interpolation, fill=fill, torch=call)


def perspective(size, start, end, interpolation, fill=0.0):
    """torchvision's places are those of corners; a pixel's middle lies half a pixel behind."""
    a, b, c, d, e, f, g, h = _get_perspective_coeffs(start, end)
    one = 1 + g / 2 + h / 2
    xs = [a - g / 2, b - h / 2, c + a / 2 + b / 2 - one / 2]
    ys = [d - g / 2, e - h / 2, f + d / 2 + e / 2 - one / 2]
    numbers = [value / one for value in (*xs, *ys, g, h)]
    call = lambda image: F.perspective(image, start, end, F_MODES[interpolation], fill)
    return warp(*numbers, size=size, interpolation=interpolation, fill=fill, torch=call)


def padded_crop(padding, top, left, height, width, border):
    shift = (left - padding, top - padding)
    call = lambda image: F.crop(F.pad(image, padding, padding_mode=border), top, left, height, width)
    numbers = (1, 0, shift[0], 0, 1, shift[1], 0, 0)
    return warp(*numbers, size=(height, width), interpolation="nearest", border=border, torch=call)


def run(image, step):
    match step["op"]:
        case "warp":
            return step["torch"](image)
        case "solarize":
            return F.solarize(image, step["threshold"])
        case "posterize":
            return F.posterize(image, step["bits"])
        case "invert":
            return F.invert(image)
        case "equalize":
            return F.equalize(image)
        case "autocontrast":
            return F.autocontrast(image)
        case "sharpness":
            return F.adjust_sharpness(image, step["factor"])
        case "erase":
            colour = torch.tensor([step[name] for name in ("red", "green", "blue")][: image.shape[0]])
            return F.erase(image, *[step[key] for key in ("top", "left", "height", "width")], colour[:, None, None])
        case "resizedCrop":
            box = [step[key] for key in ("top", "left", "height", "width")]
            return F.resized_crop(image, *box, [step["outHeight"], step["outWidth"]], antialias=True)
        case "flipHorizontal":
            return F.horizontal_flip(image)
        case "flipVertical":
            return F.vertical_flip(image)
        case "brightness":
            return F.adjust_brightness(image, step["factor"])
        case "contrast":
            return F.adjust_contrast(image, step["factor"])
        case "saturation":
            return F.adjust_saturation(image, step["factor"])
        case "hue":
            return F.adjust_hue(image, step["shift"])
        case "grayscale":
            return F.rgb_to_grayscale(image, num_output_channels=image.shape[0])
        case "gaussianBlur":
            return F.gaussian_blur(image, step["kernelSize"], step["sigma"])


def factor(op, *values):
    return [[dict(op=op, factor=value)] for value in values]


AFFINE = [
    (0.0, [0.0, 0.0], 1.0, [0.0, 0.0], "bilinear"),
    (30.0, [0.0, 0.0], 1.0, [0.0, 0.0], "bilinear"),
    (-17.0, [2.0, -1.0], 0.8, [11.0, -7.0], "bilinear"),
    (-17.0, [2.0, -1.0], 0.8, [11.0, -7.0], "bilinear", 0.75),
    (130.0, [-1.0, 1.0], 1.4, [0.0, 21.0], "nearest", 0.75),
    (0.0, [3.0, 0.0], 1.0, [0.0, 0.0], "nearest"),
]

CORNERS = [[0, 0], [7, 0], [7, 8], [0, 8]]

PADDED = [(0, 8, "constant"), (5, 2, "edge"), (8, 0, "reflect"), (1, 7, "symmetric")]

CASES = {
    "rgb": [
        [],
        [crop(0, 0, 13, 11, 13, 11)],
        [crop(2, 3, 7, 6, 12, 12)],
        [crop(0, 0, 13, 11, 5, 4)],
        [crop(1, 0, 11, 11, 11, 7)],
        [crop(4, 5, 1, 1, 3, 3)],
        [crop(3, 2, 8, 8, 8, 8)],
        [dict(op="flipHorizontal")],
        [dict(op="flipVertical")],
        *factor("brightness", 0.0, 0.6, 1.7),
        *factor("contrast", 0.0, 0.3, 1.8),
        *factor("saturation", 0.0, 0.4, 1.9),
        *([dict(op="hue", shift=shift)] for shift in (-0.5, -0.17, 0.0, 0.1, 0.5)),
        [dict(op="grayscale")],
        [dict(op="gaussianBlur", kernelSize=3, sigma=0.1)],
        [dict(op="gaussianBlur", kernelSize=5, sigma=0.7)],
        [dict(op="gaussianBlur", kernelSize=21, sigma=2.0)],
        [
            crop(2, 1, 9, 10, 8, 8),
            dict(op="flipHorizontal"),
            dict(op="hue", shift=-0.08),
            dict(op="saturation", factor=1.3),
            dict(op="contrast", factor=0.7),
            dict(op="brightness", factor=1.2),
            dict(op="gaussianBlur", kernelSize=3, sigma=1.1),
        ],
        [dict(op="contrast", factor=1.4), dict(op="grayscale"), crop(6, 2, 7, 9, 6, 14)],
    ],
    "grey": [
        [crop(1, 2, 6, 5, 10, 4)],
        [dict(op="flipHorizontal"), dict(op="flipVertical")],
        [dict(op="saturation", factor=1.9), dict(op="hue", shift=0.3), dict(op="grayscale")],
        [dict(op="brightness", factor=1.4), dict(op="contrast", factor=0.5)],
        [dict(op="gaussianBlur", kernelSize=7, sigma=1.5)],
    ],
    "wide": [
        [crop(0, 4, 8, 13, 6, 6)],
        [crop(0, 0, 8, 21, 16, 5)],
        [dict(op="gaussianBlur", kernelSize=9, sigma=1.0)],
    ],
    "small": [
        *([affine((9, 8), *case)] for case in AFFINE),
        [perspective((9, 8), CORNERS, [[1, 0], [6, 2], [7, 7], [0, 8]], "bilinear")],
        [perspective((9, 8), CORNERS, [[0, 1], [7, 0], [5, 6], [2, 8]], "bilinear", 0.25)],
        [perspective((9, 8), CORNERS, [[1, 0], [6, 2], [7, 7], [0, 8]], "nearest", 0.25)],
        *([padded_crop(4, top, left, 9, 8, border)] for top, left, border in PADDED),
        [padded_crop(2, 3, 0, 6, 11, "reflect")],
        *factor("sharpness", 0.0, 0.4, 1.9),
        *([dict(op="solarize", threshold=threshold)] for threshold in (0.0, 0.5, 2 / 3, 1.0)),
        *([dict(op="posterize", bits=bits)] for bits in (0, 1, 3, 8)),
        [dict(op="invert")],
        [dict(op="equalize")],
        [dict(op="brightness", factor=0.6), dict(op="autocontrast")],
        [box("erase", 2, 1, 5, 6, red=0.5, green=0.25, blue=1.0)],
    ],
    "pale": [
        [affine((8, 9), 25.0, [1.0, -2.0], 1.1, [5.0, 0.0], "bilinear", 0.5)],
        [padded_crop(3, 0, 5, 8, 9, "symmetric")],
        *factor("sharpness", 0.0, 1.7),
        [dict(op="solarize", threshold=0.4), dict(op="posterize", bits=2)],
        [dict(op="contrast", factor=0.5), dict(op="autocontrast"), dict(op="invert")],
        [box("erase", 0, 0, 3, 9, red=0.5, green=0.25, blue=1.0)],
    ],
    "many": [
        [dict(op="equalize")],
        [dict(op="brightness", factor=0.5), dict(op="equalize")],
    ],
}


def written(step):
    return {key: value for key, value in step.items() if key != "torch"}


def golden(name, steps):
    image = torch.from_numpy(bytes_of(*IMAGES[name]).copy()).permute(2, 0, 1)
    image = F.to_dtype(image, torch.float32, scale=True)
    for step in steps:
        image = run(image, step)
    channels, height, width = image.shape
    values = image.permute(1, 2, 0).contiguous().numpy().astype("<f4")
    return {
        "image": name,
        "program": {"output": {"height": height, "width": width, "channels": channels}, "steps": [written(step) for step in steps]},
        "values": base64.b64encode(values.tobytes()).decode(),
    }


head = {
    "source": f"torchvision {torchvision.__version__}, bench/peers/augment_golden.py",
    "images": {name: dict(zip(("height", "width", "channels"), shape)) for name, shape in IMAGES.items()},
}
rows = ",\n".join(json.dumps(golden(name, steps)) for name, cases in CASES.items() for steps in cases)
sys.stdout.write(json.dumps(head)[:-1] + ',\n"cases": [\n' + rows + "\n]}\n")
