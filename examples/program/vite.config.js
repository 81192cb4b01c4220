import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  build: { target: "es2022", chunkSizeWarningLimit: 4096 },
  // Its .wasm files are found beside its code, which pre-bundling would move.
  optimizeDeps: { exclude: ["@contrastive/backend-wasm"] },
});
