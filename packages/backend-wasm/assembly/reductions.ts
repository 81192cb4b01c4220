import { largestLane, loadLanes, padLanes, storeLanes, sumOfLanes } from "./lanes";
import { FLOAT } from "./simd";

/** Values that are added to a float32 in a row; sums of them go into the total, so that rounding does not pile up. */
const RUN: i32 = 128;

/** The sum, or the largest, of each row of [rows][columns]; tasks are groups of rows. */
export function reduceRows(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  columns: i32,
  rowsPerTask: i32,
  largest: i32,
  x: usize,
  out: usize,
): void {
  for (let row = begin * rowsPerTask; row < min(rows, end * rowsPerTask); row++) {
    const from = x + <usize>row * <usize>columns * FLOAT;
    store<f32>(out + <usize>row * FLOAT, largest ? largestOf(from, columns) : sumOf(from, columns));
  }
}

function sumOf(from: usize, count: i32): f32 {
  let total: f64 = 0;
  for (let i = 0; i < count; i += 4 * RUN) {
    let sum = f32x4.splat(0);
    for (let j = i; j < min(count, i + 4 * RUN); j += 4) {
      sum = f32x4.add(sum, loadLanes(from + <usize>j * FLOAT, count - j));
    }
    total += <f64>sumOfLanes(sum);
  }
  return <f32>total;
}

/** NaN if one is: pmax drops it, and takes a fraction of the time of max, so that NaN is looked for apart. */
function largestOf(from: usize, count: i32): f32 {
  let largest = f32x4.splat(-Infinity);
  let ordered = i32x4.splat(-1);
  const whole = <usize>(count & ~3) * FLOAT;
  for (let at: usize = 0; at < whole; at += 16) {
    const value = v128.load(from + at);
    largest = f32x4.pmax(largest, value);
    ordered = v128.and(ordered, f32x4.eq(value, value));
  }
  if (count & 3) {
    const value = padLanes(loadLanes(from + whole, count & 3), count & 3, -Infinity);
    largest = f32x4.pmax(largest, value);
    ordered = v128.and(ordered, f32x4.eq(value, value));
  }
  return i32x4.all_true(ordered) ? largestLane(largest) : NaN;
}

/**
 * The sum, or the largest, of each column of each group of `rowsPerTask` rows of [outer][count][columns], out
 * [outer][groups][columns]. Tasks are groups of rows, and within them of columns, a multiple of 16.
 */
export function reduceColumns(
  begin: i32,
  end: i32,
  scratch: usize,
  count: i32,
  columns: i32,
  rowsPerTask: i32,
  columnsPerTask: i32,
  largest: i32,
  x: usize,
  out: usize,
): void {
  const groups = (count + rowsPerTask - 1) / rowsPerTask;
  const columnGroups = (columns + columnsPerTask - 1) / columnsPerTask;
  const stride = <usize>columns * FLOAT;
  for (let task = begin; task < end; task++) {
    const group = task / columnGroups;
    const firstRow = (group % groups) * rowsPerTask;
    const rows = min(rowsPerTask, count - firstRow);
    const first = (task % columnGroups) * columnsPerTask;
    const last = min(columns, first + columnsPerTask);
    const from = x + (<usize>(group / groups) * <usize>count + <usize>firstRow) * stride;
    const to = out + <usize>group * stride;
    for (let row = 0; row < rows; row += RUN) {
      const run = min(RUN, rows - row);
      const begin = from + <usize>row * stride;
      let column = first;
      for (; column + 32 <= last; column += 32) {
        const at = <usize>column * FLOAT;
        reduceMany(begin + at, run, stride, largest, row > 0, to + at);
      }
      for (; column < last; column += 4) {
        const at = <usize>column * FLOAT;
        reduceFour(begin + at, run, stride, columns - column, largest, row > 0, to + at);
      }
    }
  }
}

/** 32 columns. */
function reduceMany(from: usize, rows: i32, stride: usize, largest: i32, more: bool, to: usize): void {
  let a = v128.load(from);
  let b = v128.load(from, 16);
  let c = v128.load(from, 32);
  let d = v128.load(from, 48);
  let e = v128.load(from, 64);
  let f = v128.load(from, 80);
  let g = v128.load(from, 96);
  let h = v128.load(from, 112);
  for (let row = 1; row < rows; row++) {
    from += stride;
    a = join(a, v128.load(from), largest);
    b = join(b, v128.load(from, 16), largest);
    c = join(c, v128.load(from, 32), largest);
    d = join(d, v128.load(from, 48), largest);
    e = join(e, v128.load(from, 64), largest);
    f = join(f, v128.load(from, 80), largest);
    g = join(g, v128.load(from, 96), largest);
    h = join(h, v128.load(from, 112), largest);
  }
  put(to, a, largest, more);
  put(to + 16, b, largest, more);
  put(to + 32, c, largest, more);
  put(to + 48, d, largest, more);
  put(to + 64, e, largest, more);
  put(to + 80, f, largest, more);
  put(to + 96, g, largest, more);
  put(to + 112, h, largest, more);
}

function put(to: usize, value: v128, largest: i32, more: bool): void {
  v128.store(to, more ? join(v128.load(to), value, largest) : value);
}

function reduceFour(
  from: usize,
  rows: i32,
  stride: usize,
  lanes: i32,
  largest: i32,
  more: bool,
  to: usize,
): void {
  let a = loadLanes(from, lanes);
  for (let row = 1; row < rows; row++) {
    from += stride;
    a = join(a, loadLanes(from, lanes), largest);
  }
  storeLanes(to, more ? join(loadLanes(to, lanes), a, largest) : a, lanes);
}

function join(a: v128, b: v128, largest: i32): v128 {
  return largest ? f32x4.max(a, b) : f32x4.add(a, b);
}
