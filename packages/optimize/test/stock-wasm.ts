import * as tf from "@tensorflow/tfjs";
import { version_wasm } from "@tensorflow/tfjs-backend-wasm";
import type { Backend } from "@contrastive/core";

/** The WebAssembly backend as tfjs ships it, in 32-bit floats. */
export function stockWasm(): Backend {
  return {
    name: "wasm",
    options: {},
    isAvailable: () => ({ ok: true }),
    async init() {
      await tf.setBackend("wasm");
      return { name: "wasm", device: "WebAssembly", versions: { "tfjs-backend-wasm": version_wasm } };
    },
  };
}
