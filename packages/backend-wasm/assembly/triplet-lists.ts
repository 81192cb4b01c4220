import { Row } from "./pair-rows";
import { FLOAT } from "./simd";

/** Similarities of some of a row's pairs, and which pairs they are; addresses. */
@unmanaged
export class List {
  count: i32;
  s: usize;
  /** int32: their columns. */
  columns: usize;
}

/** Parts a row into positives and negatives. */
export function part(it: Row, positives: List, negatives: List): void {
  const label = i32x4.extract_lane(it.label, 0);
  const row = it.row;
  const s = it.s;
  const labels = it.labels;
  let positive = 0;
  let negative = 0;
  for (let j = 0; j < it.columns; j++) {
    const at = (<usize>j) << 2;
    if (load<i32>(labels + at) != label) {
      put(negatives, negative++, load<f32>(s + at), j);
    } else if (j != row) {
      put(positives, positive++, load<f32>(s + at), j);
    }
  }
  positives.count = positive;
  negatives.count = negative;
}

/** Sorts a list by similarity, the least first (Shell's algorithm). */
export function sort(list: List): void {
  const s = list.s;
  const columns = list.columns;
  const count = list.count;
  let gap = 1;
  while (gap < count / 9) gap = 3 * gap + 1;
  for (; gap > 0; gap /= 3) {
    for (let i = gap; i < count; i++) {
      const value = valueAt(s, i);
      const column = load<i32>(columns + ((<usize>i) << 2));
      let j = i;
      for (; j >= gap && valueAt(s, j - gap) > value; j -= gap) {
        put(list, j, valueAt(s, j - gap), load<i32>(columns + ((<usize>(j - gap)) << 2)));
      }
      put(list, j, value, column);
    }
  }
}

/** How many of sorted values are less than `value`. */
export function countBelow(sorted: usize, count: i32, value: f32): i32 {
  let first = 0;
  while (count > 0) {
    const half = count >> 1;
    const isBelow = valueAt(sorted, first + half) < value;
    first = select(first + half + 1, first, isBelow);
    count = select(count - half - 1, half, isBelow);
  }
  return first;
}

/** How many of sorted values are at most `value`. */
export function countUpTo(sorted: usize, count: i32, value: f32): i32 {
  let first = 0;
  while (count > 0) {
    const half = count >> 1;
    const isWithin = valueAt(sorted, first + half) <= value;
    first = select(first + half + 1, first, isWithin);
    count = select(count - half - 1, half, isWithin);
  }
  return first;
}

export function valueAt(values: usize, i: i32): f32 {
  return load<f32>(values + <usize>i * FLOAT);
}

function put(list: List, i: i32, value: f32, column: i32): void {
  const at = (<usize>i) << 2;
  store<f32>(list.s + at, value);
  store<i32>(list.columns + at, column);
}
