"""Writes packages/loss-metric/fixtures/classifiers.json: pytorch-metric-learning's losses with weights, in float64.

Run from the repository's root with pytorch-metric-learning installed: python bench/peers/metric_classifiers_golden.py
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from pytorch_metric_learning import __version__, losses
from pytorch_metric_learning.regularizers import SparseCentersRegularizer

torch.set_default_dtype(torch.float64)
ROWS, DIM, CLASSES = 12, 5, 4


def soft_triple(centers, weight=0.0, **given):
    regularizer = SparseCentersRegularizer(CLASSES, centers) if weight > 0 else None
    return losses.SoftTripleLoss(
        CLASSES, DIM, centers_per_class=centers, weight_regularizer=regularizer, weight_reg_weight=weight, **given
    )


# Our name and options, the peer, and whether embeddings have unit length for it as they have for us.
CASES = [
    ("large-margin-softmax", {"annealing": 0}, losses.LargeMarginSoftmaxLoss(CLASSES, DIM), False),
    *(
        ("large-margin-softmax", {"margin": m, "annealing": 0}, losses.LargeMarginSoftmaxLoss(CLASSES, DIM, margin=m), False)
        for m in [1, 2, 3]
    ),
    ("sphere-face", {"annealing": 0}, losses.SphereFaceLoss(CLASSES, DIM), False),
    ("sphere-face", {"margin": 3, "annealing": 0}, losses.SphereFaceLoss(CLASSES, DIM, margin=3), False),
    ("sphere-face", {"scale": 30, "annealing": 0}, losses.SphereFaceLoss(CLASSES, DIM, scale=30), True),
    ("cos-face", {}, losses.CosFaceLoss(CLASSES, DIM), True),
    ("cos-face", {"margin": 0.2, "scale": 8}, losses.CosFaceLoss(CLASSES, DIM, margin=0.2, scale=8), True),
    ("arc-face", {}, losses.ArcFaceLoss(CLASSES, DIM, margin=math.degrees(0.5)), True),
    (
        "arc-face",
        {"margin": 1.2, "scale": 8},
        losses.ArcFaceLoss(CLASSES, DIM, margin=math.degrees(1.2), scale=8),
        True,
    ),
    ("proxy-nca", {}, losses.ProxyNCALoss(CLASSES, DIM, softmax_scale=9), True),
    ("proxy-nca", {"temperature": 1}, losses.ProxyNCALoss(CLASSES, DIM, softmax_scale=1), True),
    ("proxy-anchor", {}, losses.ProxyAnchorLoss(CLASSES, DIM), True),
    ("proxy-anchor", {"margin": 0.3, "scale": 4}, losses.ProxyAnchorLoss(CLASSES, DIM, margin=0.3, alpha=4), True),
    ("soft-triple", {}, soft_triple(10, 0.2), True),
    ("soft-triple", {"centersPerClass": 3, "regularization": 0}, soft_triple(3), True),
    (
        "soft-triple",
        {"centersPerClass": 2, "scale": 5, "temperature": 0.5, "margin": 0.1, "regularization": 2},
        soft_triple(2, 2, la=5, gamma=0.5, margin=0.1),
        True,
    ),
    ("soft-triple", {"centersPerClass": 1}, soft_triple(1), True),
]


def main():
    generator = torch.Generator().manual_seed(0)
    draw = lambda *shape: torch.randn(*shape, generator=generator).round(decimals=3)
    # All classes but the last one are in the batch.
    labels = torch.arange(ROWS) % (CLASSES - 1)
    vectors = draw(CLASSES * 10, DIM)
    # Each row's angle to the first vector of its class is another, from near 0 to near π.
    along = torch.linspace(2, -2, ROWS).unsqueeze(1).round(decimals=3)
    start = (along * vectors[labels] + 0.5 * draw(ROWS, DIM)).round(decimals=3)

    cases = []
    for loss, options, peer, unit in CASES:
        (weight,) = peer.parameters()
        per_class = options.get("centersPerClass", 10 if loss == "soft-triple" else 1)
        ours = vectors[: CLASSES * per_class]
        transposed = tuple(weight.shape) != tuple(ours.shape)
        weight.data = (ours.t() if transposed else ours).clone()
        x = start.clone().requires_grad_()
        value = peer(F.normalize(x) if unit else x, labels)
        value.backward()
        cases.append(
            {
                "loss": loss,
                "options": options,
                "value": number(value),
                "embeddings": numbers(x.grad),
                "vectors": numbers(weight.grad.t() if transposed else weight.grad),
            }
        )

    fixture = {
        "about": f"pytorch-metric-learning {__version__} on torch {torch.__version__.split('+')[0]} in float64: losses and their "
        "gradients with respect to `embeddings`, which are scaled to unit length on the way for losses that need it, and to the "
        "first of `vectors`. Made by bench/peers/metric_classifiers_golden.py.",
        "shape": [ROWS, DIM],
        "classes": CLASSES,
        "labels": labels.tolist(),
        "embeddings": numbers(start),
        "vectors": numbers(vectors),
        "cases": cases,
    }
    path = Path(__file__).resolve().parents[2] / "packages/loss-metric/fixtures/classifiers.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


def number(value):
    return float(f"{value.item():.12g}")


def numbers(tensor):
    return [number(value) for value in tensor.detach().reshape(-1)]


main()
