import { existsSync } from "node:fs";

/** Where an installed Chromium or Chrome lies, for what runs in a browser; undefined if there is none. */
export const chromium: string | undefined = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => existsSync(path));

/** Makes a page one that may share memory between threads. */
export const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Arguments with which Chromium has WebGPU where there is no GPU: on SwiftShader, which it brings along. */
export const swiftShader: readonly string[] = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan,WebGPU",
  // Zeros of a workgroup's memory, which it compiles one by one, for seconds; a loop in the shader writes them as well.
  "--disable-dawn-features=use_vulkan_zero_initialize_workgroup_memory_extension",
];
