"""Makes packages/augment/fixtures/operations.json: RandAugment's and TrivialAugment's operations, done by torchvision.

    python bench/peers/augment_operations.py > packages/augment/fixtures/operations.json

Images come from a formula that the test repeats; outputs are float32, little-endian, base64.
"""
import base64
import json

try:
    import torchvision_cpu  # noqa: F401  where torchvision was built for CUDA and torch was not
except ImportError:
    pass
import numpy as np
import torch
import torchvision
from torchvision.transforms.v2 import InterpolationMode, RandAugment, TrivialAugmentWide
from torchvision.transforms.v2 import functional as F

HEIGHT, WIDTH = 8, 11
BINS = 31
MODES = {"nearest": InterpolationMode.NEAREST, "bilinear": InterpolationMode.BILINEAR}

i = np.arange(HEIGHT * WIDTH * 3, dtype=np.uint64)
data = (((i + 1) * 2654435761) % 2**32 >> 24).astype(np.uint8).reshape(HEIGHT, WIDTH, 3)
image = F.to_dtype(torch.from_numpy(data).permute(2, 0, 1), torch.float32, scale=True)


def row(space, policy, operation, bin_, sign, interpolation, fill):
    magnitudes = policy._AUGMENTATION_SPACE[operation][0](BINS, HEIGHT, WIDTH)
    magnitude = 0.0 if magnitudes is None else sign * float(magnitudes[bin_])
    fills = {torch.Tensor: fill, "others": fill}
    out = policy._apply_image_or_video_transform(image, operation, magnitude, MODES[interpolation], fills)
    values = out.permute(1, 2, 0).contiguous().numpy().astype("<f4")
    return {
        "space": space,
        "operation": operation,
        "part": sign * bin_ / (BINS - 1),
        "interpolation": interpolation,
        "fill": fill,
        "values": base64.b64encode(values.tobytes()).decode(),
    }


rows = []
for space, policy, bin_ in (("usual", RandAugment(), 17), ("wide", TrivialAugmentWide(), 23)):
    for operation, (_, signed) in policy._AUGMENTATION_SPACE.items():
        rows.append(row(space, policy, operation, bin_, 1, "nearest", 0.0))
        if signed:
            rows.append(row(space, policy, operation, bin_, -1, "bilinear", 0.5))
head = {"source": f"torchvision {torchvision.__version__}, bench/peers/augment_operations.py", "height": HEIGHT, "width": WIDTH}
print(json.dumps(head)[:-1] + ',\n"cases": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]}")
