"""One SupCon training step (forward, backward, update) in PyTorch. Prints a line of JSON.

    python step.py --encoder resnet18 --images 64 --threads 2
    python step.py --encoder resnet18 --images 512 --device cuda --precision tf32

The loss is written as SupContrast computes it, for two views of each sample.
"""

import argparse
import json
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

parser = argparse.ArgumentParser()
parser.add_argument("--encoder", default="resnet18", choices=["resnet18", "resnet50", "vit-tiny", "tiny"])
parser.add_argument("--images", type=int, default=64)
parser.add_argument("--size", type=int, default=32)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--steps", type=int, default=8)
parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
parser.add_argument("--precision", default="fp32", choices=["fp32", "tf32", "amp"])
args = parser.parse_args()
cuda = args.device == "cuda"
if cuda and not torch.cuda.is_available():
    sys.exit(f"PyTorch {torch.__version__} finds no CUDA device: install its driver and a PyTorch built for CUDA, "
             "or compare with --device cpu")
torch.backends.cudnn.benchmark = True
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = args.precision != "fp32"
torch.set_num_threads(args.threads)
torch.manual_seed(1)


class Basic(nn.Module):
    expansion = 1

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(inputs, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))
        self.shortcut = shortcut(inputs, width, stride)

    def forward(self, x):
        return F.relu(self.main(x) + self.shortcut(x), inplace=True)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True),
            nn.Conv2d(width, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width))
        self.shortcut = shortcut(inputs, 4 * width, stride)

    def forward(self, x):
        return F.relu(self.main(x) + self.shortcut(x), inplace=True)


def shortcut(inputs, outputs, stride):
    if stride == 1 and inputs == outputs:
        return nn.Identity()
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))


def resnet(block, layers, widths=(64, 128, 256, 512)):
    inputs = widths[0]
    parts = [nn.Conv2d(3, inputs, 3, 1, 1, bias=False), nn.BatchNorm2d(inputs), nn.ReLU(inplace=True)]
    for stage, (width, count) in enumerate(zip(widths, layers)):
        for i in range(count):
            parts.append(block(inputs, width, 2 if i == 0 and stage > 0 else 1))
            inputs = width * block.expansion
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten()), inputs


def encoder(name):
    if name == "resnet18":
        return resnet(Basic, [2, 2, 2, 2])
    if name == "resnet50":
        return resnet(Bottleneck, [3, 4, 6, 3])
    if name == "tiny":
        return resnet(Basic, [1, 1, 1], [4, 8, 16])
    try:
        import torchvision_cpu  # noqa: F401  where torchvision was built for CUDA and torch was not
    except ImportError:
        pass
    import timm

    model = timm.create_model("vit_tiny_patch16_224", img_size=32, patch_size=4, num_classes=0)
    return model, model.num_features


net, dim = encoder(args.encoder)
if args.encoder != "vit-tiny":
    net = net.to(memory_format=torch.channels_last)
head = nn.Sequential(nn.Linear(dim, dim), nn.ReLU(inplace=True), nn.Linear(dim, 128))
net, head = net.to(args.device), head.to(args.device)
parameters = [*net.parameters(), *head.parameters()]
optimizer = torch.optim.SGD(parameters, 0.05, 0.9)
# GPUs older than Ampere have no bfloat16, and float16 needs its gradients scaled.
half = torch.float16 if cuda and torch.cuda.get_device_capability()[0] < 8 else torch.bfloat16
autocast = torch.autocast(args.device, dtype=half, enabled=args.precision == "amp")
scaler = torch.amp.GradScaler(args.device, enabled=args.precision == "amp" and half == torch.float16)

x = torch.randn(args.images, 3, args.size, args.size, device=args.device)
if args.encoder != "vit-tiny":
    x = x.to(memory_format=torch.channels_last)
labels = (torch.arange(args.images) // 2) % 10
mask = ((labels[:, None] == labels[None]).float() - torch.eye(args.images)).to(args.device)
itself = torch.eye(args.images, device=args.device) * 1e9


def step():
    with autocast:
        embeddings = head(F.normalize(net(x)))
    z = F.normalize(embeddings.float())
    logits = z @ z.T / 0.1 - itself
    log_probability = F.log_softmax(logits, 1)
    loss = -((log_probability * mask).sum(1) / mask.sum(1)).mean()
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    return loss.detach()


def measure(steps):
    """Milliseconds of each step, and losses. On a GPU a loss is read when the next step is on its way, as in training."""
    milliseconds, losses, pending = [], [], []
    last = time.perf_counter()
    for _ in range(steps + (2 if cuda else 0)):
        pending.append(step())
        if len(pending) == (2 if cuda else 1):
            losses.append(pending.pop(0).item())
            now = time.perf_counter()
            milliseconds.append(1000 * (now - last))
            last = now
    return milliseconds[1 if cuda else 0:], losses


# Before those that count, on a GPU, the ones in which cuDNN chooses its algorithms.
first, first_losses = measure(10) if cuda else ([], [])
milliseconds, losses = measure(args.steps)
precision = f", {args.precision}" if cuda or args.precision != "fp32" else ""
losses = first_losses + losses
print(json.dumps({
    "who": f"torch {torch.__version__}{precision}" + ("" if cuda else f", {args.threads} threads"),
    "device": torch.cuda.get_device_name() if cuda else "CPU",
    "milliseconds": [round(t, 2 if cuda else None) for t in milliseconds],
    "best": min(milliseconds),
    "images": args.images,
    "loss": [losses[0], losses[-1]],
    "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    **({"peakGpuMiB": torch.cuda.max_memory_allocated() // 2**20} if cuda else {}),
}))
