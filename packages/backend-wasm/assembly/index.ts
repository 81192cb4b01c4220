export {
  batchNormGradientInput,
  batchNormGradientSums,
  batchNormGradientTotals,
} from "./batch-norm-gradient";
export { batchNormApply, batchNormMoments, batchNormStatistics } from "./batch-norm";
export { BLOCK_COLUMNS, BLOCK_ROWS, blockScratch } from "./block";
export { convolveFilter } from "./convolution-filter";
export { convolve } from "./convolution";
export { copyPieces } from "./copy-pieces";
export { depthwise, depthwiseFilterSums } from "./depthwise";
export { add, CHUNK, combine } from "./elementwise";
export { matrixProduct } from "./matrix-product";
export { maxPoolGradient } from "./max-pool-gradient";
export { PACKED_ROWS, packColumns, packTransposedColumns } from "./pack-columns";
export { pool } from "./pool";
export { segmentSum } from "./segment-sum";
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
export { sumParts } from "./sum-parts";
export { transposePlanes } from "./transpose-planes";
