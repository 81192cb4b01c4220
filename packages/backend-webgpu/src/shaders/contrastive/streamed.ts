import { pairCode } from "./pairs.js";
import { PRODUCT_VECTORS, productCode, THREADS } from "./products.js";
import { type Sides, sideCode, TILE } from "./sides.js";

const four = [0, 1, 2, 3];

/**
 * The forward passes over a split of the contrasts, with four anchors to an invocation: `take` has `i`, `products` and masks
 * `positive` and `negative` of anchor i with four contrasts, and `sums`, an array [4] of `State`, to change.
 *
 * At the end `partial` has a `State` for each split and anchor. The code before must declare `State`, `empty()` and `merged(a, b)`.
 */
export function streamedCode(
  sides: Sides,
  { state, empty, merged, take }: Readonly<Record<"state" | "empty" | "merged" | "take", string>>,
): string {
  return `
var<workgroup> tile: array<vec4f, ${PRODUCT_VECTORS}>;
var<workgroup> states: array<${state}, ${THREADS}>;
${sideCode(sides)}
${pairCode(sides.capped)}
${productCode()}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let firstOwn = group.x * ${TILE}u;
  let begin = group.y * sizes.split;
  let end = min(begin + sizes.split, sizes.otherRows);
  let row = firstOwn + 4u * (thread / 16u);
  let column = thread % 16u;
  let anchors = array<vec4i, 4>(${four.map((i) => `ownMark(row + ${i}u)`).join(", ")});
  var sums = array<${state}, 4>(${four.map(() => empty).join(", ")});
  for (var first = begin; first < end; first += ${TILE}u) {
    let tileProducts = multiply(firstOwn, first, thread);
    let rows = vec4u(first + column) + vec4u(0, 16, 32, 48);
    let contrasts = four(${["x", "y", "z", "w"].map((j) => `otherMark(rows.${j})`).join(", ")}, rows);
    for (var i = 0u; i < 4u; i++) {
      let products = tileProducts[i];
      let positive = positivesOfOne(anchors[i], contrasts);
      let negative = negatives(anchors[i], contrasts);
      ${take}
    }
  }
  for (var i = 0u; i < 4u; i++) {
    workgroupBarrier();
    states[thread] = sums[i];
    for (var step = 8u; step > 0u; step /= 2u) {
      workgroupBarrier();
      if (column < step) { states[thread] = ${merged}(states[thread], states[thread + step]); }
    }
    if (column == 0u && row + i < sizes.ownRows) {
      partial[group.y * sizes.ownRows + row + i] = states[thread];
    }
  }
}`;
}
