import type { Runtime } from "../runtime.js";
import { bytes, type Geometry, type Operands } from "./geometry.js";

/** Zeros that stand for pixels outside an image. */
const ZEROS = bytes(64);
/** Channels from which a tile's products outweigh its transforms. */
const LEAST_CHANNELS = 16;
/** Tiles from which it pays to transform the filter. */
const LEAST_TILES = 16;
/** Tiles whose gradients are summed at a time. */
const GRADIENT_TILES = 64;

/** True where Winograd's algorithm may be used, can be, and is faster. */
export function suitsWinograd(runtime: Runtime, conv: Geometry): boolean {
  return (
    runtime.winograd &&
    conv.filterHeight === 3 &&
    conv.filterWidth === 3 &&
    conv.strideHeight === 1 &&
    conv.strideWidth === 1 &&
    conv.dilationHeight === 1 &&
    conv.dilationWidth === 1 &&
    conv.inChannels % 4 === 0 &&
    conv.outChannels % 4 === 0 &&
    Math.min(conv.inChannels, conv.outChannels) >= LEAST_CHANNELS &&
    tilesOf(conv.batchSize, conv.outHeight, conv.outWidth) >= LEAST_TILES
  );
}

/** y of x and the filter. */
export function winogradForward(runtime: Runtime, conv: Geometry, { x, filter, y }: Operands): void {
  convolve(runtime, filter, false, {
    images: conv.batchSize,
    height: conv.inHeight,
    width: conv.inWidth,
    channels: conv.inChannels,
    outHeight: conv.outHeight,
    outWidth: conv.outWidth,
    columns: conv.outChannels,
    padTop: conv.padInfo.top,
    padLeft: conv.padInfo.left,
    x,
    y,
  });
}

/** The gradient of x, at `x`: a convolution of that of y with the filter turned by 180° and transposed. */
export function winogradInputGradient(runtime: Runtime, conv: Geometry, { x, filter, y }: Operands): void {
  convolve(runtime, filter, true, {
    images: conv.batchSize,
    height: conv.outHeight,
    width: conv.outWidth,
    channels: conv.outChannels,
    outHeight: conv.inHeight,
    outWidth: conv.inWidth,
    columns: conv.inChannels,
    padTop: 2 - conv.padInfo.top,
    padLeft: 2 - conv.padInfo.left,
    x: y,
    y: x,
  });
}

interface Convolution {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly columns: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly x: number;
  readonly y: number;
}

function convolve(runtime: Runtime, filter: number, flipped: boolean, convolution: Convolution): void {
  const { images, channels, columns, outHeight, outWidth } = convolution;
  const tiles = tilesOf(images, outHeight, outWidth);
  const { packed, zeros } = runtime.workspace({
    packed: runtime.sizes.filterBytes(channels, columns),
    zeros: ZEROS,
  });
  runtime.fillZeros(zeros, ZEROS);
  const [inputs, outputs] = flipped ? [columns, channels] : [channels, columns];
  runtime.run(
    "transformFilter",
    Math.ceil(columns / 8),
    { channels: inputs, columns: outputs, filter, flipped: flipped ? 1 : 0, packed },
    runtime.sizes.filterScratch(),
  );
  const tilesPerTask = share(tiles, Math.max(channels, columns) <= 128 ? 48 : 96, runtime.layout.tileRows);
  runtime.run(
    "winograd",
    Math.ceil(tiles / tilesPerTask),
    { ...convolution, tilesPerTask, filter: packed, zeros },
    runtime.sizes.winogradScratch(tilesPerTask, channels, columns),
  );
}

/** The gradient of the filter, at `filter`, of x and the gradient of y. */
export function winogradFilterGradient(runtime: Runtime, conv: Geometry, { x, filter, y }: Operands): void {
  const { inChannels: channels, outChannels: columns, outHeight, outWidth } = conv;
  const { sizes, layout } = runtime;
  const total = tilesOf(conv.batchSize, outHeight, outWidth);
  const most = Math.min(total, GRADIENT_TILES);
  // Parts of a packed block. Small ones make enough tasks for several threads, large ones read the packed tiles less often.
  const rowsPerTask = layout.tileRows * (channels < 192 ? 4 : 8);
  const columnsPerTask = columns < 128 ? 32 : 64;
  const tasks = Math.ceil(channels / rowsPerTask) * Math.ceil(columns / columnsPerTask);
  const { inputs, gradients, sums, zeros } = runtime.workspace({
    inputs: sizes.gradientInputBytes(most, channels),
    gradients: sizes.gradientBytes(most, columns),
    sums: total > most ? tasks * sizes.gradientSumBytes(rowsPerTask) : 0,
    zeros: ZEROS,
  });
  runtime.fillZeros(zeros, ZEROS);
  for (let firstTile = 0; firstTile < total; firstTile += GRADIENT_TILES) {
    const tiles = Math.min(GRADIENT_TILES, total - firstTile);
    runtime.run(
      "winogradGradientTiles",
      tiles,
      {
        height: conv.inHeight,
        width: conv.inWidth,
        channels,
        outHeight,
        outWidth,
        columns,
        padTop: conv.padInfo.top,
        padLeft: conv.padInfo.left,
        firstTile,
        tiles,
        x,
        dy: y,
        inputs,
        gradients,
        zeros,
      },
      sizes.gradientScratch(0),
    );
    runtime.run(
      "winogradGradientProducts",
      tasks,
      {
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

function tilesOf(images: number, height: number, width: number): number {
  return images * Math.ceil(height / 4) * Math.ceil(width / 4);
}

/** Cuts `total` into equal shares of at most `most`, and of at least two so that threads share small work too. */
function share(total: number, most: number, multiple: number): number {
  const shares = Math.max(2, Math.ceil(total / most));
  return Math.ceil(total / shares / multiple) * multiple;
}
