import { matrix, type Operand, storageKey, valueAlias, widthOf } from "../product/operand.js";
import { type Geometry, geometryKey, isPointwise } from "./geometry.js";

/**
 * The matrix `[pixels of the result, values that the filter meets there]` of an image, without its being stored: a convolution is
 * its product with the filter. `patches` says whether they are the outer axis (for the result) or the inner one (for the filter's
 * gradient).
 */
export function patches(conv: Geometry, axis: "outer" | "inner", half: boolean): Operand {
  const contiguous = axis === "outer" ? "inner" : "outer";
  if (isPointwise(conv)) return matrix(contiguous, conv.inChannels, half);
  const width = widthOf(conv.inChannels);
  const [pixel, value] = axis === "outer" ? ["outer", "inner"] : ["inner", "outer"];
  return {
    key: `patches ${axis} ${storageKey(width, half)} ${geometryKey(conv)}`,
    contiguous,
    width,
    half,
    read: (side) => `
  let out_x = i32(${pixel} % ${conv.outWidth}u);
  let out_y = i32(${pixel} / ${conv.outWidth}u % ${conv.outHeight}u);
  let image = ${pixel} / ${conv.outWidth * conv.outHeight}u;
  let channel = ${value} % ${conv.inChannels}u;
  let tap = ${value} / ${conv.inChannels}u;
  let y = out_y * ${conv.strideHeight} + i32(tap / ${conv.filterWidth}u) * ${conv.dilationHeight} - ${conv.padInfo.top};
  let x = out_x * ${conv.strideWidth} + i32(tap % ${conv.filterWidth}u) * ${conv.dilationWidth} - ${conv.padInfo.left};
  if (y < 0 || y >= ${conv.inHeight} || x < 0 || x >= ${conv.inWidth}) { return ${valueAlias(side)}(); }
  let in_pixel = (image * ${conv.inHeight}u + u32(y)) * ${conv.inWidth}u + u32(x);
  return stored_${side}((in_pixel * ${conv.inChannels}u + channel) / ${width}u);`,
  };
}
