import { TILE } from "./sides.js";

/** Invocations of a workgroup, 16 × 16, of which each has 4 × 4 products of a tile. */
export const THREADS = 256;

/** Of `tile`, vectors that the products need. */
export const PRODUCT_VECTORS = 640;

/**
 * `multiply`: all products of 64 rows of one side with 64 of the other. Row i of an invocation's matrix is row 4 (thread / 16) + i
 * of `own`, and its column j row thread % 16 + 16 j of `other`.
 *
 * It works in the first `PRODUCT_VECTORS` of `tile`, and all of a workgroup must call it.
 */
export function productCode(): string {
  const four = [0, 1, 2, 3];
  // Rows of 4 vectors are 5 apart, so that 8 of them are in different banks.
  return `
fn multiply(firstOwn: u32, firstOther: u32, thread: u32) -> mat4x4f {
  let row = thread / 4u;
  let lane = thread % 4u;
  let own = 20u * (thread / 16u);
  let other = 320u + 5u * (thread % 16u);
  var products = mat4x4f();
  for (var part = 0u; part < sizes.parts; part += 4u) {
    workgroupBarrier();
    tile[5u * row + lane] = ownPart(firstOwn + row, part + lane);
    tile[320u + 5u * row + lane] = otherPart(firstOther + row, part + lane);
    workgroupBarrier();
    for (var k = 0u; k < 4u; k++) {
      ${four.map((i) => `let x${i} = tile[own + ${5 * i}u + k];`).join(" ")}
      ${four.map((j) => `let y${j} = tile[other + ${(5 * TILE * j) / 4}u + k];`).join(" ")}
      ${four.map((i) => `products[${i}] += vec4f(${four.map((j) => `dot(x${i}, y${j})`).join(", ")});`).join("\n      ")}
    }
  }
  return products;
}`;
}
