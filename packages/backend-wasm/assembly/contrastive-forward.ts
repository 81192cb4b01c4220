import { BLOCK_ROWS } from "./block";
import { fillLanes, Lanes, Marks, setMarks } from "./contrastive-lanes";
import { largestRatio, settle } from "./contrastive-one-positive";
import { multiplyPanel, packLanes, PRODUCTS, rowsTile } from "./contrastive-pack";
import { clear, close, gather, isEmpty, ONE_POSITIVE, ONLY_NEGATIVES, Sums } from "./contrastive-sums";
import { log } from "./exponential";
import { storeLanes } from "./lanes";
import { FLOAT, TILE_COLUMNS } from "./simd";

/**
 * The outputs of kernel `ContrastiveLoss`, streamed over the tiles of contrasts that `contrastivePack` has packed.
 *
 * Tasks are groups of `lanesPerTask` anchors, a multiple of 8.
 */
export function contrastiveForward(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  otherRows: i32,
  dim: i32,
  lanesPerTask: i32,
  x: usize,
  packed: usize,
  ids: usize,
  samples: usize,
  labels: usize,
  otherIds: usize,
  otherSamples: usize,
  otherLabels: usize,
  limits: usize,
  temperature: f64,
  inside: i32,
  denominator: i32,
  perAnchor: usize,
  positiveCount: usize,
  positiveSimilarity: usize,
  maximum: usize,
  logDenominator: usize,
  logPositives: usize,
  denominatorWeight: usize,
): void {
  const own = changetype<Marks>(scratch);
  const others = changetype<Marks>(scratch + offsetof<Marks>());
  const work = changetype<Work>(scratch + 2 * offsetof<Marks>());
  setMarks(own, ids, samples, labels, limits);
  setMarks(others, otherIds, otherSamples, otherLabels, 0);
  work.otherRows = otherRows;
  work.dim = dim;
  work.packed = packed;
  work.sharpness = <f32>(1 / temperature);
  work.inside = inside != 0;
  work.denominator = denominator;
  work.capped = limits != 0;
  layOut(work, scratch + HEADER, lanesPerTask);
  for (let task = begin; task < end; task++) {
    const first = task * lanesPerTask;
    const count = min(lanesPerTask, rows - first);
    packLanes(work.products, x, first, count, dim, work.panels);
    for (let lane = 0; lane < count; lane += 4) {
      fillLanes(lanesAt(work, lane), own, first + lane, count - lane);
      clear(sumsAt(work, lane));
    }
    pass(work, others, count, false);
    for (let lane = 0; lane < count; lane += 4) close(sumsAt(work, lane), work.sharpness, denominator);
    if (denominator == ONE_POSITIVE) pass(work, others, count, true);
    for (let lane = 0; lane < count; lane += 4) {
      const sums = sumsAt(work, lane);
      const at = <usize>(first + lane) * FLOAT;
      const left = count - lane;
      const hasLoss = hasLossOf(sums, denominator);
      const atLeastOne = f32x4.max(f32x4.convert_i32x4_s(sums.count), f32x4.splat(1));
      const similarity = f32x4.div(sums.similarity, atLeastOne);
      const inLogarithm = work.inside ? logPositivesOf(sums, work) : f32x4.splat(0);
      const loss = work.inside
        ? f32x4.sub(log(atLeastOne), inLogarithm) // eq. 3
        : f32x4.neg(meanLogRatio(sums, similarity, atLeastOne, work)); // eq. 2
      const weight =
        denominator == ONE_POSITIVE
          ? f32x4.div(sums.shares, work.inside ? sums.ratios : atLeastOne)
          : f32x4.splat(1);
      storeLanes(perAnchor + at, v128.and(loss, hasLoss), left);
      storeLanes(positiveCount + at, v128.and(atLeastOne, hasLoss), left);
      storeLanes(positiveSimilarity + at, v128.and(similarity, hasLoss), left);
      storeLanes(maximum + at, v128.and(sums.top, hasLoss), left);
      storeLanes(logDenominator + at, v128.and(sums.logDenominator, hasLoss), left);
      storeLanes(logPositives + at, v128.and(inLogarithm, hasLoss), left);
      storeLanes(denominatorWeight + at, v128.and(weight, hasLoss), left);
    }
  }
}

