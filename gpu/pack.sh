#!/usr/bin/env bash
# Packs the benchmarks on WebGPU into one archive for a Linux machine (x86-64) with an NVIDIA card, Node 20 and a Python with
# PyTorch for CUDA; it needs neither this repository nor a network there.
#
#   gpu/pack.sh OUT.tar.gz      here, after `npm run setup`
#   tar xzf OUT.tar.gz && contrastive-webgpu/run.sh      there
set -euo pipefail
out=$(realpath -m "${1:?usage: gpu/pack.sh OUT.tar.gz}")
repository=$(realpath "$(dirname "$0")/..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/contrastive-webgpu
mkdir -p "$root"/{bench/peers,node_modules/webgpu/dist,lib}

(cd "$repository/bench" && npm run --silent webgpu-bundle -- "$root/bench/webgpu" >/dev/null)
cp "$repository/bench/peers/step.py" "$root/bench/peers/"
echo '{ "private": true, "type": "module" }' >"$root/package.json"
cp "$repository/gpu/run.sh" "$repository/gpu/README.md" "$root/"
dawn=$repository/packages/backend-webgpu/node_modules/webgpu
cp "$dawn"/{index.js,package.json,LICENSE.md} "$root/node_modules/webgpu/"
cp -r "$dawn/dist/linux-x64" "$root/node_modules/webgpu/dist/"
# Vulkan's loader, for machines that have the driver and not this; those that have it take their own.
loader=$(ldconfig -p | awk '/libvulkan\.so\.1.*x86-64/ { print $NF; exit }')
if [ -n "$loader" ]; then cp -L "$loader" "$root/lib/"; else echo "no libvulkan.so.1 here: the machine must have it" >&2; fi

tar --sort=name --owner=0 --group=0 -C "$work" -czf "$out" contrastive-webgpu
du -h "$out"
