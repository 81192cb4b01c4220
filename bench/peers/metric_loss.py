"""A loss of pytorch-metric-learning and its gradient, of random embeddings, on the CPU. Prints a line of JSON.

    python metric_loss.py --loss "losses.TripletMarginLoss(margin=0.2)" --miner "miners.BatchHardMiner()" --threads 1

The gradient is with respect to the embeddings and to the loss's own weights.
"""

import argparse
import importlib.util
import json
import sys
import time
from pathlib import Path
from types import ModuleType

import pytorch_metric_learning
import torch
from pytorch_metric_learning import distances, losses, miners, reducers, regularizers  # noqa: F401

parser = argparse.ArgumentParser()
parser.add_argument("--loss", required=True)
parser.add_argument("--miner", default="None")
parser.add_argument("--rows", type=int, default=1024)
parser.add_argument("--dim", type=int, default=128)
parser.add_argument("--classes", type=int, default=32)
parser.add_argument("--views", type=int, default=1)
parser.add_argument("--repeats", type=int, default=20)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--lightly", type=Path)
args = parser.parse_args()
torch.set_num_threads(args.threads)
torch.manual_seed(1)

ROWS, DIM, CLASSES, VIEWS = args.rows, args.dim, args.classes, args.views


class Classifier(torch.nn.Module):
    """A linear layer and torch's cross-entropy."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(DIM, CLASSES)

    def forward(self, rows, labels):
        return torch.nn.functional.cross_entropy(self.linear(rows), labels)


class OnTwoViews(torch.nn.Module):
    """A loss of two views as one of rows, which are the views of samples in turn."""

    def __init__(self, loss, module=None):
        super().__init__()
        self.loss = loss
        self.module = module

    def forward(self, rows, labels):
        return self.loss(*rows.unflatten(0, (-1, 2)).unbind(1))


def lightly_file(path):
    """A file of lightly by itself: the packages around it import far more than a loss needs."""
    for name in ["lightly", "lightly.utils", "lightly.utils.dist", "lightly.models", "lightly.models.utils"]:
        sys.modules.setdefault(name, ModuleType(name))
    sys.modules["lightly.utils"].dist = sys.modules["lightly.utils.dist"]
    sys.modules["lightly.utils.dist"].gather = lambda x: (x,)
    sys.modules["lightly.models"].utils = sys.modules["lightly.models.utils"]
    spec = importlib.util.spec_from_file_location(path.replace("/", "."), args.lightly / "lightly" / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lightly(name):
    files = {"DCLLoss": "dcl_loss", "BarlowTwinsLoss": "barlow_twins_loss", "VICRegLoss": "vicreg_loss"}
    return OnTwoViews(getattr(lightly_file(f"loss/{files[name]}.py"), name)())


def predicting(head, targets):
    cosine = lightly_file("loss/negative_cosine_similarity.py").NegativeCosineSimilarity()

    def loss(*views):
        first, second = targets(views)
        return 0.5 * (cosine(head(views[0]), second) + cosine(head(views[1]), first))

    return OnTwoViews(loss, head)


def lightly_simsiam():
    head = lightly_file("models/modules/heads.py").SimSiamPredictionHead(DIM, DIM // 4, DIM)
    return predicting(head, lambda views: [view.detach() for view in views])


def lightly_byol(hidden):
    head = lightly_file("models/modules/heads.py").BYOLPredictionHead(DIM, hidden, DIM)
    targets = torch.randn(2, ROWS // 2, DIM).unbind(0)
    return predicting(head, lambda views: targets)


# The expressions come from the table of cases beside this script's caller.
loss = eval(args.loss)
miner = eval(args.miner)
rows = torch.nn.functional.normalize(torch.randn(ROWS, DIM), dim=1).requires_grad_()
labels = (torch.arange(ROWS // VIEWS) % CLASSES).repeat_interleave(VIEWS)
parameters = [rows, *(loss.parameters() if isinstance(loss, torch.nn.Module) else [])]

milliseconds = []
start = time.perf_counter()
while len(milliseconds) < args.repeats:
    for parameter in parameters:
        parameter.grad = None
    begin = time.perf_counter()
    value = loss(rows, labels) if miner is None else loss(rows, labels, miner(rows, labels))
    value.backward()
    milliseconds.append(1000 * (time.perf_counter() - begin))
    if time.perf_counter() - start > 10 and len(milliseconds) >= 2:
        break
print(json.dumps({
    "who": f"pytorch-metric-learning {pytorch_metric_learning.__version__}, torch {torch.__version__}, "
    f"{args.threads} thread{'s' * (args.threads > 1)}",
    "best": min(milliseconds),
    "milliseconds": [round(t) for t in milliseconds],
}))
