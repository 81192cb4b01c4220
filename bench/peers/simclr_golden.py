"""Writes packages/loss-simclr/fixtures/peers.json: NT-Xent, MoCo, DCL and DCLW as published code computes them, in
float64.

With pytorch-metric-learning installed, lightly installed or its repository on the path, and a clone of solo-learn:

    python bench/peers/simclr_golden.py path/to/solo-learn
"""

import importlib.util
import json
import sys
import types
from pathlib import Path

import torch
from lightly.loss import DCLLoss, DCLWLoss, NTXentLoss
from pytorch_metric_learning import losses

BATCH, DIM = 5, 4
QUEUE, STEPS = 10, 4


def main():
    generator = torch.Generator().manual_seed(0)
    draw = lambda *shape: torch.randn(shape, generator=generator).double().round(decimals=3)
    embeddings = {views: draw(BATCH, views, DIM) for views in (2, 3, 4)}
    solo = solo_loss(sys.argv[1])

    cases = []

    def add(peer, loss, options, views, f):
        x = embeddings[views].clone().requires_grad_()
        value = f(x)
        value.backward()
        cases.append(
            {
                "peer": peer,
                "loss": loss,
                "options": options,
                "views": views,
                "value": value.item(),
                "gradient": flat(x.grad),
            }
        )

    for temperature in (0.07, 0.5):
        options = {"temperature": temperature}
        add("lightly", "simclr", options, 2, of_two(NTXentLoss(temperature=temperature)))
        metric_learning = losses.NTXentLoss(temperature=temperature)
        for views in (2, 3, 4):
            add(
                "pytorch-metric-learning",
                "simclr",
                {**options, "denominator": "one-positive"},
                views,
                lambda x: metric_learning(x.flatten(0, 1), samples(x)),
            )
            add(
                "solo-learn",
                "simclr",
                {**options, "summation": "inside"},
                views,
                lambda x: solo(x.flatten(0, 1), samples(x), temperature),
            )
        add("lightly", "dcl", options, 2, of_two(DCLLoss(temperature=temperature)))
        for sigma in (0.5, 0.1):
            criterion = DCLWLoss(temperature=temperature, sigma=sigma)
            add("lightly", "dclw", {**options, "sigma": sigma}, 2, of_two(criterion))

    fixture = {
        "about": f"lightly, pytorch-metric-learning 2.9 and solo-learn on torch {torch.__version__.split('+')[0]}, in "
        "float64, of embeddings that they scale to length 1; the gradient is of the embeddings as they are. "
        "Made by bench/peers/simclr_golden.py.",
        "shape": [BATCH, DIM],
        "embeddings": {views: flat(x) for views, x in embeddings.items()},
        "cases": cases,
        "moco": moco(draw),
    }
    path = Path(__file__).resolve().parents[2] / "packages/loss-simclr/fixtures/peers.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


def moco(draw):
    """lightly's NTXentLoss with a memory bank, over steps enough for the first keys to leave it again."""
    temperature = 0.07
    criterion = NTXentLoss(temperature=temperature, memory_bank_size=(QUEUE, DIM))
    queue = torch.nn.functional.normalize(draw(QUEUE, DIM), dim=1)
    criterion.memory_bank.bank = queue.clone()
    steps = []
    for _ in range(STEPS):
        queries, keys = draw(BATCH, DIM).requires_grad_(), draw(BATCH, DIM)
        value = criterion(queries, keys)
        value.backward()
        steps.append(
            {
                "queries": flat(queries),
                "keys": flat(keys),
                "value": value.item(),
                "gradient": flat(queries.grad),
            }
        )
    return {"temperature": temperature, "queue": flat(queue), "steps": steps}


def of_two(criterion):
    return lambda x: criterion(x[:, 0], x[:, 1])


def samples(x):
    return torch.arange(len(x)).repeat_interleave(x.shape[1])


def solo_loss(repository):
    """solo-learn's simclr_loss_func by itself: its package wants a whole trainer, and one process gathers nothing."""
    for name in ("solo", "solo.utils"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["solo.utils.misc"] = types.SimpleNamespace(gather=lambda x: x, get_rank=lambda: 0)
    spec = importlib.util.spec_from_file_location("solo_simclr", Path(repository) / "solo/losses/simclr.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.simclr_loss_func


def flat(x):
    return [float(f"{v:.12g}") for v in x.detach().flatten().tolist()]


main()
