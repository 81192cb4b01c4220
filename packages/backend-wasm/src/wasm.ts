// The whole of tfjs, for the gradients of its ops, which tfjs-core alone does not register.
import * as tf from "@tensorflow/tfjs";
import { type Backend, ContrastiveError, parseOptions } from "@contrastive/core";
import { installGradients } from "@contrastive/ops";
import { type BackendWasm, getThreadsCount, version_wasm } from "@tensorflow/tfjs-backend-wasm";
import * as z from "zod";
import { locateBinaries } from "./binaries.js";
import { type FastOptions, startFastKernels } from "./fast/start.js";
import { GIBIBYTE, guardHeap } from "./heap.js";
import { installKernels } from "./install.js";
import { version } from "./version.js";

export interface WasmOptions {
  /** GiB that tensors may fill before an allocation throws. Default, and most: 3.5; WebAssembly ends at 4. */
  readonly heapLimit?: number;
  /**
   * Multiplies and adds in one instruction where the engine can, which is faster and may round differently from one
   * processor to another. Default true; false gives the same bits everywhere.
   */
  readonly relaxedSimd?: boolean;
  /**
   * Computes most 3×3 convolutions by Winograd's algorithm: about three times as fast, with a relative error near 5e-6 in
   * place of 5e-7. Default true.
   */
  readonly winograd?: boolean;
}

const schema = z.strictObject({
  heapLimit: z.number().positive().max(3.5).default(3.5),
  relaxedSimd: z.boolean().default(true),
  winograd: z.boolean().default(true),
});

/**
 * Training on the CPU through WebAssembly: in Node and in every browser, with nothing to install besides.
 *
 * Of the stock backend it replaces or adds the kernels that training lives on. It is one for the program: of several,
 * the last whose `init` ran sets the options.
 */
export function wasm(given: WasmOptions = {}): Backend {
  const options = parseOptions("backend", "wasm", schema, given);
  return {
    name: "wasm",
    options,
    source: { module: "@contrastive/backend-wasm", export: "wasm" },
    isAvailable: () =>
      "WebAssembly" in globalThis
        ? { ok: true }
        : {
            ok: false,
            why: "this JavaScript engine has no WebAssembly",
            fix: "Use Node 20 or newer, or a browser in which WebAssembly is not turned off",
          },
    async init() {
      locateBinaries();
      if (!(await tf.setBackend("wasm"))) {
        throw new ContrastiveError({
          who: `backend "wasm"`,
          what: "tfjs could not start it",
          fix: "The console says why; most often the .wasm files are not served. See the README on bundlers",
        });
      }
      installKernels();
      installGradients();
      const backend = tf.backend() as BackendWasm;
      guardHeap(backend, options.heapLimit * GIBIBYTE);
      return { name: "wasm", device: await startKernels(backend, options), versions: versions() };
    },
  };
}

/** Returns what computes, in words. */
async function startKernels(backend: BackendWasm, options: FastOptions): Promise<string> {
  const threads = getThreadsCount();
  const count = `${threads} thread${threads === 1 ? "" : "s"}`;
  if ((await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) !== true) return `WebAssembly, ${count}`;
  const { relaxedSimd } = await startFastKernels(backend, options);
  return `WebAssembly ${relaxedSimd ? "relaxed SIMD" : "SIMD"}, ${count}`;
}

function versions(): Record<string, string> {
  return { tfjs: tf.version_core, "tfjs-backend-wasm": version_wasm, "@contrastive/backend-wasm": version };
}
