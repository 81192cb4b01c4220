import { declare } from "../bindings.js";
import type { Dispatch } from "../dispatch.js";
import { factorsCode, factorsStruct, isPlain, plainReads } from "./factors.js";
import { keyOf, type LossCode, type LossSizes, ratioCode } from "./loss.js";
import { pairCode } from "./pairs.js";
import { productCode, THREADS } from "./products.js";
import { sideCode, sideReads, sizesOf, sizesStruct, splitsOf, TILE } from "./sides.js";

/** Whose gradient it is; of one set, the sum of both. */
export type GradientSide = "anchors" | "contrasts" | "both";

/**
 * The gradient of a side over splits of the other one, float32 `[splits, rows, dim]`: the products of a tile of pairs become the
 * loss's gradient with respect to them, and that is multiplied by the other side's rows.
 *
 * Reads what both sides have, the side's own first; then the factors of the anchors, or, where `isDirect`, the `plainReads` that
 * they are made of.
 */
export function gradientOf(
  loss: LossCode,
  sizes: LossSizes,
  side: GradientSide,
): { readonly dispatch: Dispatch; readonly splits: number } {
  const [own, other] =
    side === "contrasts" ? [sizes.contrasts, sizes.anchors] : [sizes.anchors, sizes.contrasts];
  // Of four values each, that a workgroup takes on.
  const columns = sizes.dim <= 64 ? 16 : 32;
  const layers = Math.ceil(sizes.dim / 4 / columns);
  const splits = splitsOf(own, other, layers);
  return {
    splits: splits.splits,
    dispatch: {
      name: "contrastive/gradient",
      key: `${keyOf(loss)},${side},${columns}`,
      code: () => code(loss, side, columns),
      uniforms: sizesOf(sizes, splits, side === "contrasts" ? "contrasts" : "anchors", side === "both"),
      grid: [splits.tiles, splits.splits, layers],
    },
  };
}

/** Whether the buffers of a stage, 8 where a device offers the least, are enough for the statistics as they are. */
export function isDirect(loss: LossCode, side: GradientSide): boolean {
  return side === "both" && isPlain(loss) && !loss.capped;
}

