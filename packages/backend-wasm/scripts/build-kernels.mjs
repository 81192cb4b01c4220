// Compiles the AssemblyScript kernels, once for each kind of SIMD and of memory, into dist/wasm.
import { mkdir } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
await mkdir("dist/wasm", { recursive: true });

const entry = relative(".", fileURLToPath(import.meta.resolve("../assembly/index.ts")));

/** 4 GiB in pages. */
const mostPages = 65_536;

for (const simd of ["relaxed", "plain"]) {
  for (const memory of ["shared", "unshared"]) {
    const { error, stderr } = await asc.main(
      [
        `${entry} --outFile dist/wasm/kernels-${simd}-${memory}.wasm`,
        "-O3 --noAssert --runtime stub --importMemory --use abort=",
        `--enable simd${simd === "relaxed" ? " --enable relaxed-simd" : ""}`,
        memory === "shared"
          ? `--enable threads --sharedMemory --initialMemory 1 --maximumMemory ${mostPages}`
          : "",
        // Vectors are exchanged between functions of the module only.
        "--disableWarning 112",
      ]
        .join(" ")
        .trim()
        .split(/ +/),
    );
    if (error !== null) throw new Error(`${error.message}\n${stderr.toString()}`);
  }
}
