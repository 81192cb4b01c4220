import { createDevice, webgpu, type WebgpuOptions } from "@contrastive/backend-webgpu";
import type { Backend, Precision } from "@contrastive/core";
import { installGradients } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** This library's, on whatever there is: who benchmarks an imitation wants to. */
export const ours = (options: WebgpuOptions = {}): Backend =>
  webgpu({ software: true, tune: true, ...options });

/** tfjs's own, on a device with the same limits; what the training operations lack there is composed of its kernels. */
export function stock(): Backend {
  return {
    name: "stock-webgpu",
    options: {},
    isAvailable: () => ours().isAvailable(),
    async init() {
      const { device, adapter } = await createDevice();
      device.addEventListener("uncapturederror", (event) => {
        throw new Error((event as GPUUncapturedErrorEvent).error.message);
      });
      const backend = new WebGPUBackend(device, adapter.info);
      if (tf.findBackendFactory("webgpu") != null) tf.removeBackend("webgpu");
      tf.registerBackend("webgpu", () => backend, 3);
      await tf.setBackend("webgpu");
      installGradients();
      return { name: "webgpu", device: "stock kernels", versions: { tfjs: tf.version_core } };
    },
  };
}

/** Starts a backend; ends the program, with the reason, where there is no GPU. */
export async function start(backend: Backend, precision: Precision = "float32"): Promise<void> {
  const availability = await backend.isAvailable();
  if (availability.ok) return void (await backend.init({ precision }));
  console.error(`Error: ${availability.why}. ${availability.fix}`);
  process.exit(1);
}

/** Of the backend that was started. */
export function device(): GPUDevice {
  return (tf.backend() as WebGPUBackend).device;
}

/** All that the adapter says of itself. */
export async function adapterText(): Promise<string> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  const { vendor, architecture, device, description } = adapter!.info;
  return [vendor, architecture, device, description].filter(Boolean).join(", ");
}
