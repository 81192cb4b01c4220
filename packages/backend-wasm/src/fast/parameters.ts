/**
 * The parameters of each kernel in `assembly`, in order, after the three that all have: the first task, the end of the
 * tasks and the thread's scratch memory. Addresses are in bytes.
 */
const signatures = {
  adamUpdate: ["table learningRate beta1 beta2 correction shift"],
  add: ["count a b out"],
  batchNormApply: ["rows channels rowsPerTask x mean variance scale offset epsilon residual relu y"],
  batchNormGradientInput: ["rows channels rowsPerTask x dy y mean coefficients dx"],
  batchNormGradientSums: ["rows channels rowsPerTask x dy y mean partial dSum"],
  batchNormGradientTotals: [
    "rows channels rowsPerTask partial variance scale epsilon dScale dOffset coefficients",
  ],
  batchNormMoments: [
    "rows channels rowsPerTask partial mean variance momentum runningMean runningVariance newMean newVariance",
  ],
  batchNormStatistics: ["rows channels rowsPerTask x partial"],
  batchProduct: [
    "table batch rows columns depth transposed blockRows blockColumns blocksPerTask bias least most c",
  ],
  combine: ["count a aFactor b bFactor out"],
  contrastiveFactors: [
    "anchors temperature inside dPerAnchor positiveCount maximum logDenominator logPositives",
    "denominatorWeight factors",
  ],
  contrastiveForward: [
    "rows otherRows dim lanesPerTask x packed ids samples labels otherIds otherSamples otherLabels limits",
    "temperature inside denominator",
    "perAnchor positiveCount positiveSimilarity maximum logDenominator logPositives denominatorWeight",
  ],
  contrastiveGradient: [
    "sides rows otherRows dim lanesPerTask x packed across",
    "ids samples labels otherIds otherSamples otherLabels limits",
    "factors temperature inside denominator gradient",
  ],
  contrastiveLimits: [
    "rows otherRows lanesPerTask ids samples labels otherIds otherSamples otherLabels cap limits",
  ],
  contrastivePack: ["rows dim x packed across"],
  convolve: [
    "images height width channels gridHeight gridWidth strideY strideX taps table",
    "outHeight outWidth columns stepY stepX fromY fromX x b y zeros",
  ],
  convolveFilter: [
    "height width channels gridHeight gridWidth strideY strideX taps table columns",
    "firstPixel depth panelsPerTask x b gradient zeros accumulate",
  ],
  copyPieces: ["rows axes axisTable pieces pieceTable piecesPerTask rowBytes repeat fill x out"],
  depthwise: [
    "images height width gridHeight gridWidth strideY strideX taps table",
    "outHeight outWidth stepY stepX fromY fromX channels fold",
    "rowsPerTask x filter y",
  ],
  depthwiseFilterSums: [
    "images height width outHeight outWidth strideY strideX taps table",
    "channels rowsPerTask x dy partial",
  ],
  exponential: ["count x out"],
  extremum: ["count largest a b single out"],
  gelu: ["count perTask tanh x y"],
  geluGradient: ["count perTask tanh dy x dx"],
  imagePrograms: ["steps channels largest side outPixels table scaling order out"],
  l2Normalize: ["rows dim rowsPerTask x y"],
  l2NormalizeGradient: ["rows dim rowsPerTask x dy dx"],
  larsSquares: ["table squares"],
  larsUpdate: ["table squares learningRate momentum nesterov trustCoefficient"],
  layerNorm: ["rows features rowsPerTask x scale offset epsilon y means inverses"],
  layerNormGradient: ["rows features rowsPerTask dy x scale means inverses dx partial"],
  layerNormTotals: ["count features partial dScale dOffset"],
  maxPoolGradient: [
    "height width channels outHeight outWidth windowHeight windowWidth strideY strideX padTop padLeft",
    "channelsPerTask x dy dx",
  ],
  packBatch: ["count depth columns transposed piecesPerTask from packed"],
  packColumns: ["depth columns from packed"],
  packTransposedColumns: ["taps columns length table from packed"],
  pairForces: [
    "rows columns rowsPerTask first products squares labels similarity sum mining",
    "positiveMargin positiveConstant positiveSlope negativeMargin negativeConstant negativeSlope",
    "positives negatives leastPositive largestNegative dPositives dNegatives forces",
  ],
  pairSums: [
    "rows columns rowsPerTask first products squares labels similarity sum mining",
    "positiveMargin positiveConstant positiveSlope negativeMargin negativeConstant negativeSlope",
    "positives negatives positiveCount negativeCount leastPositive largestNegative",
  ],
  pool: [
    "images height width channels outHeight outWidth windowHeight windowWidth strideY strideX",
    "padTop padLeft largest rowsPerTask x y",
  ],
  reduceColumns: ["count columns rowsPerTask columnsPerTask largest x out"],
  reduceRows: ["rows columns rowsPerTask largest x out"],
  segmentSum: ["segments segmentsPerTask columns starts order segmentIds x out"],
  sgdUpdate: ["table learningRate momentum nesterov"],
  softmax: ["rows columns rowsPerTask logarithm x y"],
  softmaxGradient: ["rows columns rowsPerTask logarithm y dy dx"],
  sumParts: ["count parts valuesPerTask partial out"],
  transformFilter: ["scheme channels columns filter flipped packed"],
  transposePlanes: [
    "planes axes axisTable rows columns inStride outStride rowBlock columnBlock blocksPerTask x out",
  ],
  tripletSums: [
    "rows columns rowsPerTask first products squares labels similarity mining margin softplus",
    "sums active possible dSums forces",
  ],
  winograd: [
    "scheme images height width channels outHeight outWidth columns padTop padLeft",
    "tilesPerTask x filter y zeros",
  ],
  winogradColumns: [
    "scheme images channels outHeight outWidth columns rows columnsPerTask flipped inputs filter y",
  ],
  winogradGradientGroups: [
    "scheme height width channels outHeight outWidth columns padTop padLeft total tilesPerGroup tilesPerBatch",
    "rowsPerTask columnsPerTask x dy sums zeros",
  ],
  winogradGradientProducts: [
    "scheme channels columns tiles rowsPerTask columnsPerTask inputs gradients sums gradient first last",
  ],
  winogradGradientTiles: [
    "scheme height width channels outHeight outWidth columns padTop padLeft firstTile",
    "tiles x dy inputs gradients zeros",
  ],
  winogradGradientTotals: ["scheme channels columns groups rowsPerTask columnsPerTask sums gradient"],
  winogradInputs: [
    "scheme images height width channels outHeight outWidth padTop padLeft rows x inputs zeros",
  ],
} as const satisfies Record<string, readonly string[]>;

export type KernelName = keyof typeof signatures;

/** Of all kernels; their order numbers them. */
// TypeScript forgets the keys of an object.
export const kernelNames = Object.keys(signatures) as readonly KernelName[];

/** A kernel's arguments by name. */
export type Arguments<Name extends KernelName> = Readonly<
  Record<Words<(typeof signatures)[Name][number]>, number>
>;

/** A kernel's arguments in order. */
export function inOrder<Name extends KernelName>(kernel: Name, args: Arguments<Name>): number[] {
  // By name, what the type has spelled out.
  const values = args as Readonly<Record<string, number>>;
  return order[kernel].map((parameter) => values[parameter]);
}

// TypeScript forgets the keys of entries.
const order = Object.fromEntries(
  Object.entries(signatures).map(([kernel, lines]) => [kernel, lines.join(" ").split(" ")]),
) as unknown as Readonly<Record<KernelName, readonly string[]>>;

type Words<Line extends string> = Line extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Line;
