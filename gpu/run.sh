#!/usr/bin/env bash
# Runs all of the benchmarks; writes results.json and results.md into the folder in which it is called.
#
#   run.sh [--python PYTHON] [--out FOLDER] [--rounds 3] [--settle 300] [--device cuda|cpu] [--tiny]
#   run.sh compare --encoder resnet18 --images 512      a single one: compare, kernels, count
set -euo pipefail
here=$(realpath "$(dirname "$0")")
benchmark=all
case ${1:-} in compare | kernels | count | step) benchmark=$1 && shift ;; esac

ldconfig -p 2>/dev/null | grep -q libvulkan.so.1 || export LD_LIBRARY_PATH=$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
# Some containers have the driver in a folder of its own.
if [ -z "${VK_ICD_FILENAMES:-}${VK_DRIVER_FILES:-}" ]; then
  for file in /usr/local/*/share/vulkan/icd.d/nvidia*.json; do [ -f "$file" ] && export VK_ICD_FILENAMES=$file; done
fi
# Containers often have NVIDIA's libraries without the file that tells Vulkan so.
if [ -z "${VK_ICD_FILENAMES:-}${VK_DRIVER_FILES:-}" ] && ! compgen -G "/*/vulkan/icd.d/nvidia*" >/dev/null &&
  ! compgen -G "/usr/*/vulkan/icd.d/nvidia*" >/dev/null; then
  for library in libEGL_nvidia.so.0 libGLX_nvidia.so.0; do
    ldconfig -p 2>/dev/null | grep -q "$library" || continue
    export VK_ICD_FILENAMES=$here/nvidia_icd.json
    echo "{ \"file_format_version\": \"1.0.0\", \"ICD\": { \"library_path\": \"$library\", \"api_version\": \"1.3.0\" } }" \
      >"$VK_ICD_FILENAMES"
    break
  done
fi
export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-/tmp}
# Tiles that were tuned before would not be tuned here.
export XDG_CACHE_HOME=$here/cache
command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
exec node "$here/bench/webgpu/$benchmark.js" "$@"
