import { encodeSafetensors, type HostTensor } from "@contrastive/core";
import { toTorchLayout } from "./host-tensors.js";

type HostTensors = Readonly<Record<string, HostTensor>>;

/** What `weights.safetensors` holds: an encoder in PyTorch's layout, under its own names. */
export function encodeEncoder(weights: HostTensors, buffers: HostTensors): Uint8Array {
  return encodeSafetensors({
    tensors: toTorchLayout({ ...weights, ...buffers }),
    metadata: { format: "pt", buffers: JSON.stringify(Object.keys(buffers)) },
  });
}
