import { halves } from "../half.js";
import { type Operand, type Side, valueAlias, valueType } from "./operand.js";
import { range } from "./range.js";
import { ROOM, type Tile, threadsOf } from "./tiling.js";

/** WGSL of how the threads of a workgroup fill its tile of a factor; in it, values past the ends of the axes are 0. */
export interface Loads {
  /** Functions and variables of the module. */
  readonly code: string;
  /** Statements that fill the tile with the values from `inner` on. */
  readonly fill: string;
  /** The same in two steps, between which a thread holds what it has read. */
  readonly ahead: {
    readonly variables: string;
    /** Statements that read the values from an expression on. */
    readonly read: (inner: string) => string;
    readonly store: string;
  };
}

/**
 * Into a tile of `vec4f`, `[depth, outer / 4]`: neighbouring threads read neighbouring values, and each writes four of the outer axis
 * at a time.
 */
export function loads(side: Side, operand: Operand, tile: Tile): Loads {
  const { contiguous, width } = operand;
  const quads = outerOf(side, tile) / 4;
  const name = `tile_${side}`;
  const transposes = contiguous === "inner" && width === 4;
  const values = transposes || width === 1 ? 4 : 1;
  const items = transposes ? (quads * tile.depth) / 4 : quads * tile.depth;
  const place = transposes
    ? `let depth = 4u * (i % ${tile.depth / 4}u); let quad = i / ${tile.depth / 4}u;`
    : contiguous === "inner"
      ? `let depth = i % ${tile.depth}u; let quad = i / ${tile.depth}u;`
      : `let quad = i % ${quads}u; let depth = i / ${quads}u;`;
  return filled(side, operand, tile, {
    type: valueType(width),
    items,
    values,
    place: `${place} let outer = 4u * quad;`,
    store: (read) => {
      if (transposes) {
        return `let block = transpose(mat4x4f(${read.join(", ")}));
    ${range(4)
      .map((k) => `${name}[(depth + ${k}u) * ${quads}u + quad] = block[${k}];`)
      .join("\n    ")}`;
      }
      return `${name}[depth * ${quads}u + quad] = ${values === 1 ? read[0] : `vec4f(${read.join(", ")})`};`;
    },
    tileType: `array<vec4f, ${tile.depth * quads}>`,
  });
}

/** Into a tile of `f16`, as the factor lies in memory: `[outer, depth]` or `[depth, outer]`, with rows of this length. */
export function halfLoads(side: Side, operand: Operand, tile: Tile): Loads {
  const { depth } = tile;
  const outer = outerOf(side, tile);
  const inner = operand.contiguous === "inner";
  const along = (inner ? depth : outer) / 4;
  return filled(side, operand, tile, {
    type: "vec4<f16>",
    items: (outer * depth) / 4,
    values: 1,
    place: inner
      ? `let depth = 4u * (i % ${along}u); let outer = i / ${along}u;`
      : `let outer = 4u * (i % ${along}u); let depth = i / ${along}u;`,
    store: ([read]) => {
      const at = inner ? "outer" : "depth";
      const first = `let at = ${at} * ${halfRow(side, operand, tile)}u + ${inner ? "depth" : "outer"};`;
      return `${first} ${range(4)
        .map((k) => `tile_${side}[at + ${k}u] = ${read}[${k}];`)
        .join(" ")}`;
    },
    tileType: `array<f16, ${(inner ? outer : depth) * halfRow(side, operand, tile)}>`,
  });
}

/** Values from a row of a tile of halves to the next. */
export function halfRow(side: Side, { contiguous }: Operand, tile: Tile): number {
  return (contiguous === "inner" ? tile.depth : outerOf(side, tile)) + ROOM;
}

interface Items {
  readonly type: string;
  /** What is read and stored at a time, by one thread. */
  readonly items: number;
  /** Loads for each, of neighbours on the outer axis. */
  readonly values: number;
  /** Declares `outer` and `depth`, of item `i` in the tile. */
  readonly place: string;
  readonly store: (read: readonly string[]) => string;
  readonly tileType: string;
}

function filled(side: Side, operand: Operand, tile: Tile, given: Items): Loads {
  const { type, items, values, place, store, tileType } = given;
  const alias = valueAlias(side);
  const [size, first] = side === "a" ? ["sizes.rows", "first_row"] : ["sizes.columns", "first_column"];
  const threads = threadsOf(tile);
  const rounds = Math.ceil(items / threads);
  const item = (round: string, isPart: boolean, statements: string) => `{
    let i = ${round} * ${threads}u + thread;
    ${isPart ? `if (i < ${items}u) {` : ""}
    ${place}
    ${statements}
    ${isPart ? "}" : ""}
  }`;
  const read = (value: number, inner: string) =>
    `bounded_${side}(batch, ${first} + outer + ${value}u, ${inner} + depth, end)`;
  const unrolled = (statements: (round: number) => string) =>
    range(rounds)
      .map((round) => item(`${round}u`, (round + 1) * threads > items, statements(round)))
      .join("\n  ");
  const name = (round: number, value: number) => `${side}_${round}_${value}`;
  const stored = `${side}[place]`;
  const inLoop = range(values).map((value) => `value_${value}`);
  const fill = `for (var round = 0u; round < ${rounds}u; round++) ${item(
    "round",
    items % threads > 0,
    `${inLoop.map((variable, value) => `let ${variable} = ${read(value, "inner")};`).join("\n    ")}
    ${store(inLoop)}`,
  )}`;
  return {
    code: `
alias ${alias} = ${type};
var<workgroup> tile_${side}: ${tileType};

fn stored_${side}(place: u32) -> ${alias} { return ${operand.half ? fromHalves(stored, type) : converted(stored, type)}; }

fn read_${side}(batch: u32, outer: u32, inner: u32) -> ${alias} {
  ${operand.read(side)}
}

fn bounded_${side}(batch: u32, outer: u32, inner: u32, end: u32) -> ${alias} {
  if (outer >= ${size} || inner >= end) { return ${alias}(); }
  return read_${side}(batch, outer, inner);
}`,
    fill,
    // Of single values there are many reads, and unrolled they are more than some compilers bear.
    ahead:
      operand.width === 1
        ? { variables: "", read: () => "", store: fill }
        : {
            variables: range(rounds)
              .flatMap((round) => range(values).map((value) => `var ${name(round, value)} = ${alias}();`))
              .join("\n  "),
            read: (inner) =>
              unrolled((round) =>
                range(values)
                  .map((value) => `${name(round, value)} = ${read(value, inner)};`)
                  .join("\n    "),
              ),
            store: unrolled((round) => store(range(values).map((value) => name(round, value)))),
          },
  };
}

const fromHalves = (stored: string, type: string) =>
  type === "vec4<f16>"
    ? `${type}(bitcast<vec2<f16>>(${stored}.x), bitcast<vec2<f16>>(${stored}.y))`
    : halves.load(stored);

const converted = (stored: string, type: string) => (type === "vec4<f16>" ? `${type}(${stored})` : stored);

const outerOf = (side: Side, { rows, columns }: Tile) => (side === "a" ? rows : columns);
