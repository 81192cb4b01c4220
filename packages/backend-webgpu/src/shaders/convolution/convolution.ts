import type { Finish } from "../product/finish.js";
import { matrix } from "../product/operand.js";
import { product, type ProductPlan } from "../product/product.js";
import type { ProductShape, Tiling } from "../product/tiling.js";
import type { Geometry } from "./geometry.js";
import { patches } from "./patches.js";

/** Which of its images are stored as halves; all sums are of 32 bits. */
export interface HalfImages {
  readonly x?: boolean;
  /** The result, or its gradient. */
  readonly y?: boolean;
  /** The gradient of x. */
  readonly dx?: boolean;
}

export interface ConvolutionOptions {
  readonly halves?: Pick<HalfImages, "x" | "y">;
  readonly finish?: Finish;
  readonly slope?: number;
  /** Whether images and filters are multiplied as halves, by subgroups' matrices. */
  readonly matrices?: boolean;
  readonly tiling?: Tiling;
}

/** A convolution: patches of x `[pixels, taps · in]` times the filter `[taps · in, out]`. */
export function convolution(
  conv: Geometry,
  { halves = {}, ...options }: ConvolutionOptions = {},
): ProductPlan {
  return product({
    ...options,
    name: "convolution",
    shape: forwardShape(conv),
    a: patches(conv, "outer", halves.x === true),
    b: matrix("outer", conv.outChannels),
    half: halves.y,
  });
}

export function forwardShape(conv: Geometry): ProductShape {
  return { batches: 1, rows: pixelsOf(conv), columns: conv.outChannels, inner: valuesOf(conv) };
}

/** The filter's gradient: patches of x, transposed, `[taps · in, pixels]` times dy `[pixels, out]`. */
export function filterGradient(
  conv: Geometry,
  { halves = {}, ...options }: Pick<ConvolutionOptions, "tiling" | "halves" | "matrices"> = {},
): ProductPlan {
  return product({
    ...options,
    name: "convolution/filter-gradient",
    shape: filterGradientShape(conv),
    a: patches(conv, "inner", halves.x === true),
    b: matrix("outer", conv.outChannels, halves.y),
  });
}

export function filterGradientShape(conv: Geometry): ProductShape {
  return { batches: 1, rows: valuesOf(conv), columns: conv.outChannels, inner: pixelsOf(conv) };
}

function pixelsOf({ batchSize, outHeight, outWidth }: Geometry): number {
  return batchSize * outHeight * outWidth;
}

function valuesOf({ filterHeight, filterWidth, inChannels }: Geometry): number {
  return filterHeight * filterWidth * inChannels;
}
