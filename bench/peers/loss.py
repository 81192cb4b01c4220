"""SupCon's loss and gradient alone, of random embeddings, in PyTorch on the CPU. Prints a line of JSON.

    python loss.py --peer pytorch-metric-learning --rows 8192 --threads 1
    python loss.py --peer SupContrast --supcontrast PATH --rows 8192 --threads 1

SupContrast (github.com/HobbitLong/SupContrast) is imported from a checkout. Linux only, for the peak of memory.
"""

import argparse
import json
import subprocess
import sys
import time

import torch

parser = argparse.ArgumentParser()
parser.add_argument("--peer", choices=["pytorch-metric-learning", "SupContrast"], required=True)
parser.add_argument("--supcontrast")
parser.add_argument("--rows", type=int, default=8192)
parser.add_argument("--dim", type=int, default=128)
parser.add_argument("--repeats", type=int, default=3)
parser.add_argument("--threads", type=int, default=1)
args = parser.parse_args()
torch.set_num_threads(args.threads)
torch.manual_seed(1)


def metric_learning():
    import pytorch_metric_learning
    from pytorch_metric_learning.losses import SupConLoss

    loss = SupConLoss(temperature=0.1)
    per_row = labels.repeat_interleave(2)
    return pytorch_metric_learning.__version__, lambda x: loss(x.flatten(0, 1), per_row)


def sup_contrast():
    sys.path.insert(0, args.supcontrast)
    from losses import SupConLoss

    commit = subprocess.run(
        ["git", "-C", args.supcontrast, "rev-parse", "--short", "HEAD"], capture_output=True, text=True
    ).stdout.strip() or "without git"
    loss = SupConLoss(temperature=0.1, base_temperature=0.1)
    return commit, lambda x: loss(x, labels)


def status(name):
    """In MiB."""
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


embeddings = torch.nn.functional.normalize(torch.randn(args.rows // 2, 2, args.dim), dim=-1).requires_grad_()
labels = torch.arange(args.rows // 2) % 10
version, compute = (metric_learning if args.peer == "pytorch-metric-learning" else sup_contrast)()

with open("/proc/self/clear_refs", "w") as reset:
    reset.write("5")
before = status("VmRSS")
milliseconds = []
for _ in range(args.repeats):
    embeddings.grad = None
    start = time.perf_counter()
    value = compute(embeddings)
    value.backward()
    milliseconds.append(1000 * (time.perf_counter() - start))
print(json.dumps({
    "who": f"{args.peer} {version}, torch {torch.__version__}, {args.threads} thread{'s' * (args.threads > 1)}",
    "rows": args.rows,
    "best": min(milliseconds),
    "milliseconds": [round(t) for t in milliseconds],
    "loss": value.item(),
    "peakMiB": status("VmHWM") - before,
}))
