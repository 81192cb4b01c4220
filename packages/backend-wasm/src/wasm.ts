// The whole of tfjs, for the gradients of its ops, which tfjs-core alone does not register.
import * as tf from "@tensorflow/tfjs";
import { type Backend, ContrastiveError, parseOptions } from "@contrastive/core";
import { installGradients } from "@contrastive/ops";
import { type BackendWasm, version_wasm } from "@tensorflow/tfjs-backend-wasm";
import * as z from "zod";
import { provideBinaries } from "./binaries.js";
import { startFastKernels } from "./fast/start.js";
import { GIBIBYTE, guardHeap } from "./heap.js";
import { installKernels } from "./install.js";
import { version } from "./version.js";

export interface WasmOptions {
  /**
   * Threads that compute, this one among them. Default `"auto"`: as many as the machine has processors, at most 16. One where
   * memory can't be shared, as on a web page that is not isolated across origins.
   */
  readonly threads?: number | "auto";
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
  /**
   * Gives the same bits on every machine: no relaxed SIMD, whatever `relaxedSimd` says. Default false. The number of threads
   * never changes a bit.
   */
  readonly deterministic?: boolean;
}

const schema = z.strictObject({
  threads: z.union([z.int().min(1).max(64), z.literal("auto")]).default("auto"),
  heapLimit: z.number().positive().max(3.5).default(3.5),
  relaxedSimd: z.boolean().default(true),
  winograd: z.boolean().default(true),
  deterministic: z.boolean().default(false),
});

type CompleteOptions = z.output<typeof schema>;

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
      await provideBinaries();
      if (!(await tf.setBackend("wasm"))) {
        throw new ContrastiveError({
          who: `backend "wasm"`,
          what: "tfjs could not start it",
          fix: "The console says why; most often the .wasm files are not served. See the README on bundlers",
        });
      }
      installKernels();
      installGradients();
      // Which `setBackend` has just made it.
      const backend = tf.backend() as BackendWasm;
      guardHeap(backend, options.heapLimit * GIBIBYTE);
      return { name: "wasm", device: await startKernels(backend, options), versions: versions() };
    },
  };
}

/** Returns what computes, in words. */
async function startKernels(backend: BackendWasm, options: CompleteOptions): Promise<string> {
  if ((await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) !== true)
    return "WebAssembly without SIMD, 1 thread";
  const { relaxedSimd, threads } = await startFastKernels(backend, {
    ...(options.threads !== "auto" && { threads: options.threads }),
    relaxedSimd: options.relaxedSimd && !options.deterministic,
    winograd: options.winograd,
  });
  return `WebAssembly ${relaxedSimd ? "relaxed SIMD" : "SIMD"}, ${threads} thread${threads === 1 ? "" : "s"}`;
}

function versions(): Record<string, string> {
  return { tfjs: tf.version_core, "tfjs-backend-wasm": version_wasm, "@contrastive/backend-wasm": version };
}
