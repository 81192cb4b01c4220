import { bytes, packedBytes } from "../bytes.js";
import type { Runtime } from "../runtime.js";
import { offsetsOf } from "./direct.js";
import type { Geometry, Operands } from "./geometry.js";
import { forwardGrid, forwardTaps } from "./grid.js";

/** Values of dy that are packed at a time. */
const PACKED_VALUES = 2 ** 21;
/** Pixels of dy that are worth a pass over the gradient; a multiple of the depth of a block. */
const LEAST_PIXELS = 1024;

/** The gradient of the filter, at `filter`, of x and the gradient of y. */
export function directFilterGradient(runtime: Runtime, conv: Geometry, { x, filter, y }: Operands): void {
  const { inChannels: channels, outChannels: columns } = conv;
  const { tileRows, blockRows, blockColumns, packedRows } = runtime.layout;
  const taps = forwardTaps(conv);
  const pixels = conv.batchSize * conv.outHeight * conv.outWidth;
  if (pixels === 0) runtime.fillZeros(filter, bytes(taps.length, channels, columns));
  const perSlice = LEAST_PIXELS * Math.max(1, Math.floor(PACKED_VALUES / columns / LEAST_PIXELS));
  const { packed, table, zeros } = runtime.workspace({
    packed: packedBytes(Math.min(perSlice, pixels), columns),
    table: 8 * taps.length,
    zeros: bytes(channels),
  });
  runtime.writeIntegers(table, offsetsOf(taps));
  runtime.fillZeros(zeros, bytes(channels));
  const panels = taps.length * Math.ceil(channels / tileRows);
  // A whole block of rows if there are many; else enough tasks for several threads.
  const panelsPerTask = Math.min(blockRows / tileRows, Math.max(2, Math.ceil(panels / 8)));
  for (let firstPixel = 0; firstPixel < pixels; firstPixel += perSlice) {
    const depth = Math.min(perSlice, pixels - firstPixel);
    runtime.run("packColumns", Math.ceil(depth / packedRows), {
      depth,
      columns,
      from: y + bytes(firstPixel, columns),
      packed,
    });
    runtime.run(
      "convolveFilter",
      Math.ceil(panels / panelsPerTask) * Math.ceil(columns / blockColumns),
      {
        ...forwardGrid(conv),
        channels,
        taps: taps.length,
        table,
        columns,
        firstPixel,
        depth,
        panelsPerTask,
        x,
        b: packed,
        gradient: filter,
        zeros,
        accumulate: firstPixel > 0 ? 1 : 0,
      },
      runtime.sizes.blockScratch(),
    );
  }
}
