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
import type { Dispatch } from "./dispatch.js";

/**
 * The mean and the biased variance of each column of a matrix `[rows, channels]`, in two dispatches.
 *
 * 1. `x` → `parts` `[splits, 2, channels]`: mean and sum of squared deviations of some rows, one after the other by Welford's
 *    update, the threads' merged by that of Chan, Golub and LeVeque (1979).
 * 2. `parts`, `x` → `mean`, `variance`.
 *
 * All of it on differences from the first row, where a mean that is large beside the deviation leaves the digits to it.
 */
export function moments(tile: ColumnTile, rows: number) {
  const split = fewSplits(tile, rows);
  const common = { key: keyOf(tile), uniforms: splitUniforms(split) };
  return {
    splits: split.splits,
    ofParts: {
      ...common,
      name: "moments/of-parts",
      code: () => ofParts(tile),
      grid: [tile.groups, split.splits],
    } satisfies Dispatch,
    merge: {
      ...common,
      name: "moments/merge",
      code: () => merge(tile),
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

function ofParts(tile: ColumnTile): string {
  return /* wgsl */ `
${columnHead(tile, { reads: ["x"], writes: ["parts"] })}
${momentsCode}
${columnMain}
  var own = Moments(0.0, Vector(), Vector());
  if (column < COLUMNS) {
    let shift = x[column];
    for (var row = first; row < end; row += DOWN) {
      let value = x[row * COLUMNS + column] - shift;
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
  }
}
`;
}

function merge(tile: ColumnTile): string {
  return /* wgsl */ `
${columnHead(tile, { reads: ["parts", "x"], writes: ["means", "variances"] })}
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
    means[column] = x[column] + ofThreads[thread].mean;
    variances[column] = ofThreads[thread].squares / f32(sizes.rows);
  }
}
`;
}
