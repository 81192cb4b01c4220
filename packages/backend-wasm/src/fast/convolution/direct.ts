import { bytes, packedBytes } from "../bytes.js";
import type { Runtime } from "../runtime.js";
import type { Geometry, Operands } from "./geometry.js";
import { forwardGrid, forwardTaps, gradientGrids, type Tap } from "./grid.js";

/** y of x and the filter, for every geometry. */
export function directForward(runtime: Runtime, conv: Geometry, { x, filter, y }: Operands): void {
  const { inChannels: channels, outChannels: columns } = conv;
  const grid = forwardGrid(conv);
  const taps = forwardTaps(conv);
  const depth = taps.length * channels;
  const { packed, table, zeros } = runtime.workspace({
    packed: packedBytes(depth, columns),
    table: 8 * taps.length,
    zeros: bytes(channels),
  });
  runtime.writeIntegers(table, offsetsOf(taps));
  runtime.fillZeros(zeros, bytes(channels));
  runtime.run("packColumns", Math.ceil(depth / runtime.layout.packedRows), {
    depth,
    columns,
    from: filter,
    packed,
  });
  runtime.run(
    "convolve",
    blocks(runtime, grid.images * grid.gridHeight * grid.gridWidth, columns),
    { ...grid, channels, taps: taps.length, table, columns, x, b: packed, y, zeros },
    runtime.sizes.blockScratch(),
  );
}

/** The gradient of x, at `x`, of that of y: one product for each of its grids. */
export function directInputGradient(runtime: Runtime, conv: Geometry, { x, filter, y }: Operands): void {
  const { inChannels: columns, outChannels: channels } = conv;
  const most = conv.filterHeight * conv.filterWidth;
  const { packed, table, order, zeros } = runtime.workspace({
    packed: packedBytes(most * channels, columns),
    table: 8 * most,
    order: 4 * most,
    zeros: bytes(channels),
  });
  runtime.fillZeros(zeros, bytes(channels));
  const grids = gradientGrids(conv);
  if (grids.some(({ taps }) => taps.length === 0)) {
    runtime.fillZeros(x, bytes(conv.batchSize, conv.inHeight, conv.inWidth, columns));
  }
  for (const { grid, taps } of grids) {
    if (taps.length === 0) continue;
    const numbers = taps.map(([, , tap]) => tap);
    runtime.writeIntegers(table, offsetsOf(taps));
    runtime.writeIntegers(order, numbers);
    runtime.run("packTransposedColumns", Math.ceil(columns / 8), {
      taps: taps.length,
      columns,
      length: channels,
      table: order,
      from: filter,
      packed,
    });
    runtime.run(
      "convolve",
      blocks(runtime, grid.images * grid.gridHeight * grid.gridWidth, columns),
      { ...grid, channels, taps: taps.length, table, columns, x: y, b: packed, y: x, zeros },
      runtime.sizes.blockScratch(),
    );
  }
}

/** Where the taps lie, as the kernels' tables have it. */
export function offsetsOf(taps: readonly Tap[]): number[] {
  return taps.flatMap(([y, x]) => [y, x]);
}

/** Tasks of a product. */
function blocks({ layout }: Runtime, rows: number, columns: number): number {
  return Math.ceil(rows / layout.blockRows) * Math.ceil(columns / layout.blockColumns);
}
