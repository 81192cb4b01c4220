// Bundles the benchmarks on WebGPU into a folder, for a machine without this repository; ../../gpu/pack.sh does the rest.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const here = import.meta.dirname;
const names = ["all", "compare", "count", "kernels", "step"];
const outDir = process.argv[2];
if (outDir === undefined) throw new Error("usage: bundle.ts FOLDER");
await build({
  root: here,
  configFile: false,
  logLevel: "warn",
  // Dawn is a binary beside its package.
  ssr: { noExternal: true, external: ["webgpu"] },
  build: {
    ssr: true,
    target: "node20",
    outDir,
    emptyOutDir: true,
    rollupOptions: {
      input: Object.fromEntries(names.map((name) => [name, join(here, `${name}.ts`)])),
      // Side by side, as the sources are: scripts find each other.
      output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
    },
  },
});
console.log(readdirSync(outDir).join("\n"));
