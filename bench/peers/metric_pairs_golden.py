"""Writes packages/loss-metric/fixtures/pairs.json: losses of pytorch-metric-learning on pairs and triplets, in float64.

Run from the repository's root with PyTorch and pytorch-metric-learning installed: python bench/peers/metric_pairs_golden.py
"""

import json
from pathlib import Path

import pytorch_metric_learning
import torch
from pytorch_metric_learning import distances, losses, miners, regularizers

BATCH, VIEWS, DIM = 12, 2, 6
LABELS = [0, 3, 1, 0, 2, 1, 0, 4, 3, 1, 0, 2]
SQUARED = {"distance": distances.LpDistance(power=2)}
FREE = {"distance": distances.LpDistance(normalize_embeddings=False)}

# The loss and its options under the names of @contrastive/loss-metric; pytorch-metric-learning's loss and its miner.
CASES = [
    ("triplet", {"mining": "all"}, losses.TripletMarginLoss(margin=0.2), None),
    (
        "triplet",
        {"mining": "all", "margin": 0.4, "distance": "squared-euclidean"},
        losses.TripletMarginLoss(margin=0.4, **SQUARED),
        None,
    ),
    (
        "triplet",
        {"mining": "all", "margin": "soft"},
        losses.TripletMarginLoss(margin=0, smooth_loss=True),
        None,
    ),
    ("triplet", {"mining": "hard"}, losses.TripletMarginLoss(margin=0.2), miners.BatchHardMiner()),
    (
        "triplet",
        {"mining": "hard", "margin": "soft", "unitLength": False},
        losses.TripletMarginLoss(margin=0, smooth_loss=True, **FREE),
        miners.BatchHardMiner(**FREE),
    ),
    (
        "triplet",
        {},
        losses.TripletMarginLoss(margin=0.2),
        miners.TripletMarginMiner(margin=0.2, type_of_triplets="semihard"),
    ),
    (
        "triplet",
        {"margin": 0.5, "distance": "squared-euclidean"},
        losses.TripletMarginLoss(margin=0.5, **SQUARED),
        miners.TripletMarginMiner(margin=0.5, type_of_triplets="semihard", **SQUARED),
    ),
    ("contrastive", {"hinge": "linear"}, losses.ContrastiveLoss(), None),
    (
        "contrastive",
        {"hinge": "linear", "positiveMargin": 0.6, "negativeMargin": 1.3},
        losses.ContrastiveLoss(pos_margin=0.6, neg_margin=1.3),
        None,
    ),
    (
        "contrastive",
        {"hinge": "linear", "negativeMargin": 1.5, "distance": "squared-euclidean"},
        losses.ContrastiveLoss(neg_margin=1.5, **SQUARED),
        None,
    ),
    ("lifted-structure", {}, losses.LiftedStructureLoss(), None),
    (
        "lifted-structure",
        {"margin": 0.5, "unitLength": False},
        losses.LiftedStructureLoss(neg_margin=0.5, **FREE),
        None,
    ),
    ("multi-similarity", {"mining": "none"}, losses.MultiSimilarityLoss(), None),
    ("multi-similarity", {}, losses.MultiSimilarityLoss(), miners.MultiSimilarityMiner()),
    (
        "multi-similarity",
        {"positiveScale": 4, "negativeScale": 20, "threshold": 0.2, "mining": -0.2},
        losses.MultiSimilarityLoss(alpha=4, beta=20, base=0.2),
        miners.MultiSimilarityMiner(epsilon=-0.2),
    ),
    ("circle", {}, losses.CircleLoss(), None),
    ("circle", {"margin": 0.25, "scale": 256}, losses.CircleLoss(m=0.25, gamma=256), None),
    ("soft-nearest-neighbor", {}, losses.NCALoss(softmax_scale=5), None),
    ("soft-nearest-neighbor", {"temperature": 2}, losses.NCALoss(softmax_scale=0.5), None),
    (
        "n-pairs",
        {"pairs": "two-views", "penalty": 0.02},
        losses.NPairsLoss(
            distance=distances.DotProductSimilarity(normalize_embeddings=False),
            embedding_regularizer=regularizers.LpRegularizer(power=2),
            embedding_reg_weight=0.02,
        ),
        None,
    ),
]


def main():
    generator = torch.Generator().manual_seed(0)
    # About some centres, so that the classes are neither apart nor the same.
    centres = torch.randn([5, DIM], generator=generator)
    x = centres[LABELS][:, None] + 0.8 * torch.randn([BATCH, VIEWS, DIM], generator=generator)
    free = x.double().round(decimals=3)
    unit = (x / x.norm(dim=2, keepdim=True)).double()

    cases = []
    for loss, options, compute, miner in CASES:
        is_free = options.get("unitLength") is False or loss == "n-pairs"
        embeddings = (free if is_free else unit).clone().requires_grad_()
        rows = embeddings.flatten(0, 1)
        # N pairs: one of each class.
        classes = list(range(BATCH)) if loss == "n-pairs" else LABELS
        labels = torch.tensor(classes).repeat_interleave(VIEWS)
        value = compute(rows, labels, miner(rows, labels) if miner else None)
        value.backward()
        gradient = embeddings.grad
        # The peer normalises by itself; the trainer does so before the loss: in both the gradient along a row is lost.
        cases.append({"loss": loss, "options": options, "value": value.item(), "gradient": listed(gradient)})

    fixture = {
        "about": f"pytorch-metric-learning {pytorch_metric_learning.__version__}, torch {torch.__version__.split('+')[0]}, "
        "in float64. Where `unitLength` is not false the gradient is with respect to rows before they are scaled, which "
        "have unit length. Made by bench/peers/metric_pairs_golden.py.",
        "shape": [BATCH, VIEWS, DIM],
        "labels": LABELS,
        "unit": listed(unit),
        "free": listed(free),
        "cases": cases,
    }
    path = Path(__file__).resolve().parents[2] / "packages/loss-metric/fixtures/pairs.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


def listed(tensor):
    return [float(f"{x:.10g}") for x in tensor.detach().flatten().tolist()]


main()
