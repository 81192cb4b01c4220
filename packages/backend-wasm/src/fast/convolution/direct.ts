import type { Runtime } from "../runtime.js";
import { bytes, type Geometry, type Operands, packedBytes } from "./geometry.js";

/** y of x and the filter, for every geometry. */
export function directForward(runtime: Runtime, conv: Geometry, { x, filter, y }: Operands): void {
  const { inChannels: channels, outChannels: columns } = conv;
  const taps = tapsOf(conv);
  const depth = taps.length * channels;
  const { packed, table, zeros } = runtime.workspace({
    packed: packedBytes(depth, columns),
    table: 8 * taps.length,
    zeros: bytes(channels),
  });
  runtime.writeIntegers(table, taps.flat());
  runtime.fillZeros(zeros, bytes(channels));
  runtime.run("packColumns", Math.ceil(depth / runtime.layout.packedRows), {
    depth,
    columns,
    from: filter,
    packed,
  });
  const rows = conv.batchSize * conv.outHeight * conv.outWidth;
  runtime.run(
    "convolve",
    blocks(runtime, rows, columns),
    {
      images: conv.batchSize,
      height: conv.inHeight,
      width: conv.inWidth,
      channels,
      gridHeight: conv.outHeight,
      gridWidth: conv.outWidth,
      strideY: conv.strideHeight,
      strideX: conv.strideWidth,
      taps: taps.length,
      table,
      outHeight: conv.outHeight,
      outWidth: conv.outWidth,
      columns,
      stepY: 1,
      stepX: 1,
      fromY: 0,
      fromX: 0,
      x,
      b: packed,
      y,
      zeros,
    },
    runtime.sizes.blockScratch(),
  );
}

/**
 * The gradient of x, at `x`, of that of y: one product for each residue of the pixel modulo the stride, for pixels of one
 * residue meet the same taps of the filter.
 */
export function directInputGradient(runtime: Runtime, conv: Geometry, { x, filter, y }: Operands): void {
  const { inChannels: columns, outChannels: channels, strideHeight, strideWidth } = conv;
  const most = conv.filterHeight * conv.filterWidth;
  const { packed, table, order, zeros } = runtime.workspace({
    packed: packedBytes(most * channels, columns),
    table: 8 * most,
    order: 4 * most,
    zeros: bytes(channels),
  });
  runtime.fillZeros(zeros, bytes(channels));
  const residues = residuesOf(conv);
  if (residues.some(({ taps }) => taps.length === 0)) {
    runtime.fillZeros(x, bytes(conv.batchSize, conv.inHeight, conv.inWidth, columns));
  }
  for (const { fromY, fromX, taps } of residues) {
    if (taps.length === 0) continue;
    const offsets = taps.flatMap(({ y, x }) => [y, x]);
    const numbers = taps.map(({ tap }) => tap);
    runtime.writeIntegers(table, offsets);
    runtime.writeIntegers(order, numbers);
    runtime.run("packTransposedColumns", Math.ceil(columns / 8), {
      taps: taps.length,
      columns,
      length: channels,
      table: order,
      from: filter,
      packed,
    });
    const gridHeight = Math.ceil((conv.inHeight - fromY) / strideHeight);
    const gridWidth = Math.ceil((conv.inWidth - fromX) / strideWidth);
    runtime.run(
      "convolve",
      blocks(runtime, conv.batchSize * gridHeight * gridWidth, columns),
      {
        images: conv.batchSize,
        height: conv.outHeight,
        width: conv.outWidth,
        channels,
        gridHeight,
        gridWidth,
        strideY: 1,
        strideX: 1,
        taps: taps.length,
        table,
        outHeight: conv.inHeight,
        outWidth: conv.inWidth,
        columns,
        stepY: strideHeight,
        stepX: strideWidth,
        fromY,
        fromX,
        x: y,
        b: packed,
        y: x,
        zeros,
      },
      runtime.sizes.blockScratch(),
    );
  }
}

/** Where each tap of the filter lies from the pixel that it starts at, `[y, x]`. */
export function tapsOf(conv: Geometry): readonly (readonly [y: number, x: number])[] {
  return Array.from({ length: conv.filterHeight * conv.filterWidth }, (_, tap) => [
    Math.floor(tap / conv.filterWidth) * conv.dilationHeight - conv.padInfo.top,
    (tap % conv.filterWidth) * conv.dilationWidth - conv.padInfo.left,
  ]);
}

/** Residues of the pixel modulo the stride; the taps that their pixels meet, and where y lies from the grid point. */
function residuesOf(conv: Geometry) {
  const { strideHeight, strideWidth, inHeight, inWidth } = conv;
  const residues = Array.from({ length: strideHeight * strideWidth }, (_, i) => {
    const [fromY, fromX] = [Math.floor(i / strideWidth), i % strideWidth];
    const taps = tapsOf(conv).flatMap(([tapY, tapX], tap) => {
      const y = (fromY - tapY) / strideHeight;
      const x = (fromX - tapX) / strideWidth;
      return Number.isInteger(y) && Number.isInteger(x) ? [{ tap, y, x }] : [];
    });
    return { fromY, fromX, taps };
  });
  return residues.filter(({ fromY, fromX }) => fromY < inHeight && fromX < inWidth);
}

/** Tasks of a product. */
export function blocks({ layout }: Runtime, rows: number, columns: number): number {
  return Math.ceil(rows / layout.blockRows) * Math.ceil(columns / layout.blockColumns);
}
