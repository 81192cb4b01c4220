// The whole of tfjs, for the gradients of its ops, which tfjs-core alone does not register.
import * as tf from "@tensorflow/tfjs";
import { type Backend, ContrastiveError, parseOptions } from "@contrastive/core";
import { installGradients } from "@contrastive/ops";
import { type BackendWasm, getThreadsCount, version_wasm } from "@tensorflow/tfjs-backend-wasm";
import * as z from "zod";
import { locateBinaries } from "./binaries.js";
import { GIBIBYTE, guardHeap } from "./heap.js";
import { installKernels } from "./install.js";
import { version } from "./version.js";

export interface WasmOptions {
  /** GiB that tensors may fill before an allocation throws. Default, and most: 3.5; WebAssembly ends at 4. */
  readonly heapLimit?: number;
}

const schema = z.strictObject({ heapLimit: z.number().positive().max(3.5).default(3.5) });

/**
 * Training on the CPU through WebAssembly: in Node and in every browser, with nothing to install besides.
 *
 * Of the stock backend it replaces or adds the kernels that training lives on. It is one for the program: of several,
 * the last whose `init` ran sets the limit.
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
      guardHeap(tf.backend() as BackendWasm, options.heapLimit * GIBIBYTE);
      return { name: "wasm", device: await device(), versions: versions() };
    },
  };
}

async function device(): Promise<string> {
  const simd = (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) === true;
  const threads = getThreadsCount();
  return `WebAssembly${simd ? " SIMD" : ""}, ${threads} thread${threads === 1 ? "" : "s"}`;
}

function versions(): Record<string, string> {
  return { tfjs: tf.version_core, "tfjs-backend-wasm": version_wasm, "@contrastive/backend-wasm": version };
}
