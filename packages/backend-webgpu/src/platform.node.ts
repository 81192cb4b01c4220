import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entry } from "./platform.js";

export type { Cache } from "./platform.js";
export { openCache } from "./cache.node.js";

let opened: Promise<Entry> | undefined;

/** Once: Dawn counts its instances, and tfjs takes WebGPU from where a browser has it. */
export function openGpu(): Promise<Entry> {
  return (opened ??= open());
}

async function open(): Promise<Entry> {
  // That of another runtime, or one that the program has made with settings of its own.
  const { gpu: given } = (globalThis.navigator ?? {}) as { gpu?: GPU };
  if (given !== undefined) return { gpu: given };
  const missing = whatLinuxLacks();
  if (missing !== undefined) return missing;
  // Without a folder for sockets, Vulkan complains on the terminal; it needs none here.
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  let dawn: typeof import("webgpu");
  try {
    dawn = await import("webgpu");
  } catch (cause) {
    return {
      why: `the package "webgpu" is not there for ${process.platform} ${process.arch} (${(cause as Error).message.split("\n")[0]})`,
      fix: "Run: npm install webgpu",
    };
  }
  const gpu = dawn.create([
    // Half-precision floats on NVIDIA are behind these two.
    "enable-dawn-features=allow_unsafe_apis,vulkan_enable_f16_on_nvidia",
    ...(isSwiftShaderNamed() ? [`disable-dawn-features=${driversZeros}`] : []),
  ]);
  Object.assign(globalThis, dawn.globals);
  // From Node 21 on there is a navigator, without a GPU.
  if (globalThis.navigator === undefined) {
    Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
  } else {
    Object.defineProperty(globalThis.navigator, "gpu", { value: gpu, configurable: true });
  }
  return { gpu };
}

/** Of a workgroup's memory, instead of a loop in the shader. SwiftShader stores each by itself, and compiles seconds for that. */
const driversZeros = "use_vulkan_zero_initialize_workgroup_memory_extension";

function isSwiftShaderNamed(): boolean {
  const { VK_ICD_FILENAMES, VK_DRIVER_FILES } = process.env;
  return /swiftshader/i.test(VK_ICD_FILENAMES ?? VK_DRIVER_FILES ?? "");
}

/** Dawn looks for these too, and where they are missing complains on the terminal. A driver that is named is taken as it is. */
function whatLinuxLacks(): Exclude<Entry, { gpu: GPU }> | undefined {
  const { VK_ICD_FILENAMES, VK_DRIVER_FILES, LD_LIBRARY_PATH = "" } = process.env;
  if (process.platform !== "linux" || (VK_ICD_FILENAMES ?? VK_DRIVER_FILES) !== undefined) return undefined;
  // Mesa's drivers, NVIDIA's, and that of a Windows around it.
  if (!["/dev/dri", "/dev/nvidiactl", "/dev/dxg"].some((device) => existsSync(device))) {
    return {
      why: "this machine has no GPU that Linux knows of",
      fix: "Install the GPU's driver, or give a container its devices, or use another backend",
    };
  }
  const libraries = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];
  const folders = [...LD_LIBRARY_PATH.split(":").filter(Boolean), ...libraries, "/usr/local/lib"];
  if (folders.some((folder) => existsSync(join(folder, "libvulkan.so.1")))) return undefined;
  return {
    why: "Vulkan is not installed",
    fix: "Install the GPU's driver and the package libvulkan1 (Debian, Ubuntu) or vulkan-loader (Fedora)",
  };
}
