"""A loss of pytorch-metric-learning and its gradient, of random embeddings, on the CPU. Prints a line of JSON.

    python metric_loss.py --loss "losses.TripletMarginLoss(margin=0.2)" --miner "miners.BatchHardMiner()" --threads 1

The gradient is with respect to the embeddings and to the loss's own weights.
"""

import argparse
import json
import time

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
args = parser.parse_args()
torch.set_num_threads(args.threads)
torch.manual_seed(1)

ROWS, DIM, CLASSES, VIEWS = args.rows, args.dim, args.classes, args.views
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
