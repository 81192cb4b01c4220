import { fillLanes, Lanes, mark, Marks, noPair, ofOneSample, setMarks } from "./contrastive-lanes";
import { storeLanes } from "./lanes";
import { FLOAT } from "./simd";

/**
 * For each anchor the contrast from which positives of other samples than its own are capped out: all from the one after
 * the first `cap`. Tasks are groups of `lanesPerTask` anchors.
 */
export function contrastiveLimits(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  otherRows: i32,
  lanesPerTask: i32,
  ids: usize,
  samples: usize,
  labels: usize,
  otherIds: usize,
  otherSamples: usize,
  otherLabels: usize,
  cap: i32,
  limits: usize,
): void {
  const lanes = changetype<Lanes>(scratch);
  const own = changetype<Marks>(scratch + offsetof<Lanes>());
  const others = changetype<Marks>(scratch + offsetof<Lanes>() + offsetof<Marks>());
  setMarks(own, ids, samples, labels, 0);
  setMarks(others, otherIds, otherSamples, otherLabels, 0);
  for (let row = begin * lanesPerTask; row < min(rows, end * lanesPerTask); row += 4) {
    fillLanes(lanes, own, row, rows - row);
    storeLanes(limits + <usize>row * FLOAT, limitsOf(lanes, others, otherRows, cap), rows - row);
  }
}

function limitsOf(lanes: Lanes, others: Marks, contrasts: i32, cap: i32): v128 {
  const most = i32x4.splat(cap);
  let limits = i32x4.splat(0);
  let seen = limits;
  for (let i = 0; i < contrasts; i++) {
    const same = noPair(lanes.ids, mark(others.ids, i));
    const alike = v128.andnot(i32x4.eq(lanes.labels, mark(others.labels, i)), same);
    // A mask is -1 where it holds.
    seen = i32x4.sub(seen, v128.andnot(alike, ofOneSample(lanes, others, i)));
    const within = i32x4.le_s(seen, most);
    if (!v128.any_true(within)) break;
    limits = i32x4.sub(limits, within);
  }
  return limits;
}
