import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import type { TensorFlowBackend } from "./tensorflow.js";

/** What TensorFlow computes on, as `CUDA, NVIDIA H200` or `the CPU, AMD EPYC`; without the name where nothing tells it. */
export function deviceName({ isUsingGpuDevice }: Pick<TensorFlowBackend, "isUsingGpuDevice">): string {
  const [kind, name] = isUsingGpuDevice ? ["CUDA", gpuName()] : ["the CPU", cpus()[0]?.model.trim()];
  return name ? `${kind}, ${name}` : kind;
}

/** TensorFlow's binding does not say it: the driver's own tool does. */
function gpuName(): string | undefined {
  const [first] = (process.env.CUDA_VISIBLE_DEVICES ?? "").split(",");
  const args = ["--query-gpu=name", "--format=csv,noheader", ...(first ? ["--id", first] : [])];
  try {
    const names = execFileSync("nvidia-smi", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return names.split("\n")[0].trim();
  } catch {
    return undefined;
  }
}
