"""Policies on square images by torchvision, in one thread: views a second of processor time, as a line of JSON.

    python views.py --policy supcontrast --kind pil    # on PIL images, as SupContrast does, tensors at the end
    python views.py --policy randAugment --kind v2     # on tensors of bytes

Where torchvision's wheel was built for CUDA and torch was not, a module `torchvision_cpu` on the path that declares its missing
operators is imported first.
"""

import argparse
import importlib.util
import json
import time

import numpy as np
import torch

if importlib.util.find_spec("torchvision_cpu"):
    import torchvision_cpu  # noqa: F401
import PIL
import torchvision
from PIL import Image
from torchvision.transforms import v2


def contrastive(size, least, strength, blur):
    colours = v2.ColorJitter(0.8 * strength, 0.8 * strength, 0.8 * strength, 0.2 * strength)
    steps = [v2.RandomResizedCrop(size=size, scale=(least, 1.0), antialias=True), v2.RandomHorizontalFlip(),
             v2.RandomApply([colours], p=0.8), v2.RandomGrayscale(p=0.2)]
    kernel = size // 10 // 2 * 2 + 1
    return v2.Compose(steps + [v2.RandomApply([v2.GaussianBlur(kernel, (0.1, 2.0))], p=0.5)] if blur else steps)


policies = {
    "supcontrast": lambda size: contrastive(size, 0.2, 0.5, False),
    # On images of at most 32 pixels, as on CIFAR.
    "simclr": lambda size: contrastive(size, 0.08, 0.5 if size <= 32 else 1, size > 32),
    "autoAugment": lambda size: v2.AutoAugment(),
    "randAugment": lambda size: v2.RandAugment(),
    "trivialAugment": lambda size: v2.TrivialAugmentWide(),
}

parser = argparse.ArgumentParser()
parser.add_argument("--policy", choices=policies, required=True)
parser.add_argument("--kind", choices=["pil", "v2"], required=True)
parser.add_argument("--size", type=int, default=32)
parser.add_argument("--samples", type=int, default=4096)
args = parser.parse_args()
torch.set_num_threads(1)
torch.manual_seed(1)

images = np.random.default_rng(1).integers(0, 256, (args.samples, args.size, args.size, 3), dtype=np.uint8)
recipe = v2.Compose([
    policies[args.policy](args.size), *([v2.PILToTensor()] if args.kind == "pil" else []),
    v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.4914, 0.4822, 0.4465], [0.2023, 0.1994, 0.201])])
if args.kind == "pil":
    sources = [Image.fromarray(image) for image in images]
    who = f"torchvision {torchvision.__version__}, PIL {PIL.__version__}"
else:
    sources = [torch.from_numpy(image).permute(2, 0, 1).contiguous() for image in images]
    who = f"torchvision {torchvision.__version__}, v2 on tensors"

for source in sources[:64]:
    recipe(source)
start = time.process_time()
for source in sources:
    recipe(source)
    recipe(source)
print(json.dumps({"who": who, "imagesPerSecond": 2 * args.samples / (time.process_time() - start)}))
