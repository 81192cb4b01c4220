"""Writes a vision transformer of timm, an image batch, its embeddings and gradients, for `step/vit-check.ts`.

    python peers/vit_check.py /tmp/vit.safetensors
"""

import sys

try:
    import torchvision_cpu  # noqa: F401  where torchvision was built for CUDA and torch was not
except ImportError:
    pass
import timm
import torch
from safetensors.torch import save_file

torch.manual_seed(1)
net = timm.create_model("vit_tiny_patch16_224", img_size=32, patch_size=4, num_classes=0)
with torch.no_grad():
    for name, weight in net.named_parameters():
        # Biases and scales that a mistake in them would show.
        weight.copy_(0.02 * torch.randn_like(weight) + ("norm" in name and name.endswith("weight")))
images = torch.randn(4, 3, 32, 32)
direction = torch.randn(4, 192)


def run(dtype):
    model = net.to(dtype)
    model.zero_grad()
    embeddings = model(images.to(dtype))
    (embeddings * direction.to(dtype)).sum().backward()
    gradients = {f"gradient {name}": weight.grad.float() for name, weight in model.named_parameters()}
    return {"embeddings": embeddings.detach().float(), **gradients}


exact = run(torch.float64)
single = run(torch.float32)
for name in ["embeddings", "gradient patch_embed.proj.weight"]:
    error = ((single[name] - exact[name]).norm() / exact[name].norm()).item()
    print(f"float32 of torch, {name}: {error:.1e}")
weights = {f"weight {name}": weight.detach() for name, weight in net.named_parameters()}
tensors = {**weights, **exact, "images": images, "direction": direction}
save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, sys.argv[1])
