"""Writes packages/optimize/fixtures/torch.json: torch.optim on fixed gradients, in float64.

Run from the repository's root with PyTorch installed: python bench/peers/optimizer_golden.py
"""

import json
from pathlib import Path

import torch

STEPS = 10
SHAPES = {"conv.weight": [2, 1, 2, 2], "fc.weight": [3, 2], "fc.bias": [3]}

# The optimizer's options under the names of @contrastive/optimize, then under those of torch.
CASES = [
    ("sgd", {"learningRate": 0.1}, torch.optim.SGD, {"lr": 0.1}),
    ("sgd", {"learningRate": 0.1, "momentum": 0.9}, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    (
        "sgd",
        {"learningRate": 0.05, "momentum": 0.9, "nesterov": True},
        torch.optim.SGD,
        {"lr": 0.05, "momentum": 0.9, "nesterov": True},
    ),
    (
        "sgd",
        {"learningRate": 0.1, "momentum": 0.9, "weightDecay": 0.1},
        torch.optim.SGD,
        {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1},
    ),
    (
        "sgd",
        {"learningRate": "cosine", "momentum": 0.9, "nesterov": True, "weightDecay": 0.1},
        torch.optim.SGD,
        {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
    ),
    ("adam", {"learningRate": 0.01}, torch.optim.Adam, {"lr": 0.01}),
    (
        "adam",
        {"learningRate": "cosine", "beta1": 0.8, "beta2": 0.95, "epsilon": 0.1, "weightDecay": 0.1},
        torch.optim.Adam,
        {"lr": 0.1, "betas": (0.8, 0.95), "eps": 0.1, "weight_decay": 0.1},
    ),
    ("adamw", {"learningRate": 0.01, "decay": "all"}, torch.optim.AdamW, {"lr": 0.01}),
    (
        "adamw",
        {"learningRate": "cosine", "beta1": 0.8, "epsilon": 0.1, "weightDecay": 0.2, "decay": "all"},
        torch.optim.AdamW,
        {"lr": 0.1, "betas": (0.8, 0.999), "eps": 0.1, "weight_decay": 0.2},
    ),
    ("rmsprop", {"learningRate": 0.01}, torch.optim.RMSprop, {"lr": 0.01}),
    (
        "rmsprop",
        {"learningRate": "cosine", "smoothing": 0.9, "epsilon": 0.1, "momentum": 0.9, "weightDecay": 0.1},
        torch.optim.RMSprop,
        {"lr": 0.1, "alpha": 0.9, "eps": 0.1, "momentum": 0.9, "weight_decay": 0.1},
    ),
]


def main():
    generator = torch.Generator().manual_seed(0)
    draw = lambda: {
        name: torch.randn(shape, generator=generator).double().round(decimals=3)
        for name, shape in SHAPES.items()
    }
    start = draw()
    gradients = [draw() for _ in range(STEPS)]
    # A weight whose gradient stays zero: where epsilon and the decay alone act.
    for gradient in gradients:
        gradient["fc.bias"][0] = 0

    cases = []
    for optimizer, options, make, torch_options in CASES:
        weights = {name: tensor.clone().requires_grad_() for name, tensor in start.items()}
        instance = make(weights.values(), **torch_options)
        schedule = (
            torch.optim.lr_scheduler.CosineAnnealingLR(instance, T_max=STEPS)
            if options["learningRate"] == "cosine"
            else None
        )
        trajectory = []
        for gradient in gradients:
            for name, weight in weights.items():
                weight.grad = gradient[name].clone()
            instance.step()
            if schedule is not None:
                schedule.step()
            trajectory.append(values(weights))
        cases.append({"optimizer": optimizer, "options": options, "weights": trajectory})

    fixture = {
        "about": f"torch.optim {torch.__version__.split('+')[0]} in float64 on given gradients: the weights after each "
        "step. learningRate \"cosine\": from 0.1 to 0 over the run. Made by bench/peers/optimizer_golden.py.",
        "shapes": SHAPES,
        "start": values(start),
        "gradients": [values(gradient) for gradient in gradients],
        "cases": cases,
    }
    path = Path(__file__).resolve().parents[2] / "packages/optimize/fixtures/torch.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


def values(tensors):
    return {name: [float(f"{x:.12g}") for x in t.detach().flatten().tolist()] for name, t in tensors.items()}


main()
