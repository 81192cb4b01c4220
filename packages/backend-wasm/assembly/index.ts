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
export { filterScratch, transformFilter, transformFilterGradient } from "./winograd-filter";
export {
  gradientInputBytes,
  winograd,
  winogradGradientProducts,
  winogradGradientTiles,
  winogradScratch,
} from "./winograd";
export { TILE_ROWS } from "./simd";
export { sumParts } from "./sum-parts";
export { transposePlanes } from "./transpose-planes";
