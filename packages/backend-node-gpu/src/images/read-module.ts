import { readFileSync } from "node:fs";
import { ContrastiveError } from "@contrastive/core";

/**
 * The kernel of image programs, compiled to WebAssembly, which the build has put into this package. Throws, with the cure, if it is
 * not there or not whole.
 *
 * The path goes by way of `dist`, so that it holds from the sources as well.
 */
export function readModule(): WebAssembly.Module {
  const file = new URL("../../dist/wasm/images.wasm", import.meta.url);
  try {
    return new WebAssembly.Module(readFileSync(file));
  } catch (cause) {
    throw new ContrastiveError({
      who: 'backend "node-gpu"',
      what: "the compiled kernel of image programs can't be read",
      got: file.href,
      fix: 'Install the package anew; in a checkout, build it with "npm run build"',
      cause,
    });
  }
}
