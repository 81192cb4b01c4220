"""Writes packages/loss-self-supervised/fixtures/peers.json: losses and gradients of lightly and solo-learn, in float64.

Run from the repository's root with PyTorch installed, on checkouts of github.com/lightly-ai/lightly and
github.com/vturrisi/solo-learn:

    python bench/peers/self_supervised_golden.py --lightly PATH --solo-learn PATH
"""

import argparse
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import torch

BATCH, VIEWS, DIM, HIDDEN = 6, 2, 4, 3

parser = argparse.ArgumentParser()
parser.add_argument("--lightly", type=Path, required=True)
parser.add_argument("--solo-learn", type=Path, required=True)
flags = parser.parse_args()
torch.set_default_dtype(torch.float64)


def load(root, path):
    """A file of a checkout by itself: the packages around it import far more than a loss needs."""
    spec = importlib.util.spec_from_file_location(path.replace("/", "."), root / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stub(name, **content):
    module = ModuleType(name)
    module.__dict__.update(content)
    sys.modules[name] = module
    return module


# What these files import: used in several processes only, and for other heads.
stub("lightly.utils.dist", gather=lambda x: (x,))
stub("solo.utils.misc", gather=lambda x: x)
stub("lightly.models", utils=stub("lightly.models.utils"))
for name in ["lightly", "lightly.utils", "solo", "solo.utils"]:
    stub(name)

barlow = load(flags.lightly, "lightly/loss/barlow_twins_loss.py").BarlowTwinsLoss
vicreg = load(flags.lightly, "lightly/loss/vicreg_loss.py").VICRegLoss
cosine = load(flags.lightly, "lightly/loss/negative_cosine_similarity.py").NegativeCosineSimilarity()
heads = load(flags.lightly, "lightly/models/modules/heads.py")
solo_barlow = load(flags.solo_learn, "solo/losses/barlow.py").barlow_loss_func
solo_vicreg = load(flags.solo_learn, "solo/losses/vicreg.py").vicreg_loss_func
solo_simsiam = load(flags.solo_learn, "solo/losses/simsiam.py").simsiam_loss_func
solo_byol = load(flags.solo_learn, "solo/losses/byol.py").byol_loss_func

# The loss of @contrastive/loss-self-supervised and its options, the peer, what the peer's value is less than ours, and the
# peer's loss of views z, momentum targets t and predictions p.
CASES = [
    ("barlow-twins", {"scale": 1}, "lightly", 0, lambda z, t, p: barlow()(*z)),
    ("barlow-twins", {"scale": 1, "lambda": 0.1}, "lightly", 0, lambda z, t, p: barlow(lambda_param=0.1)(*z)),
    ("barlow-twins", {"scale": 0.025}, "solo-learn", 0, lambda z, t, p: solo_barlow(*z)),
    (
        "barlow-twins",
        {"scale": 0.1, "lambda": 0.0051},
        "solo-learn",
        0,
        lambda z, t, p: solo_barlow(*z, lamb=0.0051, scale_loss=0.1),
    ),
    ("vicreg", {}, "lightly", 0, lambda z, t, p: vicreg()(*z)),
    (
        "vicreg",
        {"invariance": 10, "variance": 5, "covariance": 2, "epsilon": 0.01},
        "lightly",
        0,
        lambda z, t, p: vicreg(10, 5, 2, eps=0.01)(*z),
    ),
    ("vicreg", {"variance": 50}, "solo-learn", 0, lambda z, t, p: solo_vicreg(*z)),
    (
        "vicreg",
        {"invariance": 10, "variance": 6, "covariance": 2},
        "solo-learn",
        0,
        lambda z, t, p: solo_vicreg(*z, 10, 3, 2),
    ),
    ("simsiam", {}, "lightly", 0, lambda z, t, p: both(cosine, p, [x.detach() for x in z]) / 2),
    ("simsiam", {}, "solo-learn", 0, lambda z, t, p: both(solo_simsiam, p, z) / 2),
    ("byol", {"scale": 0.5}, "lightly", 1, lambda z, t, p: both(cosine, p, t) / 2),
    ("byol", {}, "solo-learn", 0, lambda z, t, p: both(solo_byol, p, t)),
]
PREDICTORS = {"simsiam": heads.SimSiamPredictionHead, "byol": heads.BYOLPredictionHead}


def both(loss, predictions, targets):
    return loss(predictions[0], targets[1]) + loss(predictions[1], targets[0])


def main():
    generator = torch.Generator().manual_seed(0)
    draw = lambda *shape: torch.randn(shape, generator=generator).round(decimals=3)
    embeddings, targets = 0.6 * draw(BATCH, VIEWS, DIM) + 0.2, draw(BATCH, VIEWS, DIM)
    start = {
        "0.weight": draw(HIDDEN, DIM),
        "1.weight": draw(HIDDEN),
        "1.bias": draw(HIDDEN),
        "3.weight": draw(DIM, HIDDEN),
        "3.bias": draw(DIM),
    }

    cases = []
    for loss, options, peer, less, compute in CASES:
        x = embeddings.clone().requires_grad_()
        views, weights, predictions = x.unbind(1), {}, None
        if loss in PREDICTORS:
            options = {**options, "hidden": HIDDEN}
            predictor = PREDICTORS[loss](DIM, HIDDEN, DIM)
            predictor.layers.load_state_dict(start, strict=False)
            weights = dict(predictor.layers.named_parameters())
            predictions = [predictor(view) for view in views]
        value = compute(views, targets.unbind(1), predictions)
        value.backward()
        cases.append(
            {
                "loss": loss,
                "options": options,
                "peer": peer,
                "less": less,
                "value": value.item(),
                "gradient": values(x.grad),
                "weights": {name: values(in_our_layout(weight.grad)) for name, weight in weights.items()},
            }
        )

    fixture = {
        "about": f"Losses of lightly and solo-learn on PyTorch {torch.__version__.split('+')[0]} in float64, and their "
        "gradients. `less`: what a peer's value is less than ours. Made by bench/peers/self_supervised_golden.py.",
        "shape": [BATCH, VIEWS, DIM],
        "embeddings": values(embeddings),
        "targets": values(targets),
        "predictor": {
            name: {"shape": list(in_our_layout(x).shape), "values": values(in_our_layout(x))} for name, x in start.items()
        },
        "cases": cases,
    }
    path = Path(__file__).resolve().parents[2] / "packages/loss-self-supervised/fixtures/peers.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


def in_our_layout(x):
    return x.T if x.ndim == 2 else x


def values(x):
    return [float(f"{v:.12g}") for v in x.detach().flatten().tolist()]


main()
