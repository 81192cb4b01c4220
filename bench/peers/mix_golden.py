"""Makes packages/ops/fixtures/mixture.json: batches mixed by torchvision's MixUp and CutMix, with λ and the box's centre given.

    python bench/peers/mix_golden.py > packages/ops/fixtures/mixture.json

Images are float64 and come from a formula that the tests repeat.
"""
import json
from unittest import mock

try:
    import torchvision_cpu  # noqa: F401  where torchvision was built for CUDA and torch was not
except ImportError:
    pass
import torch
import torchvision
from torchvision.transforms.v2 import CutMix, MixUp

SAMPLES, HEIGHT, WIDTH, CHANNELS, CLASSES = 4, 7, 6, 3, 3
LABELS = [2, 0, 0, 1]

i = torch.arange(SAMPLES * HEIGHT * WIDTH * CHANNELS, dtype=torch.int64)
images = (((i + 1) * 2654435761) % 2**32 >> 24).double().reshape(SAMPLES, HEIGHT, WIDTH, CHANNELS) / 255


def mixed(transform, share, center=()):
    """The transform, which draws λ and then the centre's x and y."""
    given = iter(center)
    transform._dist = mock.Mock(sample=lambda shape: torch.tensor(share, dtype=torch.float64))
    with mock.patch.object(torch, "randint", lambda high, size: torch.tensor([next(given)])):
        params = transform.make_params([images.permute(0, 3, 1, 2)])
    params |= {"labels": (labels := torch.tensor(LABELS)), "batch_size": SAMPLES}
    # Floats of 64 bits are left as they are.
    with mock.patch.object(torch.Tensor, "float", torch.Tensor.double):
        rows = transform.transform(labels, params)
    pictures = transform.transform(images.permute(0, 3, 1, 2), params).permute(0, 2, 3, 1)
    return {
        "lambda": share,
        **({"center": {"x": center[0], "y": center[1]}} if center else {}),
        **({"box": dict(zip(("x1", "y1", "x2", "y2"), params["box"]))} if "box" in params else {}),
        "labels": values(rows),
        "images": values(pictures),
    }


def values(x):
    return [float(f"{v:.9g}") for v in x.flatten().tolist()]


print(
    json.dumps(
        {
            "about": f"torchvision {torchvision.__version__.split('+')[0]}'s MixUp and CutMix. Made by bench/peers/mix_golden.py.",
            "samples": SAMPLES,
            "height": HEIGHT,
            "width": WIDTH,
            "channels": CHANNELS,
            "classes": CLASSES,
            "labels": LABELS,
            "mixUp": [mixed(MixUp(num_classes=CLASSES), share) for share in (0.3, 0.875, 0.0, 1.0)],
            "cutMix": [
                mixed(CutMix(num_classes=CLASSES), *case)
                for case in (
                    (0.5, (3, 3)),
                    (0.3, (0, 6)),
                    (0.1, (5, 0)),
                    (0.0, (3, 3)),
                    (0.0, (2, 5)),
                    (0.97, (4, 4)),
                )
            ],
        },
        separators=(",", ":"),
    )
)
