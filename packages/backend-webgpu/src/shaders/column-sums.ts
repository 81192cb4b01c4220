import {
  type ColumnTile,
  columnHead,
  columnMain,
  fewSplits,
  keyOf,
  mergeDown,
  splitUniforms,
  THREADS,
} from "./column-tile.js";
import { type Dispatch, f32 } from "./dispatch.js";
import { bindingsOf } from "./half.js";

export interface ColumnSums {
  readonly name: string;
  readonly tile: ColumnTile;
  readonly rows: number;
  /** Of `Vector`, as are all buffers but those of the next line. */
  readonly reads: readonly string[];
  /** Read after the others, a float a row. */
  readonly perRow?: readonly string[];
  /** Those of the reads that are of halves. */
  readonly inHalves?: readonly string[];
  /** WGSL before the loop over rows, with `column`. */
  readonly before?: string;
  /** WGSL in the loop, with `row`, `column` and `at`, the place in a matrix. */
  readonly each: string;
  /** What is summed: expressions of type Vector. */
  readonly terms: readonly string[];
  /** Reads after the partial sums, writes, and the WGSL of the end, with `column`, `total0`, …, `sizes.rows`. */
  readonly finish: {
    readonly reads: readonly string[];
    readonly writes: readonly string[];
    readonly code: string;
  };
  readonly epsilon?: number;
}

/**
 * Sums down the columns of matrices `[rows, channels]`, and what is made of them, in two dispatches:
 * `reads` → `parts` `[splits, terms, channels]`, then `parts`, `finish.reads` → `finish.writes`.
 */
export function columnSums({ name, tile, rows, epsilon, ...sums }: ColumnSums) {
  const split = fewSplits(tile, rows);
  const uniforms = [...splitUniforms(split), ...(epsilon === undefined ? [] : [f32(epsilon)])];
  const scalar = epsilon === undefined ? undefined : "epsilon";
  const { inHalves = [] } = sums;
  const common = { key: keyOf(tile), uniforms };
  return {
    partsShape: [split.splits, sums.terms.length, (tile.vector === "vec4f" ? 4 : 1) * tile.columns],
    ofParts: {
      ...common,
      key: [common.key, ...inHalves].join(" "),
      name: `${name}/of-parts`,
      halves: bindingsOf(sums.reads, inHalves),
      code: () => ofParts(tile, sums, scalar),
      grid: [tile.groups, split.splits],
    } satisfies Dispatch,
    finish: {
      ...common,
      name: `${name}/finish`,
      code: () => finish(tile, sums, scalar),
      grid: [tile.groups],
    } satisfies Dispatch,
  };
}

type Sums = Pick<ColumnSums, "reads" | "inHalves" | "perRow" | "before" | "each" | "terms" | "finish">;

function ofParts(
  tile: ColumnTile,
  { reads, perRow, inHalves, before = "", each, terms }: Sums,
  scalar: string | undefined,
): string {
  return /* wgsl */ `
${columnHead(tile, { reads, perRow, writes: ["parts"], scalar, inHalves })}
${sumsCode(terms)}
${columnMain}
  var own = Sums();
  if (column < COLUMNS) {
    ${before}
    for (var row = first; row < end; row += DOWN) {
      let at = row * COLUMNS + column;
      ${each}
      ${terms.map((term, i) => `own[${i}] += ${term};`).join("\n      ")}
    }
  }
  ofThreads[thread] = own;
  ${mergeAll(terms)}
  if (thread < ACROSS && column < COLUMNS) {
    ${terms.map((_, i) => `parts[(${terms.length}u * group.y + ${i}u) * COLUMNS + column] = ofThreads[thread][${i}];`).join("\n    ")}
  }
}
`;
}

function finish(
  tile: ColumnTile,
  { terms, finish: { reads, writes, code } }: Sums,
  scalar: string | undefined,
): string {
  return /* wgsl */ `
${columnHead(tile, { reads: ["parts", ...reads], writes, scalar })}
${sumsCode(terms)}
${columnMain}
  var own = Sums();
  if (column < COLUMNS) {
    for (var split = thread / ACROSS; split < sizes.splits; split += DOWN) {
      ${terms.map((_, i) => `own[${i}] += parts[(${terms.length}u * split + ${i}u) * COLUMNS + column];`).join("\n      ")}
    }
  }
  ofThreads[thread] = own;
  ${mergeAll(terms)}
  if (thread < ACROSS && column < COLUMNS) {
    ${terms.map((_, i) => `let total${i} = ofThreads[thread][${i}];`).join("\n    ")}
    ${code}
  }
}
`;
}

function sumsCode(terms: readonly string[]): string {
  return /* wgsl */ `
alias Sums = array<Vector, ${terms.length}>;
var<workgroup> ofThreads: array<Sums, ${THREADS}>;
`;
}

function mergeAll(terms: readonly string[]): string {
  return mergeDown(
    terms
      .map((_, i) => `ofThreads[thread][${i}] += ofThreads[thread + half * ACROSS][${i}];`)
      .join("\n      "),
  );
}
