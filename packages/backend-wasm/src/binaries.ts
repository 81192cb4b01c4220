import * as tf from "@tensorflow/tfjs-core";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

/**
 * Tells tfjs in a browser where its WebAssembly files are; in Node it finds its own.
 *
 * Bundlers see the files through the literal `new URL("…", import.meta.url)`. The path goes by way of `dist` so that it
 * holds from the sources as well.
 */
export function locateBinaries(): void {
  if (!tf.env().getBool("IS_BROWSER")) return;
  setWasmPaths({
    "tfjs-backend-wasm.wasm": new URL("../dist/wasm/tfjs-backend-wasm.wasm", import.meta.url).href,
    "tfjs-backend-wasm-simd.wasm": new URL("../dist/wasm/tfjs-backend-wasm-simd.wasm", import.meta.url).href,
    "tfjs-backend-wasm-threaded-simd.wasm": new URL(
      "../dist/wasm/tfjs-backend-wasm-threaded-simd.wasm",
      import.meta.url,
    ).href,
  });
}
