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
  batchNormMoments: ["rows channels rowsPerTask partial mean variance"],
  batchNormStatistics: ["rows channels rowsPerTask x partial"],
  batchProduct: [
    "table batch rows columns depth transposed blockRows blockColumns blocksPerTask bias least most c",
  ],
  combine: ["count a aFactor b bFactor out"],
  convolve: [
    "images height width channels gridHeight gridWidth strideY strideX taps table",
    "outHeight outWidth columns stepY stepX fromY fromX x b y zeros",
  ],
  convolveFilter: [
    "height width channels gridHeight gridWidth strideY strideX taps table columns",
    "firstPixel depth panelsPerTask x b gradient zeros accumulate",
  ],
  exponential: ["count x out"],
  extremum: ["count largest a b single out"],
  gelu: ["count perTask tanh x y"],
  geluGradient: ["count perTask tanh dy x dx"],
  larsSquares: ["table squares"],
  larsUpdate: ["table squares learningRate momentum nesterov trustCoefficient"],
  layerNorm: ["rows features rowsPerTask x scale offset epsilon y means inverses"],
  layerNormGradient: ["rows features rowsPerTask dy x scale means inverses dx partial"],
  layerNormTotals: ["count features partial dScale dOffset"],
  matrixProduct: ["rows columns depth a transposed b c accumulate"],
  packBatch: ["count depth columns transposed piecesPerTask from packed"],
  packColumns: ["depth columns from packed"],
  packTransposedColumns: ["taps columns length table from packed"],
  reduceColumns: ["count columns columnsPerTask largest x out"],
  reduceRows: ["rows columns rowsPerTask largest x out"],
  sgdUpdate: ["table learningRate momentum nesterov"],
  softmax: ["rows columns rowsPerTask logarithm x y"],
  softmaxGradient: ["rows columns rowsPerTask logarithm y dy dx"],
  transformFilter: ["channels columns filter flipped packed"],
  transformFilterGradient: ["count transformed gradient"],
  winograd: [
    "images height width channels outHeight outWidth columns padTop padLeft",
    "tilesPerTask x filter y zeros",
  ],
  winogradGradientProducts: ["channels columns tiles inputs gradients transformed accumulate"],
  winogradGradientTiles: [
    "height width channels outHeight outWidth columns padTop padLeft firstTile",
    "tiles x dy inputs gradients zeros",
  ],
} as const satisfies Record<string, readonly string[]>;

export type KernelName = keyof typeof signatures;

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
