import * as tf from "@tensorflow/tfjs";
import { version_wasm } from "@tensorflow/tfjs-backend-wasm";
import type { Backend } from "@contrastive/core";
import { installGradients } from "@contrastive/ops";
// By path: what the package falls back to where an engine has no SIMD is no part of its surface.
import { installKernels } from "../../packages/backend-wasm/src/install.js";

/** tfjs's own WASM backend with what it lacks for training composed of its ops: where this library began. */
export function composed(): Backend {
  return {
    name: "composed",
    options: {},
    isAvailable: () => ({ ok: true }),
    async init() {
      await tf.setBackend("wasm");
      installKernels();
      installGradients();
      return {
        name: "wasm",
        device: "WebAssembly, stock and composed kernels",
        versions: { "tfjs-backend-wasm": version_wasm },
      };
    },
  };
}
