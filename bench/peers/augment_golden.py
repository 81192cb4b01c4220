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
from torchvision.transforms.v2 import functional as F

IMAGES = {"rgb": (13, 11, 3), "grey": (9, 10, 1), "wide": (8, 21, 3)}


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


def run(image, step):
    match step["op"]:
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
}


def golden(name, steps):
    image = torch.from_numpy(bytes_of(*IMAGES[name]).copy()).permute(2, 0, 1)
    image = F.to_dtype(image, torch.float32, scale=True)
    for step in steps:
        image = run(image, step)
    channels, height, width = image.shape
    values = image.permute(1, 2, 0).contiguous().numpy().astype("<f4")
    return {
        "image": name,
        "program": {"output": {"height": height, "width": width, "channels": channels}, "steps": steps},
        "values": base64.b64encode(values.tobytes()).decode(),
    }


head = {
    "source": f"torchvision {torchvision.__version__}, bench/peers/augment_golden.py",
    "images": {name: dict(zip(("height", "width", "channels"), shape)) for name, shape in IMAGES.items()},
}
rows = ",\n".join(json.dumps(golden(name, steps)) for name, cases in CASES.items() for steps in cases)
sys.stdout.write(json.dumps(head)[:-1] + ',\n"cases": [\n' + rows + "\n]}\n")
