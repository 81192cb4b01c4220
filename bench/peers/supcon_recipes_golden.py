"""Writes packages/loss-supcon/fixtures/recipes.json: SupCon as other libraries have it, with their defaults, in float64.

Run from the repository's root with PyTorch and pytorch-metric-learning installed, and checkouts of SupContrast
(github.com/HobbitLong/SupContrast) and solo-learn (github.com/vturrisi/solo-learn):

    python bench/peers/supcon_recipes_golden.py --supcontrast PATH --solo-learn PATH
"""

import argparse
import importlib.util
import json
import sys
import types
from pathlib import Path

import torch
from pytorch_metric_learning.losses import NTXentLoss, SupConLoss as MetricLearningSupConLoss

parser = argparse.ArgumentParser()
parser.add_argument("--supcontrast", required=True)
parser.add_argument("--solo-learn", required=True)
args = parser.parse_args()


def load(path):
    """A single file of a checkout, without what the rest of it needs."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def one_process():
    """What solo-learn's losses ask of its package: gathering is nothing to do on one process."""
    for name in ["solo", "solo.utils", "solo.utils.misc"]:
        sys.modules[name] = types.ModuleType(name)
    sys.modules["solo.utils.misc"].gather = lambda x: x
    sys.modules["solo.utils.misc"].get_rank = lambda: 0


SupContrastLoss = load(f"{args.supcontrast}/losses.py").SupConLoss
one_process()
solo_loss = load(f"{args.solo_learn}/solo/losses/simclr.py").simclr_loss_func


def sup_contrast(x, labels, **options):
    return SupContrastLoss(**options)(x, labels)


def metric_learning(loss):
    def compute(x, labels):
        labels = torch.arange(len(x)) if labels is None else labels
        return loss(x.flatten(0, 1), labels.repeat_interleave(x.shape[1]))

    return compute


def solo_learn(x, labels, **options):
    return solo_loss(x.flatten(0, 1), labels.repeat_interleave(x.shape[1]), **options)


LABELS = [0, 1, 0, 2, 1, 3]

# What it is, views, labels, the options of supCon, the peer.
CASES = [
    (
        "SupContrast, defaults",
        2,
        LABELS,
        {"temperature": 0.07, "baseTemperature": 0.07, "withoutPositives": "zero"},
        sup_contrast,
    ),
    (
        "SupContrast, temperature 0.1 as in its README for CIFAR-10",
        2,
        LABELS,
        {"temperature": 0.1, "baseTemperature": 0.07, "withoutPositives": "zero"},
        lambda x, labels: sup_contrast(x, labels, temperature=0.1),
    ),
    (
        "SupContrast, contrast_mode one",
        2,
        LABELS,
        {"temperature": 0.07, "baseTemperature": 0.07, "anchors": "first-view", "withoutPositives": "zero"},
        lambda x, labels: sup_contrast(x, labels, contrast_mode="one"),
    ),
    (
        "SupContrast, one view, anchors without positives",
        1,
        LABELS,
        {"temperature": 0.07, "baseTemperature": 0.07, "withoutPositives": "zero"},
        sup_contrast,
    ),
    (
        "SupContrast, without labels (SimCLR)",
        2,
        None,
        {"temperature": 0.5, "baseTemperature": 0.07},
        lambda x, labels: sup_contrast(x, labels, temperature=0.5),
    ),
    ("pytorch-metric-learning SupConLoss, defaults", 2, LABELS, {}, metric_learning(MetricLearningSupConLoss())),
    (
        "pytorch-metric-learning SupConLoss, anchors without positives",
        1,
        LABELS,
        {},
        metric_learning(MetricLearningSupConLoss()),
    ),
    (
        "pytorch-metric-learning NTXentLoss, defaults, without labels",
        3,
        None,
        {"temperature": 0.07, "denominator": "one-positive"},
        metric_learning(NTXentLoss()),
    ),
    (
        "solo-learn SupCon, temperature 0.2",
        2,
        LABELS,
        {"temperature": 0.2, "summation": "inside"},
        lambda x, labels: solo_learn(x, labels, temperature=0.2),
    ),
]


def main():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(1)
    cases = []
    for name, views, labels, options, compute in CASES:
        # Unit length to the last bit that float32 has.
        x = torch.nn.functional.normalize(torch.randn(len(LABELS), views, 5), dim=-1)
        x = x.float().double().requires_grad_()
        loss = compute(x, None if labels is None else torch.tensor(labels))
        loss.backward()
        cases.append(
            {
                "name": name,
                "options": options,
                "labels": labels,
                "embeddings": x.tolist(),
                "loss": loss.item(),
                "gradient": x.grad.tolist(),
            }
        )
    path = Path("packages/loss-supcon/fixtures/recipes.json")
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n")


main()
