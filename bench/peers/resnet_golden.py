"""Makes packages/encoder-resnet/fixtures/torch.json: torchvision's ResNets on seeded weights, in float64.

    python bench/peers/resnet_golden.py > packages/encoder-resnet/fixtures/torch.json

Weights, images and the direction of the loss come from a hash that packages/testing/src/seeded-weights.ts repeats.
Each tensor is written as [norm, float32's relative error, projections...]: float32's error is that of the same pass
in PyTorch float32; the projections are dot products with vectors of seeded signs.
"""
import json
import math

try:
    import torchvision_cpu  # noqa: F401  where torchvision was built for CUDA and torch was not
except ImportError:
    pass
import numpy as np
import torch
import torchvision
from torch import nn
from torch.nn import functional as F

BATCH = 4
PROJECTIONS = 8


def hashes(name, size):
    start = 0x811C9DC5
    for byte in name.encode("ascii"):
        start = ((start ^ byte) * 0x01000193) & 0xFFFFFFFF
    x = np.uint32(start) + np.arange(size, dtype=np.uint32) * np.uint32(0x9E3779B9)
    x = (x ^ (x >> 16)) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> 15)) * np.uint32(0x846CA68B)
    return x ^ (x >> 16)


def seeded(name, shape):
    values = (hashes(name, math.prod(shape)) >> 8).astype(np.float64) / 0x800000 - 1
    return values.reshape(shape)


def span(name, shape):
    if len(shape) > 1:
        return 0, math.sqrt(6 / math.prod(shape[:-1]))
    if name.endswith(".running_var"):
        return 1, 0.5
    return (0.75, 0.25) if name.endswith(".weight") else (0, 0.1)


def to_torch(x):
    """HWIO to OIHW; all else as it is."""
    return x.permute(3, 2, 0, 1) if x.dim() == 4 else x


def from_torch(x):
    return x.permute(2, 3, 1, 0) if x.dim() == 4 else x


def load(net):
    state = {}
    for name, value in net.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        shape = tuple(from_torch(value).shape)
        middle, spread = span(name, shape)
        # Rounded to float32, which is what the other side holds.
        values = (middle + spread * seeded(name, shape)).astype(np.float32)
        state[name] = to_torch(torch.from_numpy(values))
    net.load_state_dict(state, strict=False)


class CifarBlock(nn.Module):
    def __init__(self, inputs, outputs, stride, shortcut):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.stride = stride
        self.padding = (outputs - inputs) // 2
        self.downsample = None
        if shortcut == "B" and inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.downsample is not None:
            return F.relu(y + self.downsample(x))
        x = x[:, :, :: self.stride, :: self.stride]
        return F.relu(y + F.pad(x, (0, 0, 0, 0, self.padding, self.padding)))


class CifarResNet(nn.Module):
    """He et al. 2016, section 4.2: three stages of 16, 32 and 64 channels."""

    def __init__(self, depth, shortcut):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        inputs = 16
        for stage, width in enumerate([16, 32, 64]):
            blocks = []
            for i in range(depth):
                blocks.append(CifarBlock(inputs, width, 2 if stage > 0 and i == 0 else 1, shortcut))
                inputs = width
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.layer3(self.layer2(self.layer1(x))).mean((2, 3))


def torchvision_net(name, stem):
    net = getattr(torchvision.models, name)(weights=None)
    net.fc = nn.Identity()
    if stem == "cifar":
        net.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        net.maxpool = nn.Identity()
    return net


def run(net, size, training, dtype):
    net = net.to(dtype)
    load(net)
    net.train(training)
    images = torch.from_numpy(1.5 * seeded("images", (BATCH, size, size, 3))).to(dtype).permute(0, 3, 1, 2)
    embeddings = net(images)
    direction = torch.from_numpy(seeded("direction", tuple(embeddings.shape))).to(dtype)
    net.zero_grad()
    (embeddings * direction).sum().backward()
    tensors = {"embeddings": embeddings.detach()}
    if training:
        for statistic in ["running_mean", "running_var"]:
            buffers = [value for name, value in net.named_buffers() if name.endswith(statistic)]
            tensors[statistic] = torch.cat(buffers).detach()
    for name, parameter in net.named_parameters():
        tensors[name] = from_torch(parameter.grad)
    return {name: value.to(torch.float64).numpy().reshape(-1).copy() for name, value in tensors.items()}


def summary(name, exact, single):
    norm = np.linalg.norm(exact)
    bits = hashes(name, exact.size)
    projections = [np.dot(exact, np.where(bits >> k & 1, -1.0, 1.0)) for k in range(PROJECTIONS)]
    rounded = [float(f"{value:.9e}") for value in [norm, *projections]]
    return [rounded[0], float(f"{np.linalg.norm(single - exact) / norm:.2e}"), *rounded[1:]]


CASES = [
    ("resnet18", {"stem": "cifar"}, 16, lambda: torchvision_net("resnet18", "cifar")),
    ("resnet18", {"stem": "imagenet"}, 64, lambda: torchvision_net("resnet18", "imagenet")),
    ("resnet50", {"stem": "imagenet"}, 64, lambda: torchvision_net("resnet50", "imagenet")),
    ("resnet8", {"shortcut": "B"}, 16, lambda: CifarResNet(1, "B")),
    ("resnet20", {"shortcut": "A"}, 32, lambda: CifarResNet(3, "A")),
]

cases = []
for encoder, options, size, make in CASES:
    case = {"encoder": encoder, "options": options, "size": size}
    for mode in ["evaluation", "training"]:
        exact = run(make(), size, mode == "training", torch.float64)
        single = run(make(), size, mode == "training", torch.float32)
        case[mode] = {name: summary(name, exact[name], single[name]) for name in exact}
    cases.append(case)

header = {"torch": torch.__version__, "torchvision": torchvision.__version__, "batch": BATCH}
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
print(json.dumps(header)[:-1] + ', "cases": [\n' + lines + "\n]}")
