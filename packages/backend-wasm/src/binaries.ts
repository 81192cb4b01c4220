import * as tf from "@tensorflow/tfjs-core";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { readPackaged } from "./read-packaged.js";
import { canShare, shareMemory } from "./shared-memory.js";

/**
 * Gives tfjs its WebAssembly code, on shared memory where this engine has that.
 *
 * Bundlers see the files through the literal `new URL("…", import.meta.url)`. The path goes by way of `dist` so that it
 * holds from the sources as well. Does nothing once the backend runs, as its memory is what it is.
 */
export async function provideBinaries(): Promise<void> {
  // Not findBackend, which would start it.
  if ("wasm" in tf.engine().registry) return;
  // The stock threaded build has threads of its own for what is not worth any, and makes its workers from the text of a
  // function, which does not survive minification.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  const plain = await readPackaged(new URL("../dist/wasm/tfjs-backend-wasm.wasm", import.meta.url));
  const simd = await readPackaged(new URL("../dist/wasm/tfjs-backend-wasm-simd.wasm", import.meta.url));
  const files = {
    "tfjs-backend-wasm.wasm": urlOf(plain),
    "tfjs-backend-wasm-simd.wasm": urlOf(canShare() ? shareMemory(simd) : simd),
  };
  // The third is asked for, and never used.
  setWasmPaths({ ...files, "tfjs-backend-wasm-threaded-simd.wasm": files["tfjs-backend-wasm.wasm"] }, true);
}

function urlOf(binary: Uint8Array<ArrayBuffer>): string {
  return URL.createObjectURL(new Blob([binary], { type: "application/wasm" }));
}
