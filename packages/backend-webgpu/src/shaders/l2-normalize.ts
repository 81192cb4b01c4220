import type { Dispatch } from "./dispatch.js";
import { each, eachWritten, rowShader } from "./row-tile.js";

/*
 * x = unit · length · largest / power: the squares of elements scaled to at most 1 neither overflow nor vanish. The power of two
 * brings a row to where a device divides exactly, which some don't do near the ends of float32.
 *
 * A row whose elements are all below the least normal float32 counts as zero. It is multiplied by 0, so that NaN in it stays.
 */
const scaled = /* wgsl */ `
  var sizesOf = Vector();
  ${each("sizesOf = max(sizesOf, abs(x[at]));")}
  let rowLargest = largestOfRow(sizesOf, thread);
  let isZero = rowLargest < 0x1p-126f;
  let power = select(select(1.0, 0x1p-64f, rowLargest > 0x1p64f), 0x1p64f, rowLargest < 0x1p-64f);
  let factor = select(1.0 / (rowLargest * power), 0.0, isZero);
  var squares = Vector();
  ${each("let value = x[at] * power * factor; squares += value * value;")}
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
  ${eachWritten("y[at] = x[at] * power * factor / length;")}`,
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
    // In steps: the length itself may overflow.
    body: /* wgsl */ `
  ${scaled}
  var products = Vector();
  ${each("products += x[at] * power * factor / length * dy[at];")}
  let along = sumOfRow(products, thread);
  ${eachWritten(/* wgsl */ `
    let unit = x[at] * power * factor / length;
    dx[at] = (dy[at] - unit * along) / length * factor * power;`)}`,
  });
}
