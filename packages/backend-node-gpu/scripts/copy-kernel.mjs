// Puts the compiled kernel of image programs, which backend-wasm's build makes, into dist.
import { copyFile, mkdir } from "node:fs/promises";

const source = new URL("wasm/images.wasm", import.meta.resolve("@contrastive/backend-wasm"));
const target = new URL("../dist/wasm/", import.meta.url);

await mkdir(target, { recursive: true });
await copyFile(source, new URL("images.wasm", target));
