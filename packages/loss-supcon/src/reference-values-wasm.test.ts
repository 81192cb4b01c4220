import type { Backend } from "@contrastive/core";
import { supConFixtureSuite } from "@contrastive/testing";
import fixture from "@contrastive/testing/fixtures/supcon.json" with { type: "json" };
import { version_wasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { supCon, supConPerAnchor } from "./index.js";

/** As npm has it: the loss must not depend on kernels of ours. */
const stockWasm: Backend = {
  name: "stock wasm",
  options: {},
  isAvailable: () => ({ ok: true }),
  async init() {
    if (!(await tf.setBackend("wasm"))) throw new Error("the stock WASM backend did not start");
    return { name: "wasm", device: "WebAssembly", versions: { tfjs: tf.version_core, wasm: version_wasm } };
  },
};

supConFixtureSuite(fixture, supCon, { perAnchor: supConPerAnchor, backend: stockWasm });
