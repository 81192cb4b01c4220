import type { Dispatch } from "./dispatch.js";
import { each, eachWritten, rowShader } from "./row-tile.js";

/*
 * x = unit · length / power: the squares of elements between a half and four neither overflow nor vanish. The power of two is made
 * of bits, for some devices don't divide exactly near the ends of float32, and some multiply in another order than is written.
 *
 * A row whose elements are all below the least normal float32 counts as zero. It is multiplied by 0, so that NaN in it stays.
 */
const scaled = /* wgsl */ `
  var sizesOf = Vector();
  ${each("sizesOf = max(sizesOf, abs(x[at]));")}
  let rowLargest = largestOfRow(sizesOf, thread);
  let exponent = bitcast<u32>(rowLargest) >> 23u;
  // Of an infinite row NaN.
  let bits = select((253u - min(exponent, 252u)) << 23u, 0x7fc00000u, exponent == 255u);
  let power = select(bitcast<f32>(bits), 0.0, exponent == 0u);
  var squares = Vector();
  ${each("let value = x[at] * power; squares += value * value;")}
  let square = sumOfRow(squares, thread);
  let length = select(sqrt(square), 1.0, square == 0.0);
`;

/** `x` → `y`, each row of length 1, or 0. */
export function l2Normalize(rows: number, features: number): Dispatch {
  return rowShader({
    name: "l2-normalize",
    rows,
    features,
    reads: { x: "Vector" },
    writes: { y: "Vector" },
    body: /* wgsl */ `
  ${scaled}
  ${eachWritten("y[at] = x[at] * power / length;")}`,
  });
}

/** `x`, `dy` → `dx` = (dy − y (y·dy)) / |x| */
export function l2NormalizeGradient(rows: number, features: number): Dispatch {
  return rowShader({
    name: "l2-normalize/gradient",
    rows,
    features,
    reads: { x: "Vector", dy: "Vector" },
    writes: { dx: "Vector" },
    // In steps: the length itself may overflow, and its reciprocal vanish.
    body: /* wgsl */ `
  ${scaled}
  var products = Vector();
  ${each("products += x[at] * power / length * dy[at];")}
  let along = sumOfRow(products, thread);
  ${eachWritten(/* wgsl */ `
    let unit = x[at] * power / length;
    dx[at] = asWritten((dy[at] - unit * along) * power) / length;`)}`,
  });
}
