import { defineConfig } from "vite";

/** Such a page may share memory between threads, which WebAssembly needs to use all processors. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  // The build may lie in any folder of a server.
  base: "./",
  build: { target: "es2022", chunkSizeWarningLimit: 4096 },
  worker: { format: "es" },
  // The worker too: what is found later reloads the page.
  optimizeDeps: { entries: ["index.html", "src/trainer.ts"] },
  server: { headers: isolation },
  preview: { headers: isolation },
});