/** What a call of the kernel works with, and where in scratch memory. */
@unmanaged
class Work {
  otherRows: i32;
  dim: i32;
  packed: usize;
  sharpness: f32;
  inside: bool;
  denominator: i32;
  capped: bool;
  /** The task's anchors, packed. */
  panels: usize;
  products: usize;
  positives: usize;
  lanes: usize;
  sums: usize;
}

/** Room for what stands before the vectors. */
const HEADER: usize = 128;

function layOut(work: Work, at: usize, lanes: i32): void {
  work.products = at;
  work.positives = work.products + PRODUCTS;
  work.lanes = work.positives + PRODUCTS;
  work.sums = work.lanes + <usize>(lanes / 4) * offsetof<Lanes>();
  work.panels = work.sums + <usize>(lanes / 4) * offsetof<Sums>();
}

function lanesAt(work: Work, lane: i32): Lanes {
  return changetype<Lanes>(work.lanes + <usize>(lane / 4) * offsetof<Lanes>());
}

function sumsAt(work: Work, lane: i32): Sums {
  return changetype<Sums>(work.sums + <usize>(lane / 4) * offsetof<Sums>());
}

/** All contrasts past the task's anchors, the first or the second time. */
function pass(work: Work, others: Marks, count: i32, second: bool): void {
  for (let first = 0; first < work.otherRows; first += BLOCK_ROWS) {
    const rows = min(BLOCK_ROWS, work.otherRows - first);
    const tile = work.packed + <usize>(first / BLOCK_ROWS) * rowsTile(work.dim);
    for (let lane = 0; lane < count; lane += TILE_COLUMNS) {
      const panel = work.panels + <usize>(lane * work.dim) * FLOAT;
      multiplyPanel(tile, panel, rows, work.dim, work.products);
      take(work, others, first, rows, lane, 0, second);
      if (lane + 4 < count) take(work, others, first, rows, lane + 4, 16, second);
    }
  }
}

function take(work: Work, others: Marks, first: i32, rows: i32, lane: i32, half: usize, second: bool): void {
  const sums = sumsAt(work, lane);
  const lanes = lanesAt(work, lane);
  const products = work.products + half;
  if (second) {
    settle(sums, lanes, others, first, rows, work.sharpness, work.inside, work.capped, products);
    return;
  }
  // With one positive in the denominator, what stands inside the logarithm is known in the second pass only.
  const apart = work.inside && work.denominator != ONE_POSITIVE;
  const positives = apart ? work.positives + half : 0;
  gather(
    sums,
    lanes,
    others,
    first,
    rows,
    work.sharpness,
    work.denominator,
    work.capped,
    products,
    positives,
  );
}

function hasLossOf(sums: Sums, denominator: i32): v128 {
  const hasPositives = i32x4.gt_s(sums.count, i32x4.splat(0));
  return denominator == ONLY_NEGATIVES ? v128.andnot(hasPositives, isEmpty(sums)) : hasPositives;
}

/** log Σ_p r_ip */
function logPositivesOf(sums: Sums, work: Work): v128 {
  if (work.denominator == ONE_POSITIVE) {
    return f32x4.add(log(sums.ratios), largestRatio(sums, work.sharpness));
  }
  const distance = f32x4.mul(f32x4.sub(sums.positiveMaximum, sums.top), f32x4.splat(work.sharpness));
  return f32x4.add(log(sums.positiveSum), f32x4.sub(distance, sums.logDenominator));
}

/** 1/|P| Σ_p log r_ip */
function meanLogRatio(sums: Sums, similarity: v128, count: v128, work: Work): v128 {
  if (work.denominator == ONE_POSITIVE) return f32x4.div(sums.ratios, count);
  const scaled = f32x4.mul(f32x4.sub(similarity, sums.top), f32x4.splat(work.sharpness));
  return f32x4.sub(scaled, sums.logDenominator);
}