function code(loss: LossCode, side: GradientSide, columns: 16 | 32): string {
  const sides = { ...loss, oneSet: side === "both" };
  const direct = isDirect(loss, side);
  // Of four rows each, for an invocation.
  const quads = columns / 16;
  const perQuad = (lines: (quad: number) => string) =>
    Array.from({ length: quads }, (_, q) => lines(q)).join("\n      ");
  return `
${factorsStruct}
${declare({
  reads: { ...sideReads(sides), ...(direct ? plainReads : { factors: "Factors" }) },
  writes: { gradient: loss.vectors ? "vec4f" : "f32" },
  uniforms: sizesStruct,
})}
var<workgroup> tile: array<vec4f, ${(TILE * TILE) / 4}>;
${direct ? factorsCode({ summation: loss.summation, plain: true }) : "fn factorsOf(row: u32) -> Factors { return factors[row]; }"}
${ratioCode}
${sideCode(sides)}
${pairCode(loss.capped)}
${productCode()}
${pairGradientCode(loss)}

fn store(row: u32, part: u32, value: vec4f) {
  ${
    loss.vectors
      ? `gradient[row * sizes.parts + part] = value;`
      : `let at = row * sizes.dim + 4u * part;
  for (var i = 0u; i < min(4u, sizes.dim - 4u * part); i++) { gradient[at + i] = value[i]; }`
  }
}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let firstOwn = group.x * ${TILE}u;
  let begin = group.y * sizes.split;
  let end = min(begin + sizes.split, sizes.otherRows);
  let rows = vec4u(firstOwn + 4u * (thread / 16u)) + vec4u(0, 1, 2, 3);
  let column = thread % 16u;
  let own = four(${["x", "y", "z", "w"].map((i) => `ownMark(rows.${i})`).join(", ")}, rows);
  ${side === "contrasts" ? "" : "let ownFactors = fourFactors(min(rows, vec4u(sizes.ownRows - 1u)));"}
  let part = group.z * ${columns}u + thread % ${columns}u;
  let quad = thread / ${columns}u * ${quads}u;
  var sums = array<vec4f, ${4 * quads}>();
  for (var first = begin; first < end; first += ${TILE}u) {
    let products = transpose(multiply(firstOwn, first, thread));
    workgroupBarrier();
    for (var j = 0u; j < 4u; j++) {
      let row = first + column + 16u * j;
      let mark = otherMark(row);
      let negative = negatives(mark, own);
      var pairs = vec4f();
      ${
        side === "contrasts"
          ? ""
          : "pairs += pairGradient(products[j], ownFactors, positivesOfFour(mark, row, own), negative);"
      }
      ${
        side === "anchors"
          ? ""
          : `let otherFactors = sameFactors(factorsOf(min(row, sizes.otherRows - 1u)));
      pairs += pairGradient(products[j], otherFactors, positivesOfOne(mark, own), negative);`
      }
      // In another order in each row, so that neighbours are in different banks.
      tile[16u * (column + 16u * j) + ((thread / 16u) ^ column)] = pairs;
    }
    workgroupBarrier();
    let length = min(${TILE}u, end - first);
    for (var row = 0u; row < length; row++) {
      let x = otherPart(first + row, part);
      ${perQuad(
        (q) => `let pairs${q} = tile[16u * row + ((quad + ${q}u) ^ (row % 16u))];
      ${["x", "y", "z", "w"].map((e, i) => `sums[${4 * q + i}] += pairs${q}.${e} * x;`).join(" ")}`,
      )}
    }
  }
  if (part >= sizes.parts) { return; }
  for (var i = 0u; i < ${4 * quads}u; i++) {
    let row = firstOwn + 4u * quad + i;
    if (row < sizes.ownRows) { store(group.y * sizes.ownRows + row, part, sums[i]); }
  }
}`;
}

/** The loss's gradient with respect to four products, and what it needs of their anchors. */
function pairGradientCode(loss: LossCode): string {
  const { summation, denominator } = loss;
  const inside = summation === "inside";
  const share =
    denominator === "one-positive"
      ? `remainder(y)${inside ? " * exp(logRatio(y) - anchors.logPositives)" : ""}`
      : "exp(y - anchors.logPositives)";
  return `
struct FourFactors { maximum: vec4f, logDenominator: vec4f, logPositives: vec4f, push: vec4f, pull: vec4f }

fn fourFactors(rows: vec4u) -> FourFactors {
  let a = factorsOf(rows.x);
  let b = factorsOf(rows.y);
  let c = factorsOf(rows.z);
  let d = factorsOf(rows.w);
  return FourFactors(
    ${["maximum", "logDenominator", "logPositives", "push", "pull"]
      .map((name) => `vec4f(${["a", "b", "c", "d"].map((x) => `${x}.${name}`).join(", ")})`)
      .join(",\n    ")},
  );
}

fn sameFactors(anchor: Factors) -> FourFactors {
  return FourFactors(
    vec4f(anchor.maximum), vec4f(anchor.logDenominator), vec4f(anchor.logPositives), vec4f(anchor.push), vec4f(anchor.pull),
  );
}

fn pairGradient(
  products: vec4f, anchors: FourFactors, positive: vec4<bool>, negative: vec4<bool>,
) -> vec4f {
  let y = (products - anchors.maximum) * sizes.sharpness - anchors.logDenominator;
  let summed = ${denominator === "all" ? "positive | negative" : "negative"};
  let push = select(vec4f(), anchors.push * exp(y), summed);
  return push - select(vec4f(), anchors.pull${isPlain(loss) ? "" : ` * ${share}`}, positive);
}`;
}
