"""Batches of augmented views of a folder of JPEG files by PyTorch's DataLoader. Prints a line of JSON.

    python photos.py --root FOLDER --views crop|simclr --workers 2

Where torchvision's wheel was built for CUDA and torch was not, a module `torchvision_cpu` on the path that declares its missing
operators is imported first.
"""

import argparse
import importlib.util
import json
import time

import torch

if importlib.util.find_spec("torchvision_cpu"):
    import torchvision_cpu  # noqa: F401
import PIL
import torchvision
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

parser = argparse.ArgumentParser()
parser.add_argument("--root", required=True)
parser.add_argument("--views", choices=["crop", "simclr"], required=True)
parser.add_argument("--batch", type=int, default=64)
parser.add_argument("--workers", type=int, default=2)
args = parser.parse_args()
torch.manual_seed(1)

size = 224
start_of_recipe = [transforms.RandomResizedCrop(size, scale=(0.2, 1.0)), transforms.RandomHorizontalFlip()]
end_of_recipe = [transforms.ToTensor(), transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])]
colours = [
    transforms.RandomApply([transforms.ColorJitter(0.8, 0.8, 0.8, 0.2)], p=0.8), transforms.RandomGrayscale(p=0.2),
    transforms.RandomApply([transforms.GaussianBlur(23, sigma=(0.1, 2.0))], p=0.5)]
plain = transforms.Compose([*start_of_recipe, *end_of_recipe])
recipe = transforms.Compose([*start_of_recipe, *colours, *end_of_recipe])


class TwoViews:
    def __call__(self, image):
        return [recipe(image), recipe(image)]


data = ImageFolder(args.root, plain if args.views == "crop" else TwoViews())
loader = DataLoader(data, batch_size=args.batch, num_workers=args.workers, drop_last=True)
# Between two times at which batches are made ahead.
ahead = 2 * args.workers
first, last = ahead, len(loader) - 1 - ahead
for step, _ in enumerate(loader):
    if step == first:
        start = time.perf_counter()
    if step == last:
        end = time.perf_counter()
print(json.dumps({
    "who": f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}, PIL {PIL.__version__}, {args.workers} workers",
    "filesPerSecond": (last - first) * args.batch / (end - start)}))
