export {
  batchNormGradientInput,
  batchNormGradientSums,
  batchNormGradientTotals,
} from "./batch-norm-gradient";
export { batchNormApply, batchNormMoments, batchNormStatistics } from "./batch-norm";
export { BLOCK_COLUMNS, BLOCK_ROWS, blockScratch } from "./block";
export { convolveFilter } from "./convolution-filter";
export { convolve } from "./convolution";
export { contrastiveFactors } from "./contrastive-factors";
export { contrastiveForward } from "./contrastive-forward";
export { contrastiveGradient } from "./contrastive-gradient";
export { contrastiveLimits } from "./contrastive-limits";
export { contrastivePack } from "./contrastive-pack";
export { add, CHUNK, combine } from "./elementwise";
export { l2Normalize, l2NormalizeGradient } from "./l2-normalize";
export { matrixProduct } from "./matrix-product";
export { PACKED_ROWS, packColumns, packTransposedColumns } from "./pack-columns";
export { filterBytes, filterScratch, transformFilter } from "./winograd-filter";
export {
  gradientBytes,
  gradientInputBytes,
  gradientScratch,
  gradientSumBytes,
  winogradGradientProducts,
  winogradGradientTiles,
} from "./winograd-gradient";
export { DOUBLING, HALVING, PLAIN } from "./winograd-scheme";
export { winograd, winogradScratch } from "./winograd";
export { TILE_ROWS } from "./simd";
