"""Writes packages/loss-cross-entropy/fixtures/torch.json: torch.nn.CrossEntropyLoss after a linear layer, in float64.

Run from the repository's root with PyTorch installed: python bench/peers/cross_entropy_golden.py
"""

import itertools
import json
from pathlib import Path

import torch

BATCH, VIEWS, DIM, CLASSES = 5, 2, 3, 4
LABELS = [3, 0, 2, 2, 0]
CLASS_WEIGHTS = [0.5, 3, 0, 2.5]


def main():
    torch.set_default_dtype(torch.float64)
    generator = torch.Generator().manual_seed(0)
    draw = lambda *shape: torch.randn(shape, generator=generator).round(decimals=3)
    given = {"representation": draw(BATCH, VIEWS, DIM), "weight": draw(DIM, CLASSES), "bias": draw(CLASSES)}
    shares = torch.softmax(2 * draw(BATCH, CLASSES), -1).round(decimals=3)
    # A sample of two classes, whose shares add up to 2.
    shares[1] = torch.tensor([1.0, 0, 0, 1])

    cases = []
    for kind, weighted, smoothing in itertools.product(["index", "soft"], [False, True], [0, 0.1]):
        class_weights = CLASS_WEIGHTS if weighted else None
        loss = torch.nn.CrossEntropyLoss(
            weight=None if class_weights is None else torch.tensor(class_weights), label_smoothing=smoothing
        )
        inputs = {name: x.clone().requires_grad_() for name, x in given.items()}
        logits = inputs["representation"].flatten(0, 1) @ inputs["weight"] + inputs["bias"]
        targets = torch.tensor(LABELS) if kind == "index" else shares
        value = loss(logits, targets.repeat_interleave(VIEWS, 0))
        value.backward()
        cases.append(
            {
                "options": {"labels": kind, "labelSmoothing": smoothing, "classWeights": class_weights or "none"},
                "value": value.item(),
                "gradients": {name: values(x.grad) for name, x in inputs.items()},
            }
        )

    fixture = {
        "about": f"torch.nn.CrossEntropyLoss {torch.__version__.split('+')[0]} of representation @ weight + bias in float64, "
        "and its gradients. Made by bench/peers/cross_entropy_golden.py.",
        "shape": [BATCH, VIEWS, DIM],
        "classes": CLASSES,
        "labels": {"index": LABELS, "soft": values(shares)},
        "inputs": {name: values(x) for name, x in given.items()},
        "cases": cases,
    }
    path = Path(__file__).resolve().parents[2] / "packages/loss-cross-entropy/fixtures/torch.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


def values(x):
    return [float(f"{v:.12g}") for v in x.detach().flatten().tolist()]


main()
