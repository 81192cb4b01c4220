import { allowRelaxedSimd } from "#platform";
import { readPackaged } from "../read-packaged.js";

export interface Compiled {
  readonly module: WebAssembly.Module;
  readonly relaxed: boolean;
}

/**
 * The kernels, compiled for a kind of memory, with relaxed SIMD if that is wanted and this engine has it.
 *
 * Bundlers see the files through the literal `new URL("…", import.meta.url)`. The path goes by way of `dist`, where the build
 * puts them, so that it holds from the sources as well.
 */
export function compileKernels(shared: boolean, wantRelaxed: boolean): Promise<Compiled> {
  const variant = `${shared} ${wantRelaxed}`;
  const before = compiled.get(variant);
  if (before !== undefined) return before;
  const now = compile(shared, wantRelaxed);
  compiled.set(variant, now);
  // A file that could not be read may be there the next time.
  now.catch(() => compiled.delete(variant));
  return now;
}

const compiled = new Map<string, Promise<Compiled>>();

async function compile(shared: boolean, wantRelaxed: boolean): Promise<Compiled> {
  if (wantRelaxed) {
    allowRelaxedSimd();
    const binary = await readPackaged(
      shared
        ? new URL("../../dist/wasm/kernels-relaxed-shared.wasm", import.meta.url)
        : new URL("../../dist/wasm/kernels-relaxed-unshared.wasm", import.meta.url),
    );
    if (WebAssembly.validate(binary)) return { module: await WebAssembly.compile(binary), relaxed: true };
  }
  const binary = await readPackaged(
    shared
      ? new URL("../../dist/wasm/kernels-plain-shared.wasm", import.meta.url)
      : new URL("../../dist/wasm/kernels-plain-unshared.wasm", import.meta.url),
  );
  return { module: await WebAssembly.compile(binary), relaxed: false };
}
