"""SupContrast's augmentation of CIFAR-size images by torchvision, in one process and one thread. Prints a line of JSON.

    python views.py --kind pil     # as SupContrast does: PIL images, tensors at the end
    python views.py --kind v2      # torchvision's v2 transforms on tensors of bytes

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
from torchvision import transforms
from torchvision.transforms import v2

parser = argparse.ArgumentParser()
parser.add_argument("--kind", choices=["pil", "v2"], required=True)
parser.add_argument("--samples", type=int, default=4096)
parser.add_argument("--rounds", type=int, default=5)
args = parser.parse_args()
torch.set_num_threads(1)
torch.manual_seed(1)

mean, std = [0.4914, 0.4822, 0.4465], [0.2023, 0.1994, 0.201]
images = np.random.default_rng(1).integers(0, 256, (args.samples, 32, 32, 3), dtype=np.uint8)

if args.kind == "pil":
    recipe = transforms.Compose([
        transforms.RandomResizedCrop(size=32, scale=(0.2, 1.0)), transforms.RandomHorizontalFlip(),
        transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.4, 0.1)], p=0.8), transforms.RandomGrayscale(p=0.2),
        transforms.ToTensor(), transforms.Normalize(mean, std)])
    sources = [Image.fromarray(image) for image in images]
    who = f"torchvision {torchvision.__version__}, PIL {PIL.__version__}"
else:
    recipe = v2.Compose([
        v2.RandomResizedCrop(size=32, scale=(0.2, 1.0), antialias=True), v2.RandomHorizontalFlip(),
        v2.RandomApply([v2.ColorJitter(0.4, 0.4, 0.4, 0.1)], p=0.8), v2.RandomGrayscale(p=0.2),
        v2.ToDtype(torch.float32, scale=True), v2.Normalize(mean, std)])
    sources = [torch.from_numpy(image).permute(2, 0, 1).contiguous() for image in images]
    who = f"torchvision {torchvision.__version__}, v2 on tensors"

rates = []
for round in range(args.rounds + 1):
    start = time.perf_counter()
    for source in sources:
        recipe(source)
        recipe(source)
    if round > 0:
        rates.append(2 * args.samples / (time.perf_counter() - start))
print(json.dumps({"who": who, "imagesPerSecond": sorted(rates)[len(rates) // 2]}))
