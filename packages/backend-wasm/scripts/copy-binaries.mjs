// Puts tfjs's WebAssembly files into dist, so that bundlers find them beside this package's code.
import { copyFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const source = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"));
const target = fileURLToPath(new URL("../dist/wasm", import.meta.url));

await mkdir(target, { recursive: true });
for (const variant of ["", "-simd"]) {
  const file = `tfjs-backend-wasm${variant}.wasm`;
  await copyFile(join(source, file), join(target, file));
}
