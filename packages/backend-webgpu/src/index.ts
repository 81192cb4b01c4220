import type { PluginTable } from "@contrastive/core";
import { webgpu } from "./webgpu.js";

export { createDevice, type Device, type DeviceOptions } from "./create-device.js";
export { webgpu, type WebgpuOptions } from "./webgpu.js";

export const plugins = { backend: { webgpu } } satisfies PluginTable;
