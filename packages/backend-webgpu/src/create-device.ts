/// <reference types="@webgpu/types" preserve="true" />
import { ContrastiveError } from "@contrastive/core";
import { openGpu } from "#platform";

export interface DeviceOptions {
  /** Which of several GPUs: default `"high-performance"`. */
  readonly powerPreference?: GPUPowerPreference;
}

export interface Device {
  readonly device: GPUDevice;
  readonly adapter: GPUAdapter;
}

/** Asked for where the adapter has them. */
const features = ["shader-f16", "subgroups", "timestamp-query", "chromium-experimental-subgroup-matrix"];

/** Raised to the adapter's: the defaults are those of a phone. */
const limits = [
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxStorageBuffersPerShaderStage",
] as const;

/**
 * A device with all that the adapter offers to training, in a browser or, through Dawn, in Node.
 *
 * The caller destroys it. Throws where there is no WebGPU or no GPU, with what to do.
 */
export async function createDevice({
  powerPreference = "high-performance",
}: DeviceOptions = {}): Promise<Device> {
  const found = await findAdapter(powerPreference);
  if ("why" in found) throw new ContrastiveError({ who, what: found.why, fix: found.fix });
  const { adapter } = found;
  const device = await adapter.requestDevice({
    requiredFeatures: features.filter((feature) => adapter.features.has(feature)) as GPUFeatureName[],
    requiredLimits: Object.fromEntries(limits.map((limit) => [limit, adapter.limits[limit]])),
  });
  return { device, adapter };
}

/** The adapter, or why there is none. */
export async function findAdapter(
  powerPreference: GPUPowerPreference,
): Promise<{ readonly adapter: GPUAdapter } | { readonly why: string; readonly fix: string }> {
  const entry = await openGpu();
  if ("why" in entry) return entry;
  const adapter = await entry.gpu.requestAdapter({ powerPreference });
  if (adapter !== null) return { adapter };
  return {
    why: "there is WebGPU, and no GPU that it can use",
    fix: "Install the GPU's driver (Vulkan on Linux), or use another backend",
  };
}

/** Whether an adapter only imitates a GPU on the processor, as SwiftShader does. */
export function isSoftware({ info }: GPUAdapter): boolean {
  const { vendor, architecture, description, device } = info;
  const fallback = (info as { isFallbackAdapter?: boolean }).isFallbackAdapter;
  return (
    fallback === true ||
    /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${vendor} ${architecture} ${description} ${device}`)
  );
}

const who = 'backend "webgpu"';
