import { availableParallelism } from "node:os";
// The whole of tfjs, for the gradients of its ops, which tfjs-core alone does not register.
import * as tf from "@tensorflow/tfjs";
import { type Availability, type Backend, ContrastiveError, parseOptions } from "@contrastive/core";
import { installGradients } from "@contrastive/ops";
import * as z from "zod";
import { deviceName } from "./device-name.js";
import { readModule } from "./images/read-module.js";
import { createViewMaker } from "./images/view-maker.js";
import { installKernels } from "./install.js";
import { load } from "./load.js";
import { TENSORFLOW } from "./tensorflow.js";
import { version } from "./version.js";

export interface NodeGpuOptions {
  /**
   * What computes. Default `"gpu"`: a CUDA device, or the backend is not available. `"cpu"` takes TensorFlow's own kernels for the
   * processor, `"auto"` a CUDA device where there is one.
   */
  readonly device?: "gpu" | "cpu" | "auto";
  /** Which of several GPUs, as CUDA counts them. Default: the first. */
  readonly gpu?: number;
  /** Threads that an operation may take on the processor. Default: as many as TensorFlow takes. */
  readonly threads?: number;
  /**
   * Threads that make the views of coming steps; 0: views are made in their step. Default: as many as there are processors beside the
   * program's own, at least 1 and at most 8.
   */
  readonly viewThreads?: number;
}

const schema = z.strictObject({
  device: z.enum(["gpu", "cpu", "auto"]).default("gpu"),
  gpu: z.int().min(0).optional(),
  threads: z.int().min(1).optional(),
  viewThreads: z.int().min(0).optional(),
});

const MOST_VIEW_THREADS = 8;

/**
 * Training by TensorFlow's own library in Node, on an NVIDIA GPU or the processor, through tfjs-node's addon.
 *
 * TensorFlow is loaded once for the program: the options of the first call of `isAvailable` or `init` hold.
 */
export function nodeGpu(given: NodeGpuOptions = {}): Backend {
  const options = parseOptions("backend", "node-gpu", schema, given);
  return {
    name: "node-gpu",
    options,
    source: { module: "@contrastive/backend-node-gpu", export: "nodeGpu" },
    isAvailable: (): Availability => {
      const loaded = load(options);
      return loaded.ok ? { ok: true } : loaded;
    },
    async init() {
      const loaded = load(options);
      if (!loaded.ok)
        throw new ContrastiveError({ who: 'backend "node-gpu"', what: loaded.why, fix: loaded.fix });
      await tf.setBackend(TENSORFLOW);
      installKernels();
      installGradients();
      const { backend, from } = loaded;
      return {
        name: TENSORFLOW,
        device: `TensorFlow ${backend.binding.TF_Version} on ${deviceName(backend)}`,
        versions: {
          tfjs: tf.version_core,
          tensorflow: backend.binding.TF_Version,
          [from]: tf.version_core,
          "@contrastive/backend-node-gpu": version,
        },
      };
    },
    openViewMaker() {
      const threads =
        options.viewThreads ?? Math.min(Math.max(1, availableParallelism() - 1), MOST_VIEW_THREADS);
      return threads === 0 ? undefined : createViewMaker(readModule(), threads);
    },
  };
}
