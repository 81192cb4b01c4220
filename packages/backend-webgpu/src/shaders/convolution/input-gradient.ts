import { plain } from "../product/finish.js";
import { matrix, type Operand, storageKey, valueAlias, widthOf } from "../product/operand.js";
import { type Place, product, type ProductPlan } from "../product/product.js";
import type { ProductShape, Tiling } from "../product/tiling.js";
import type { HalfImages } from "./convolution.js";
import { type Geometry, geometryKey, isPointwise } from "./geometry.js";

/**
 * The input's gradient: for each residue of an input's pixel modulo the stride, a product of dy where the filter's taps met
 * these pixels `[pixels, taps · out]` and those taps `[taps · out, in]`. Pixels of one residue meet the same taps, so that nothing
 * is multiplied by the zeros between strides.
 */
export function inputGradient(
  conv: Geometry,
  {
    tiling,
    halves = {},
    adds,
    matrices,
  }: {
    readonly tiling?: Tiling;
    readonly halves?: Pick<HalfImages, "y" | "dx">;
    /** Whether it is added to what is in the result. */
    readonly adds?: boolean;
    readonly matrices?: boolean;
  } = {},
): ProductPlan {
  const finish = { ...plain, adds };
  const name = "convolution/input-gradient";
  const shape = inputGradientShape(conv);
  if (isPointwise(conv)) {
    return product({
      name,
      shape,
      tiling,
      matrices,
      a: matrix("inner", conv.outChannels, halves.y),
      b: matrix("inner", conv.outChannels),
      half: halves.dx,
      finish,
    });
  }
  return product({
    name,
    shape,
    tiling,
    matrices,
    finish,
    a: gradientPatches(conv, halves.y === true),
    b: tapsOfResidue(conv),
    place: pixelsOfResidue(conv),
    half: halves.dx,
  });
}

export function inputGradientShape(conv: Geometry): ProductShape {
  const [height, width] = gridOf(conv);
  return {
    batches: conv.strideHeight * conv.strideWidth,
    rows: conv.batchSize * height * width,
    columns: conv.inChannels,
    inner:
      Math.ceil(conv.filterHeight / conv.strideHeight) *
      Math.ceil(conv.filterWidth / conv.strideWidth) *
      conv.outChannels,
  };
}

/** Pixels of a residue, those past the border included where the stride does not divide the size. */
function gridOf(conv: Geometry): [height: number, width: number] {
  return [Math.ceil(conv.inHeight / conv.strideHeight), Math.ceil(conv.inWidth / conv.strideWidth)];
}

function gradientPatches(conv: Geometry, half: boolean): Operand {
  const width = widthOf(conv.outChannels);
  const [gridHeight, gridWidth] = gridOf(conv);
  return {
    key: `gradient patches ${storageKey(width, half)} ${geometryKey(conv)}`,
    contiguous: "inner",
    width,
    half,
    read: (side) => `
  let channel = inner % ${conv.outChannels}u;
  let tap = inner / ${conv.outChannels}u;
  let taps_x = taps_x_of(batch);
  let grid_x = outer % ${gridWidth}u;
  let grid_y = outer / ${gridWidth}u % ${gridHeight}u;
  let image = outer / ${gridWidth * gridHeight}u;
  let y = i32(grid_y + shift_y(batch)) - i32(tap / taps_x);
  let x = i32(grid_x + shift_x(batch)) - i32(tap % taps_x);
  if (y < 0 || y >= ${conv.outHeight} || x < 0 || x >= ${conv.outWidth}) { return ${valueAlias(side)}(); }
  let pixel = (image * ${conv.outHeight}u + u32(y)) * ${conv.outWidth}u + u32(x);
  return stored_${side}((pixel * ${conv.outChannels}u + channel) / ${width}u);`,
  };
}

function tapsOfResidue(conv: Geometry): Operand {
  const width = widthOf(conv.outChannels);
  return {
    key: `taps ${width}`,
    contiguous: "inner",
    width,
    half: false,
    read: (side) => `
  let channel = inner % ${conv.outChannels}u;
  let tap = inner / ${conv.outChannels}u;
  let taps_x = taps_x_of(batch);
  let y = first_y(batch) + tap / taps_x * ${conv.strideHeight}u;
  let x = first_x(batch) + tap % taps_x * ${conv.strideWidth}u;
  let place = (y * ${conv.filterWidth}u + x) * ${conv.inChannels}u + outer;
  return stored_${side}((place * ${conv.outChannels}u + channel) / ${width}u);`,
  };
}

/** The pixels `residue + stride · grid`, which tap `t` of the residue meets at dy's pixel `grid + shift − t`. */
function pixelsOfResidue(conv: Geometry): Place {
  const [gridHeight, gridWidth] = gridOf(conv);
  return {
    key: "residues",
    code:
      residueCode(
        "y",
        `batch / ${conv.strideWidth}u`,
        conv.padInfo.top,
        conv.strideHeight,
        conv.filterHeight,
      ) +
      residueCode("x", `batch % ${conv.strideWidth}u`, conv.padInfo.left, conv.strideWidth, conv.filterWidth),
    inner: `taps_y_of(batch) * taps_x_of(batch) * ${conv.outChannels}u`,
    index: `
  let x = row % ${gridWidth}u * ${conv.strideWidth}u + residue_x(batch);
  let y = row / ${gridWidth}u % ${gridHeight}u * ${conv.strideHeight}u + residue_y(batch);
  let image = row / ${gridWidth * gridHeight}u;
  if (x >= ${conv.inWidth}u || y >= ${conv.inHeight}u) { return nowhere; }
  return ((image * ${conv.inHeight}u + y) * ${conv.inWidth}u + x) * ${conv.inChannels}u;`,
    size: conv.batchSize * conv.inHeight * conv.inWidth * conv.inChannels,
  };
}

/** WGSL of what a residue means along an axis. */
function residueCode(name: "x" | "y", residue: string, pad: number, stride: number, filter: number): string {
  return `
fn residue_${name}(batch: u32) -> u32 { return ${residue}; }
fn first_${name}(batch: u32) -> u32 { return (residue_${name}(batch) + ${pad}u) % ${stride}u; }
fn shift_${name}(batch: u32) -> u32 { return (residue_${name}(batch) + ${pad}u) / ${stride}u; }
fn taps_${name}_of(batch: u32) -> u32 { return (${filter + stride - 1}u - first_${name}(batch)) / ${stride}u; }`;
}
