import { matrixTiles, storageOf, SUBGROUP, threadsOf } from "../shaders/product/tiling.js";

/** An experiment of Chromium's and Dawn's, which the types don't know. */
interface AdapterInfo {
  readonly subgroupMinSize?: number;
  readonly subgroupMaxSize?: number;
  readonly subgroupMatrixConfigs?: Iterable<{
    readonly M: number;
    readonly N: number;
    readonly K: number;
    readonly componentType: string;
    readonly resultComponentType: string;
  }>;
}

/**
 * Whether subgroups multiply matrices of 16 × 16 halves, with sums of 32 bits, and a workgroup has room for the tiles of these.
 * Dawn's devices don't say it.
 */
export function hasMatrices({ features, info, limits }: GPUAdapter): boolean {
  const needed = ["shader-f16", "subgroups", "chromium-experimental-subgroup-matrix"];
  if (!needed.every((feature) => features.has(feature as GPUFeatureName))) return false;
  const { subgroupMinSize, subgroupMaxSize, subgroupMatrixConfigs = [] } = info as AdapterInfo;
  return (
    subgroupMinSize === SUBGROUP &&
    subgroupMaxSize === SUBGROUP &&
    matrixTiles.every(
      (tile) =>
        storageOf(tile) <= limits.maxComputeWorkgroupStorageSize &&
        threadsOf(tile) <= limits.maxComputeInvocationsPerWorkgroup,
    ) &&
    [...subgroupMatrixConfigs].some(
      ({ M, N, K, componentType, resultComponentType }) =>
        M === 16 && N === 16 && K === 16 && componentType === "f16" && resultComponentType === "f32",
    )
  );
}
