"""One SupCon training step (forward, backward, update) in PyTorch on the CPU. Prints a line of JSON.

    python step.py --encoder resnet18 --images 64 --threads 2

The loss is written as SupContrast computes it, for two views of each sample.
"""

import argparse
import json
import resource
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

parser = argparse.ArgumentParser()
parser.add_argument("--encoder", default="resnet18", choices=["resnet18", "resnet50", "vit-tiny"])
parser.add_argument("--images", type=int, default=64)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--steps", type=int, default=8)
args = parser.parse_args()
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


def resnet(block, layers):
    parts, inputs = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True)], 64
    for stage, (width, count) in enumerate(zip([64, 128, 256, 512], layers)):
        for i in range(count):
            parts.append(block(inputs, width, 2 if i == 0 and stage > 0 else 1))
            inputs = width * block.expansion
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten()), inputs


def encoder(name):
    if name == "resnet18":
        return resnet(Basic, [2, 2, 2, 2])
    if name == "resnet50":
        return resnet(Bottleneck, [3, 4, 6, 3])
    import timm

    model = timm.create_model("vit_tiny_patch16_224", img_size=32, patch_size=4, num_classes=0)
    return model, model.num_features


net, dim = encoder(args.encoder)
if args.encoder != "vit-tiny":
    net = net.to(memory_format=torch.channels_last)
head = nn.Sequential(nn.Linear(dim, dim), nn.ReLU(inplace=True), nn.Linear(dim, 128))
parameters = [*net.parameters(), *head.parameters()]
optimizer = torch.optim.SGD(parameters, 0.05, 0.9)

x = torch.randn(args.images, 3, 32, 32)
if args.encoder != "vit-tiny":
    x = x.to(memory_format=torch.channels_last)
labels = (torch.arange(args.images) // 2) % 10
mask = (labels[:, None] == labels[None]).float() - torch.eye(args.images)


def step():
    z = F.normalize(head(F.normalize(net(x))))
    logits = z @ z.T / 0.1 - torch.eye(args.images) * 1e9
    log_probability = F.log_softmax(logits, 1)
    loss = -((log_probability * mask).sum(1) / mask.sum(1)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


milliseconds, losses = [], []
for _ in range(args.steps):
    start = time.perf_counter()
    losses.append(step())
    milliseconds.append(1000 * (time.perf_counter() - start))
print(json.dumps({
    "who": f"torch {torch.__version__}, {args.threads} threads",
    "milliseconds": [round(t) for t in milliseconds],
    "best": min(milliseconds),
    "images": args.images,
    "loss": [losses[0], losses[-1]],
    "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
}))
