import { halves } from "../half.js";
import { type Tile, threadsOf } from "./tiling.js";

/** Which factor of the product: `a`, whose outer axis has the rows, or `b`, whose outer axis has the columns. */
export type Side = "a" | "b";

/** How a factor lies in memory, as the loads of its tiles need to know it. */
export interface Operand {
  /** All that the code depends on. */
  readonly key: string;
  /** The axis along which neighbours lie side by side. */
  readonly contiguous: "outer" | "inner";
  /** Values in a load: 4 where they start at multiples of 4. */
  readonly width: 1 | 4;
  /** Whether its values are stored as halves, which takes loads of 4. */
  readonly half: boolean;
  /**
   * Statements that return the value, or the 4 from it on, at `outer` and `inner` of product `batch`, by `stored_a(place)` or
   * `stored_b(place)`, whose place counts loads. Both are within bounds.
   */
  readonly read: (side: Side) => string;
}

/** A matrix that is stored as it is, or the other way round. */
export function matrix(contiguous: "outer" | "inner", length: number, half = false): Operand {
  const width = widthOf(length);
  return {
    key: `matrix ${contiguous} ${storageKey(width, half)}`,
    contiguous,
    width,
    half,
    read(side) {
      const [outerSize, stride] = side === "a" ? ["rows", "batchA"] : ["columns", "batchB"];
      const index =
        contiguous === "outer" ? `inner * sizes.${outerSize} + outer` : "outer * sizes.inner + inner";
      return `return stored_${side}((batch * sizes.${stride} + ${index}) / ${width}u);`;
    },
  };
}

/** The width of loads along an axis of this length. */
export function widthOf(length: number): 1 | 4 {
  return length % 4 === 0 ? 4 : 1;
}

export const valueType = (width: 1 | 4) => (width === 4 ? "vec4f" : "f32");

/** The type of an element of a buffer. */
export const storedType = (width: 1 | 4, half: boolean) => (half ? halves.element : valueType(width));

export const storageKey = (width: 1 | 4, half: boolean) => (half ? "halves" : String(width));

/** WGSL of `load_a` or `load_b`, which fills the workgroup's tile; in it, values past the ends of the axes are 0. */
export function loadCode(side: Side, operand: Operand, tile: Tile): string {
  const type = valueType(operand.width);
  const outerTile = side === "a" ? tile.rows : tile.columns;
  const outerSize = side === "a" ? "sizes.rows" : "sizes.columns";
  const quads = outerTile / 4;
  const { count, place, fill } = loads(side, operand, quads, tile.depth);
  const threads = threadsOf(tile);
  return `
var<workgroup> tile_${side}: array<vec4f, ${tile.depth * quads}>;

fn stored_${side}(place: u32) -> ${type} { return ${operand.half ? halves.load(`${side}[place]`) : `${side}[place]`}; }

fn read_${side}(batch: u32, outer: u32, inner: u32) -> ${type} {
  ${operand.read(side)}
}

fn bounded_${side}(batch: u32, outer: u32, inner: u32, end: u32) -> ${type} {
  if (outer >= ${outerSize} || inner >= end) { return ${type}(); }
  return read_${side}(batch, outer, inner);
}

fn load_${side}(thread: u32, batch: u32, first_outer: u32, first_inner: u32, end: u32) {
  for (var round = 0u; round < ${Math.ceil(count / threads)}u; round++) {
    let i = round * ${threads}u + thread;
    ${count % threads === 0 ? "" : `if (i >= ${count}u) { return; }`}
    ${place}
    let outer = first_outer + 4u * quad;
    let inner = first_inner + depth;
    ${fill}
  }
}`;
}

/** Neighbouring threads read neighbouring values; each writes four of the outer axis at a time. */
function loads(side: Side, { contiguous, width }: Operand, quads: number, tileDepth: number) {
  const read = (outer: number) => `bounded_${side}(batch, outer + ${outer}u, inner, end)`;
  if (contiguous === "inner" && width === 4) {
    return {
      count: (quads * tileDepth) / 4,
      place: `let depth = 4u * (i % ${tileDepth / 4}u); let quad = i / ${tileDepth / 4}u;`,
      fill: `let block = transpose(mat4x4f(${[0, 1, 2, 3].map(read).join(", ")}));
    for (var k = 0u; k < 4u; k++) { tile_${side}[(depth + k) * ${quads}u + quad] = block[k]; }`,
    };
  }
  const value = width === 4 ? read(0) : `vec4f(${[0, 1, 2, 3].map(read).join(", ")})`;
  return {
    count: quads * tileDepth,
    place:
      contiguous === "inner"
        ? `let depth = i % ${tileDepth}u; let quad = i / ${tileDepth}u;`
        : `let quad = i % ${quads}u; let depth = i / ${quads}u;`,
    fill: `tile_${side}[depth * ${quads}u + quad] = ${value};`,
  };
}
