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
export { contrastiveFactors } from "./contrastive-factors";
export { contrastiveForward } from "./contrastive-forward";
export { contrastiveGradient } from "./contrastive-gradient";
export { contrastiveLimits } from "./contrastive-limits";
export { contrastivePack } from "./contrastive-pack";
export { copyPieces } from "./copy-pieces";
export { depthwiseFilterSums } from "./depthwise-filter";
export { depthwise } from "./depthwise";
export { add, CHUNK, combine, exponential, extremum } from "./elementwise";
export { gelu, geluGradient } from "./gelu";
export { imageScratch } from "./image-canvas";
export { imagePrograms } from "./image-programs";
export { l2Normalize, l2NormalizeGradient } from "./l2-normalize";
export { layerNorm, layerNormGradient, layerNormTotals } from "./layer-norm";
export { maxPoolGradient } from "./max-pool-gradient";
export { adamUpdate, larsSquares, larsUpdate, sgdUpdate } from "./optimizer-updates";
export { PACKED_ROWS, packColumns, packTransposedColumns } from "./pack-columns";
export { pairForces } from "./pair-forces";
export { pairSums } from "./pair-sums";
export { pool } from "./pool";
export { reduceColumns, reduceRows } from "./reductions";
export { segmentSum } from "./segment-sum";
export { softmax, softmaxGradient } from "./softmax";
export {
  winogradColumns,
  winogradColumnScratch,
  winogradInputBytes,
  winogradInputs,
} from "./winograd-columns";
export { filterBytes, filterScratch, transformFilter } from "./winograd-filter";
export {
  gradientGroupScratch,
  winogradGradientGroups,
  winogradGradientTotals,
} from "./winograd-gradient-groups";
export { gradientScratch, gradientSumBytes, winogradGradientProducts } from "./winograd-gradient-products";
export { gradientBytes, gradientInputBytes, winogradGradientTiles } from "./winograd-gradient-tiles";
export { DOUBLING, HALVING, PLAIN } from "./winograd-scheme";
export { winograd, winogradScratch } from "./winograd";
export { TILE_ROWS } from "./simd";
export { sumParts } from "./sum-parts";
export { transposePlanes } from "./transpose-planes";
export { tripletScratch, tripletSums } from "./triplet-sums";
