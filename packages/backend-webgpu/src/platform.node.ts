import type { Entry } from "./platform.js";

let opened: Promise<Entry> | undefined;

/** Once: Dawn counts its instances, and tfjs takes WebGPU from where a browser has it. */
export function openGpu(): Promise<Entry> {
  return (opened ??= open());
}

async function open(): Promise<Entry> {
  let dawn: typeof import("webgpu");
  try {
    dawn = await import("webgpu");
  } catch (cause) {
    return {
      why: `the package "webgpu" is not there for ${process.platform} ${process.arch} (${(cause as Error).message.split("\n")[0]})`,
      fix: "Run: npm install webgpu",
    };
  }
  // Half-precision floats on NVIDIA are behind these two.
  const gpu = dawn.create(["enable-dawn-features=allow_unsafe_apis,vulkan_enable_f16_on_nvidia"]);
  Object.assign(globalThis, dawn.globals);
  // From Node 21 on there is a navigator, without a GPU.
  if (globalThis.navigator === undefined) {
    Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
  } else {
    Object.defineProperty(globalThis.navigator, "gpu", { value: gpu, configurable: true });
  }
  return { gpu };
}
