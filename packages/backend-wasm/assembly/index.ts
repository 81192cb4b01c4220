export {
  batchNormGradientInput,
  batchNormGradientSums,
  batchNormGradientTotals,
} from "./batch-norm-gradient";
export { batchNormApply, batchNormMoments, batchNormStatistics } from "./batch-norm";
export { batchProduct, packBatch } from "./batch-product";
export { BLOCK_COLUMNS, BLOCK_ROWS, blockScratch } from "./block";
export { convolveFilter } from "./convolution-filter";
export { convolve } from "./convolution";
export { add, CHUNK, combine, exponential, extremum } from "./elementwise";
export { gelu, geluGradient } from "./gelu";
export { layerNorm, layerNormGradient, layerNormTotals } from "./layer-norm";
export { matrixProduct } from "./matrix-product";
export { adamUpdate, larsSquares, larsUpdate, sgdUpdate } from "./optimizer-updates";
export { PACKED_ROWS, packColumns, packTransposedColumns } from "./pack-columns";
export { reduceColumns, reduceRows } from "./reductions";
export { softmax, softmaxGradient } from "./softmax";
export { filterScratch, transformFilter, transformFilterGradient } from "./winograd-filter";
export {
  gradientInputBytes,
  winograd,
  winogradGradientProducts,
  winogradGradientTiles,
  winogradScratch,
} from "./winograd";
export { TILE_ROWS } from "./simd";
