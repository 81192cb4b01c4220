// Compiles the AssemblyScript kernels, once for each kind of SIMD and of memory, and those of images alone, into dist/wasm.
import { mkdir } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
await mkdir("dist/wasm", { recursive: true });

/** 4 GiB in pages. */
const mostPages = 65_536;

for (const simd of ["relaxed", "plain"]) {
  for (const memory of ["shared", "unshared"]) {
    await compile(
      import.meta.resolve("../assembly/index.ts"),
      `kernels-${simd}-${memory}`,
      simd === "relaxed" ? "--enable relaxed-simd" : "",
      memory === "shared"
        ? `--enable threads --sharedMemory --initialMemory 1 --maximumMemory ${mostPages}`
        : "",
    );
  }
}
await compile(import.meta.resolve("../assembly/images.ts"), "images");

async function compile(entry, name, ...more) {
  const source = relative(".", fileURLToPath(entry));
  const { error, stderr } = await asc.main(
    [
      `${source} --outFile dist/wasm/${name}.wasm`,
      "-O3 --noAssert --runtime stub --importMemory --use abort= --enable simd",
      ...more,
      // Vectors are exchanged between functions of the module only.
      "--disableWarning 112",
    ]
      .join(" ")
      .trim()
      .split(/ +/),
  );
  if (error !== null) throw new Error(`${error.message}\n${stderr.toString()}`);
}
