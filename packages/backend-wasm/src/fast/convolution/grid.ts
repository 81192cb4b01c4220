import type { Geometry } from "./geometry.js";

/** A tap of the filter: where its pixel lies from the one that the grid names, and its number. */
export type Tap = readonly [y: number, x: number, number: number];

/** How a kernel goes over the pixels of its source, `height` × `width`, and of its result, by the names of its parameters. */
export interface Grid {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly gridHeight: number;
  readonly gridWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly stepY: number;
  readonly stepX: number;
  readonly fromY: number;
  readonly fromX: number;
}

export function forwardGrid(conv: Geometry): Grid {
  return {
    images: conv.batchSize,
    height: conv.inHeight,
    width: conv.inWidth,
    gridHeight: conv.outHeight,
    gridWidth: conv.outWidth,
    strideY: conv.strideHeight,
    strideX: conv.strideWidth,
    outHeight: conv.outHeight,
    outWidth: conv.outWidth,
    stepY: 1,
    stepX: 1,
    fromY: 0,
    fromX: 0,
  };
}

export function forwardTaps(conv: Geometry): readonly Tap[] {
  return Array.from({ length: conv.filterHeight * conv.filterWidth }, (_, tap) => [
    Math.floor(tap / conv.filterWidth) * conv.dilationHeight - conv.padInfo.top,
    (tap % conv.filterWidth) * conv.dilationWidth - conv.padInfo.left,
    tap,
  ]);
}

/**
 * The grids of the input's gradient, whose source is dy: one for each residue of the pixel modulo the stride, for pixels of one
 * residue meet the same taps. Together they cover the input.
 */
export function gradientGrids(
  conv: Geometry,
): readonly { readonly grid: Grid; readonly taps: readonly Tap[] }[] {
  const { strideHeight, strideWidth, inHeight, inWidth } = conv;
  const rows = Math.min(strideHeight, inHeight);
  const columns = Math.min(strideWidth, inWidth);
  return Array.from({ length: rows * columns }, (_, residue) => {
    const [fromY, fromX] = [Math.floor(residue / columns), residue % columns];
    const taps = forwardTaps(conv).flatMap(([tapY, tapX, tap]): Tap[] => {
      const y = (fromY - tapY) / strideHeight;
      const x = (fromX - tapX) / strideWidth;
      return Number.isInteger(y) && Number.isInteger(x) ? [[y, x, tap]] : [];
    });
    const grid = {
      images: conv.batchSize,
      height: conv.outHeight,
      width: conv.outWidth,
      gridHeight: Math.ceil((inHeight - fromY) / strideHeight),
      gridWidth: Math.ceil((inWidth - fromX) / strideWidth),
      strideY: 1,
      strideX: 1,
      outHeight: inHeight,
      outWidth: inWidth,
      stepY: strideHeight,
      stepX: strideWidth,
      fromY,
      fromX,
    };
    return { grid, taps };
  });
}
