import { bytes } from "../bytes.js";
import type { Runtime } from "../runtime.js";
import type { Geometry, Operands } from "./geometry.js";

/** Zeros that stand for pixels outside an image. */
export const ZEROS = bytes(64);
/** Channels from which a tile's products outweigh its transforms. */
const LEAST_CHANNELS = 16;
/** Tiles from which it pays to transform the filter. */
const LEAST_TILES = 16;
/** Up to so many tiles, and from so many weights a tap on, the transformed filter is the larger part. */
const MOST_TILES_BY_COLUMNS = 128;
const LEAST_FILTER_BY_COLUMNS = 2 ** 16;

/** True where Winograd's algorithm may be used, can be, and is faster. */
export function suitsWinograd(runtime: Runtime, conv: Geometry): boolean {
  return (
    runtime.winograd &&
    conv.filterHeight === 3 &&
    conv.filterWidth === 3 &&
    (isPlain(conv) || isHalving(conv)) &&
    conv.dilationHeight === 1 &&
    conv.dilationWidth === 1 &&
    conv.inChannels % 4 === 0 &&
    conv.outChannels % 4 === 0 &&
    Math.min(conv.inChannels, conv.outChannels) >= LEAST_CHANNELS &&
    tilesOf(conv.batchSize, conv.outHeight, conv.outWidth) >= LEAST_TILES
  );
}

export function isPlain({ strideHeight, strideWidth }: Geometry): boolean {
  return strideHeight === 1 && strideWidth === 1;
}

function isHalving({ strideHeight, strideWidth, padInfo, ...sizes }: Geometry): boolean {
  return (
    strideHeight === 2 &&
    strideWidth === 2 &&
    padInfo.top === 1 &&
    padInfo.left === 1 &&
    sizes.outHeight === Math.ceil(sizes.inHeight / 2) &&
    sizes.outWidth === Math.ceil(sizes.inWidth / 2)
  );
}

/** y of x and the filter. */
export function winogradForward(runtime: Runtime, conv: Geometry, { x, filter, y }: Operands): void {
  convolve(runtime, filter, false, {
    scheme: isPlain(conv) ? runtime.layout.plain : runtime.layout.halving,
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
  const plain = isPlain(conv);
  convolve(runtime, filter, true, {
    scheme: plain ? runtime.layout.plain : runtime.layout.doubling,
    images: conv.batchSize,
    height: conv.outHeight,
    width: conv.outWidth,
    channels: conv.outChannels,
    outHeight: conv.inHeight,
    outWidth: conv.inWidth,
    columns: conv.inChannels,
    padTop: plain ? 2 - conv.padInfo.top : 0,
    padLeft: plain ? 2 - conv.padInfo.left : 0,
    x: y,
    y: x,
  });
}

interface Convolution {
  readonly scheme: number;
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
  const { scheme, images, channels, columns, outHeight, outWidth } = convolution;
  const tiles = tilesOf(images, outHeight, outWidth, scheme === runtime.layout.doubling ? 8 : 4);
  if (tiles <= MOST_TILES_BY_COLUMNS && channels * columns >= LEAST_FILTER_BY_COLUMNS) {
    convolveByColumns(runtime, filter, flipped, convolution, tiles);
    return;
  }
  const { packed, zeros } = runtime.workspace({
    packed: runtime.sizes.filterBytes(channels, columns),
    zeros: ZEROS,
  });
  runtime.fillZeros(zeros, ZEROS);
  const [inputs, outputs] = flipped ? [columns, channels] : [channels, columns];
  runtime.run(
    "transformFilter",
    Math.ceil(columns / 8),
    { scheme, channels: inputs, columns: outputs, filter, flipped: flipped ? 1 : 0, packed },
    runtime.sizes.filterScratch(),
  );
  const most = scheme === runtime.layout.plain ? 48 : 24;
  const tilesPerTask = share(tiles, most, runtime.layout.tileRows);
  runtime.run(
    "winograd",
    Math.ceil(tiles / tilesPerTask),
    { ...convolution, tilesPerTask, filter: packed, zeros },
    runtime.sizes.winogradScratch(scheme, tilesPerTask, channels, columns),
  );
}

/** The other way round, for few tiles and a large filter: see assembly/winograd-columns.ts. */
function convolveByColumns(
  runtime: Runtime,
  filter: number,
  flipped: boolean,
  { x, y, ...convolution }: Convolution,
  tiles: number,
): void {
  const { scheme, channels, columns } = convolution;
  const { sizes, layout } = runtime;
  const rows = Math.ceil(tiles / layout.tileRows) * layout.tileRows;
  const columnsPerTask = 16;
  const { inputs, zeros } = runtime.workspace({
    inputs: sizes.winogradInputBytes(scheme, rows, channels),
    zeros: ZEROS,
  });
  runtime.fillZeros(zeros, ZEROS);
  runtime.run("winogradInputs", rows, { ...convolution, rows, x, inputs, zeros }, sizes.gradientScratch(0));
  runtime.run(
    "winogradColumns",
    Math.ceil(columns / columnsPerTask),
    { ...convolution, rows, columnsPerTask, flipped: flipped ? 1 : 0, inputs, filter, y },
    sizes.winogradColumnScratch(scheme, rows, channels, columnsPerTask),
  );
}

export function tilesOf(images: number, height: number, width: number, edge = 4): number {
  return images * Math.ceil(height / edge) * Math.ceil(width / edge);
}

/** Cuts `total` into equal shares of at most `most`, and of at least two so that threads share small work too. */
function share(total: number, most: number, multiple: number): number {
  const shares = Math.max(2, Math.ceil(total / most));
  return Math.ceil(total / shares / multiple) * multiple;
}
