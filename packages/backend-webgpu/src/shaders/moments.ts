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
import { accessTo, bindingsOf } from "./half.js";

/**
 * The mean and the biased variance of each column of a matrix `[rows, channels]`, in two dispatches.
 *
 * 1. `x` → `parts` `[2 splits + 1, channels]`: mean and sum of squared deviations of some rows, one after the other by Welford's
 *    update, the threads' merged by that of Chan, Golub and LeVeque (1979); behind them the first row.
 * 2. `parts` → `mean`, `variance`. With a momentum `parts`, `runningMean`, `runningVariance` → `mean`, `variance` and what the
 *    running ones move to: `(1 - momentum) · old + momentum · new`, of the variance the unbiased one.
 *
 * `inHalves` has `x` where that is of halves.
 *
 * All of it on differences from the first row, where a mean that is large beside the deviation leaves the digits to it.
 */
export function moments(
  tile: ColumnTile,
  rows: number,
  { momentum, inHalves = [] }: { readonly momentum?: number; readonly inHalves?: readonly string[] } = {},
) {
  const split = fewSplits(tile, rows);
  const running = momentum !== undefined;
  return {
    /** Rows of `parts`. */
    partRows: 2 * split.splits + 1,
    ofParts: {
      name: "moments/of-parts",
      key: [keyOf(tile), ...inHalves].join(" "),
      code: () => ofParts(tile, inHalves),
      uniforms: splitUniforms(split),
      halves: bindingsOf(["x"], inHalves),
      grid: [tile.groups, split.splits],
    } satisfies Dispatch,
    merge: {
      name: running ? "moments/merge-and-follow" : "moments/merge",
      key: keyOf(tile),
      code: () => merge(tile, running),
      uniforms: [...splitUniforms(split), ...(running ? [f32(momentum)] : [])],
      grid: [tile.groups],
    } satisfies Dispatch,
  };
}

const momentsCode = /* wgsl */ `
struct Moments { count: f32, mean: Vector, squares: Vector }
var<workgroup> ofThreads: array<Moments, ${THREADS}>;

fn merged(a: Moments, b: Moments) -> Moments {
  let count = a.count + b.count;
  let share = b.count / max(count, 1.0);
  let difference = b.mean - a.mean;
  return Moments(
    count,
    a.mean + difference * share,
    a.squares + b.squares + difference * difference * (a.count * share),
  );
}
`;

const mergeAll = mergeDown(
  "ofThreads[thread] = merged(ofThreads[thread], ofThreads[thread + half * ACROSS]);",
);

function ofParts(tile: ColumnTile, inHalves: readonly string[]): string {
  const { read } = accessTo(inHalves);
  return /* wgsl */ `
${columnHead(tile, { reads: ["x"], writes: ["parts"], inHalves })}
${momentsCode}
${columnMain}
  var own = Moments(0.0, Vector(), Vector());
  if (column < COLUMNS) {
    let shift = ${read("x[column]")};
    for (var row = first; row < end; row += DOWN) {
      let value = ${read("x[row * COLUMNS + column]")} - shift;
      let difference = value - own.mean;
      own.count += 1.0;
      own.mean += difference / own.count;
      own.squares += difference * (value - own.mean);
    }
  }
  ofThreads[thread] = own;
  ${mergeAll}
  if (thread < ACROSS && column < COLUMNS) {
    let to = 2u * group.y * COLUMNS + column;
    parts[to] = ofThreads[thread].mean;
    parts[to + COLUMNS] = ofThreads[thread].squares;
    if (group.y == 0u) { parts[2u * sizes.splits * COLUMNS + column] = ${read("x[column]")}; }
  }
}
`;
}

function merge(tile: ColumnTile, running: boolean): string {
  const reads = ["parts", ...(running ? ["oldMeans", "oldVariances"] : [])];
  const writes = ["means", "variances", ...(running ? ["newMeans", "newVariances"] : [])];
  const follow = /* wgsl */ `
    let unbiased = ofThreads[thread].squares / f32(sizes.rows - 1u);
    let stay = 1.0 - sizes.momentum;
    newMeans[column] = stay * oldMeans[column] + sizes.momentum * mean;
    newVariances[column] = stay * oldVariances[column] + sizes.momentum * unbiased;`;
  return /* wgsl */ `
${columnHead(tile, { reads, writes, scalar: running ? "momentum" : undefined })}
${momentsCode}
${columnMain}
  var own = Moments(0.0, Vector(), Vector());
  if (column < COLUMNS) {
    for (var split = thread / ACROSS; split < sizes.splits; split += DOWN) {
      let begin = split * sizes.rowsPerSplit;
      let count = min(sizes.rows - begin, sizes.rowsPerSplit);
      let part = 2u * split * COLUMNS + column;
      own = merged(own, Moments(f32(count), parts[part], parts[part + COLUMNS]));
    }
  }
  ofThreads[thread] = own;
  ${mergeAll}
  if (thread < ACROSS && column < COLUMNS) {
    let mean = parts[2u * sizes.splits * COLUMNS + column] + ofThreads[thread].mean;
    means[column] = mean;
    variances[column] = ofThreads[thread].squares / f32(sizes.rows);${running ? follow : ""}
  }
}
`;
}
