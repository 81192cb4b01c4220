import { loadLanes } from "./lanes";
import { FLOAT } from "./simd";

/** Four rows of a task, one to a lane. */
@unmanaged
export class Lanes {
  /** Their numbers. */
  rows: v128;
  ids: v128;
  samples: v128;
  labels: v128;
  /** Of anchors: the contrast from which positives of other samples are capped out. */
  limits: v128;
}

/** What says which pairs are positive: addresses of an int32 for each row of one side. */
@unmanaged
export class Marks {
  ids: usize;
  samples: usize;
  labels: usize;
  /** Of anchors; 0 where nothing is capped. */
  limits: usize;
}

export function setMarks(marks: Marks, ids: usize, samples: usize, labels: usize, limits: usize): void {
  marks.ids = ids;
  marks.samples = samples;
  marks.labels = labels;
  marks.limits = limits;
}

export function fillLanes(lanes: Lanes, marks: Marks, first: i32, count: i32): void {
  const at = <usize>first * FLOAT;
  lanes.rows = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  lanes.ids = loadPadded(marks.ids + at, count);
  lanes.samples = loadPadded(marks.samples + at, count);
  lanes.labels = loadPadded(marks.labels + at, count);
  lanes.limits = marks.limits == 0 ? i32x4.splat(0) : loadPadded(marks.limits + at, count);
}

/** Four lanes of which `count` exist, possibly none, or more. */
export function loadPadded(from: usize, count: i32): v128 {
  return count > 0 ? loadLanes(from, count) : i32x4.splat(0);
}

/** The id of a contrast that is not there. */
const ABSENT: i32 = -1;

/** Which lanes, of these ids, make no pair with a row of id `other`: they are one element, or the row is absent. */
export function noPair(ids: v128, other: v128): v128 {
  return v128.or(i32x4.eq(ids, other), areAbsent(other));
}

export function areAbsent(ids: v128): v128 {
  return i32x4.eq(ids, i32x4.splat(ABSENT));
}

/** Where the lanes are anchors: which of them may have contrast i for a positive. */
export function keptByLanes(lanes: Lanes, others: Marks, i: i32): v128 {
  return v128.or(ofOneSample(lanes, others, i), i32x4.lt_s(i32x4.splat(i), lanes.limits));
}

/** Where the lanes are contrasts: which of them anchor i may have for a positive. */
export function keptByOther(lanes: Lanes, others: Marks, i: i32): v128 {
  return v128.or(ofOneSample(lanes, others, i), i32x4.lt_s(lanes.rows, mark(others.limits, i)));
}

/** Where row i of the other side is another view of the same sample. */
export function ofOneSample(lanes: Lanes, others: Marks, i: i32): v128 {
  return i32x4.eq(lanes.samples, mark(others.samples, i));
}

/** The mark of row i, in all lanes. */
export function mark(marks: usize, i: i32): v128 {
  return v128.load32_splat(marks + ((<usize>i) << 2));
}
