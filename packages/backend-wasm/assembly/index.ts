export {
  batchNormGradientInput,
  batchNormGradientSums,
  batchNormGradientTotals,
} from "./batch-norm-gradient";
export { batchNormApply, batchNormMoments, batchNormStatistics } from "./batch-norm";
export { BLOCK_COLUMNS, BLOCK_ROWS, blockScratch } from "./block";
export { convolveFilter } from "./convolution-filter";
export { convolve } from "./convolution";
export { add, CHUNK, combine } from "./elementwise";
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
