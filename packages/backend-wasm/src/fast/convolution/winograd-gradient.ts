import type { Runtime } from "../runtime.js";
import type { Geometry, Operands } from "./geometry.js";
import { isPlain, tilesOf, ZEROS } from "./winograd.js";

/** Bytes that copies of the sums may fill, so that several threads can each have one. */
const MOST_SUM_BYTES = 10 * 2 ** 20;
/** Most and least copies: by shape, as the sums' rounding depends on it. */
const MOST_GROUPS = 16;
const LEAST_GROUPS = 4;

/** The gradient of the filter, at `filter`, of x and the gradient of y. */
export function winogradFilterGradient(runtime: Runtime, conv: Geometry, operands: Operands): void {
  const { inChannels: channels, outChannels: columns } = conv;
  const plain = isPlain(conv);
  const total = tilesOf(conv.batchSize, conv.outHeight, conv.outWidth);
  const tilesPerBatch = plain ? 64 : 32;
  const plan = (rows: number, columnsPerTask: number): Plan => {
    const rowsPerTask = rows * runtime.layout.tileRows;
    const blocks = Math.ceil(channels / rowsPerTask) * Math.ceil(columns / columnsPerTask);
    return {
      scheme: plain ? runtime.layout.plain : runtime.layout.halving,
      total,
      rowsPerTask,
      columnsPerTask,
      blocks,
      sumBytes: blocks * runtime.sizes.gradientSumBytes(rowsPerTask),
    };
  };
  const whole = plan(4, 64);
  const groups = Math.min(
    MOST_GROUPS,
    Math.floor(MOST_SUM_BYTES / whole.sumBytes),
    Math.floor(total / tilesPerBatch),
  );
  if (groups >= LEAST_GROUPS) {
    inGroups(runtime, conv, operands, { ...whole, groups });
  } else {
    // Small parts of a batch's products make enough tasks for several threads; large ones read its tiles less often.
    const shared = plan(channels < 192 ? 4 : 8, columns < 128 ? 32 : 64);
    inBatches(runtime, conv, operands, { ...shared, tilesPerBatch });
  }
}

interface Plan {
  readonly scheme: number;
  /** Tiles. */
  readonly total: number;
  readonly rowsPerTask: number;
  readonly columnsPerTask: number;
  /** Of the sums. */
  readonly blocks: number;
  readonly sumBytes: number;
}

/** Each thread transforms tiles and sums their products for itself. */
function inGroups(
  runtime: Runtime,
  conv: Geometry,
  { x, filter, y }: Operands,
  { groups, sumBytes, blocks, ...plan }: Plan & { readonly groups: number },
): void {
  const { sizes } = runtime;
  const { inChannels: channels, outChannels: columns } = conv;
  const { scheme, rowsPerTask, columnsPerTask } = plan;
  // So few that what they transform stays in a core's own cache.
  const tilesPerBatch = 32;
  const tilesPerGroup = Math.ceil(plan.total / groups);
  const used = Math.ceil(plan.total / tilesPerGroup);
  const { sums, zeros } = runtime.workspace({ sums: used * sumBytes, zeros: ZEROS });
  runtime.fillZeros(zeros, ZEROS);
  runtime.run(
    "winogradGradientGroups",
    used,
    { ...plan, ...shapeOf(conv), tilesPerGroup, tilesPerBatch, x, dy: y, sums, zeros },
    sizes.gradientGroupScratch(scheme, tilesPerBatch, channels, columns),
  );
  runtime.run(
    "winogradGradientTotals",
    blocks,
    { scheme, channels, columns, groups: used, rowsPerTask, columnsPerTask, sums, gradient: filter },
    sizes.gradientScratch(0),
  );
}

/** All threads transform a batch of tiles, and then share its products out. */
function inBatches(
  runtime: Runtime,
  conv: Geometry,
  { x, filter, y }: Operands,
  plan: Plan & { readonly tilesPerBatch: number },
): void {
  const { sizes } = runtime;
  const { inChannels: channels, outChannels: columns } = conv;
  const { scheme, total, rowsPerTask, columnsPerTask } = plan;
  const most = Math.min(total, plan.tilesPerBatch);
  const { inputs, gradients, sums, zeros } = runtime.workspace({
    inputs: sizes.gradientInputBytes(scheme, most, channels),
    gradients: sizes.gradientBytes(scheme, most, columns),
    sums: total > most ? plan.sumBytes : 0,
    zeros: ZEROS,
  });
  runtime.fillZeros(zeros, ZEROS);
  for (let firstTile = 0; firstTile < total; firstTile += most) {
    const tiles = Math.min(most, total - firstTile);
    runtime.run(
      "winogradGradientTiles",
      tiles,
      { scheme, ...shapeOf(conv), firstTile, tiles, x, dy: y, inputs, gradients, zeros },
      sizes.gradientScratch(0),
    );
    runtime.run(
      "winogradGradientProducts",
      plan.blocks,
      {
        scheme,
        channels,
        columns,
        tiles,
        rowsPerTask,
        columnsPerTask,
        inputs,
        gradients,
        sums: total > most ? sums : 0,
        gradient: filter,
        first: firstTile === 0 ? 1 : 0,
        last: firstTile + tiles === total ? 1 : 0,
      },
      sizes.gradientScratch(rowsPerTask),
    );
  }
}

function shapeOf(conv: Geometry) {
  return {
    height: conv.inHeight,
    width: conv.inWidth,
    channels: conv.inChannels,
    outHeight: conv.outHeight,
    outWidth: conv.outWidth,
    columns: conv.outChannels,
    padTop: conv.padInfo.top,
    padLeft: conv.padInfo.left,
  };
}
