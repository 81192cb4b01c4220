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
  // The stock threaded build makes its workers from the text of a function, which does not survive minification: a
  // page that is isolated across origins would wait for them for ever.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  const simd = new URL("../dist/wasm/tfjs-backend-wasm-simd.wasm", import.meta.url).href;
  setWasmPaths({
    "tfjs-backend-wasm.wasm": new URL("../dist/wasm/tfjs-backend-wasm.wasm", import.meta.url).href,
    "tfjs-backend-wasm-simd.wasm": simd,
    // Asked for, and never used.
    "tfjs-backend-wasm-threaded-simd.wasm": simd,
  });
}
