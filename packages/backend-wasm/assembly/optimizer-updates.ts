import { loadLanes, storeLanes } from "./lanes";
import { FLOAT, multiplyAdd } from "./simd";

/*
 * One step of an optimizer on many tensors. Tasks are rows of a table of 32-bit cells, each a piece of a tensor; what a
 * row holds is said with each kernel. A result may stand where its input does.
 */

function integer(row: usize, cell: usize): i32 {
  return load<i32>(row + (cell << 2));
}

function address(row: usize, cell: usize): usize {
  return <usize>load<u32>(row + (cell << 2));
}

function factor(row: usize, cell: usize): v128 {
  return v128.load32_splat(row + (cell << 2));
}

/** Rows: count, weight decay, gradient, weight, new weight, momentum, new momentum; the last two are 0 where there is none. */
export function sgdUpdate(
  begin: i32,
  end: i32,
  scratch: usize,
  table: usize,
  learningRate: f64,
  momentum: f64,
  nesterov: i32,
): void {
  const down = f32x4.splat(<f32>-learningRate);
  const inertia = f32x4.splat(<f32>momentum);
  for (let task = begin; task < end; task++) {
    const row = table + <usize>task * 28;
    const count = integer(row, 0);
    const decay = factor(row, 1);
    const gradient = address(row, 2);
    const weight = address(row, 3);
    const newWeight = address(row, 4);
    const moving = address(row, 5);
    const newMoving = address(row, 6);
    for (let i = 0; i < count; i += 4) {
      const at = <usize>i * FLOAT;
      const lanes = count - i;
      const w = loadLanes(weight + at, lanes);
      const g = multiplyAdd(w, decay, loadLanes(gradient + at, lanes));
      let step = g;
      if (moving != 0) {
        step = multiplyAdd(loadLanes(moving + at, lanes), inertia, g);
        storeLanes(newMoving + at, step, lanes);
        if (nesterov) step = multiplyAdd(step, inertia, g);
      }
      storeLanes(newWeight + at, multiplyAdd(step, down, w), lanes);
    }
  }
}

/**
 * Rows: count, penalty in the gradient, decoupled decay, gradient, weight, new weight, mean, new mean, mean square, new mean
 * square. The step is correction · mean / (√(mean square) + shift).
 */
export function adamUpdate(
  begin: i32,
  end: i32,
  scratch: usize,
  table: usize,
  learningRate: f64,
  beta1: f64,
  beta2: f64,
  correction: f64,
  shift: f64,
): void {
  const down = f32x4.splat(<f32>-learningRate);
  const old1 = f32x4.splat(<f32>beta1);
  const new1 = f32x4.splat(<f32>(1 - beta1));
  const old2 = f32x4.splat(<f32>beta2);
  const new2 = f32x4.splat(<f32>(1 - beta2));
  const scale = f32x4.splat(<f32>correction);
  const epsilon = f32x4.splat(<f32>shift);
  for (let task = begin; task < end; task++) {
    const row = table + <usize>task * 40;
    const count = integer(row, 0);
    const penalty = factor(row, 1);
    const decay = factor(row, 2);
    const gradient = address(row, 3);
    const weight = address(row, 4);
    const newWeight = address(row, 5);
    const mean = address(row, 6);
    const newMean = address(row, 7);
    const square = address(row, 8);
    const newSquare = address(row, 9);
    for (let i = 0; i < count; i += 4) {
      const at = <usize>i * FLOAT;
      const lanes = count - i;
      const w = loadLanes(weight + at, lanes);
      const g = multiplyAdd(w, penalty, loadLanes(gradient + at, lanes));
      const m = multiplyAdd(loadLanes(mean + at, lanes), old1, f32x4.mul(g, new1));
      const v = multiplyAdd(loadLanes(square + at, lanes), old2, f32x4.mul(f32x4.mul(g, g), new2));
      storeLanes(newMean + at, m, lanes);
      storeLanes(newSquare + at, v, lanes);
      const scaled = f32x4.mul(f32x4.div(m, f32x4.add(f32x4.sqrt(v), epsilon)), scale);
      storeLanes(newWeight + at, multiplyAdd(multiplyAdd(w, decay, scaled), down, w), lanes);
    }
  }
}

/** Bytes of a row of LARS. */
const LARS_ROW: usize = 40;

/** Each piece's Σ w² and Σ g², g with its decay, `squares` [tasks][2] in float64. Rows are those of `larsUpdate`. */
export function larsSquares(begin: i32, end: i32, scratch: usize, table: usize, squares: usize): void {
  for (let task = begin; task < end; task++) {
    const row = table + <usize>task * LARS_ROW;
    const count = integer(row, 0);
    const decay = factor(row, 1);
    const gradient = address(row, 2);
    const weight = address(row, 3);
    let weights = f64x2.splat(0);
    let gradients = f64x2.splat(0);
    for (let i = 0; i < count; i += 4) {
      const at = <usize>i * FLOAT;
      const w = loadLanes(weight + at, count - i);
      weights = addSquares(weights, w);
      gradients = addSquares(gradients, multiplyAdd(w, decay, loadLanes(gradient + at, count - i)));
    }
    const sums = squares + ((<usize>task) << 4);
    store<f64>(sums, f64x2.extract_lane(weights, 0) + f64x2.extract_lane(weights, 1));
    store<f64>(sums, f64x2.extract_lane(gradients, 0) + f64x2.extract_lane(gradients, 1), 8);
  }
}

function addSquares(sum: v128, x: v128): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 0));
  return f64x2.add(sum, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
}

/**
 * Rows: count, weight decay, gradient, weight, new weight, momentum, new momentum (0 where there is none), the first of the
 * tensor's tasks, their number, and whether its step is scaled by its trust ratio.
 */
export function larsUpdate(
  begin: i32,
  end: i32,
  scratch: usize,
  table: usize,
  squares: usize,
  learningRate: f64,
  momentum: f64,
  nesterov: i32,
  trustCoefficient: f64,
): void {
  const inertia = f32x4.splat(<f32>momentum);
  for (let task = begin; task < end; task++) {
    const row = table + <usize>task * LARS_ROW;
    const count = integer(row, 0);
    const decay = factor(row, 1);
    const gradient = address(row, 2);
    const weight = address(row, 3);
    const newWeight = address(row, 4);
    const moving = address(row, 5);
    const newMoving = address(row, 6);
    const trust = integer(row, 9)
      ? trustCoefficient * norms(squares + ((<usize>integer(row, 7)) << 4), integer(row, 8))
      : 1;
    const down = f32x4.splat(<f32>(-learningRate * (trust > 0 ? trust : 1)));
    for (let i = 0; i < count; i += 4) {
      const at = <usize>i * FLOAT;
      const lanes = count - i;
      const w = loadLanes(weight + at, lanes);
      const scaled = f32x4.mul(multiplyAdd(w, decay, loadLanes(gradient + at, lanes)), down);
      let step = scaled;
      if (moving != 0) {
        step = multiplyAdd(loadLanes(moving + at, lanes), inertia, scaled);
        storeLanes(newMoving + at, step, lanes);
        if (nesterov) step = multiplyAdd(step, inertia, scaled);
      }
      storeLanes(newWeight + at, f32x4.add(w, step), lanes);
    }
  }
}

/** ‖w‖ / ‖g‖ of a tensor in `count` pieces; 0 where either is. */
function norms(squares: usize, count: i32): f64 {
  let weights: f64 = 0;
  let gradients: f64 = 0;
  for (let i = 0; i < count; i++) {
    weights += load<f64>(squares);
    gradients += load<f64>(squares, 8);
    squares += 16;
  }
  return gradients == 0 ? 0 : sqrt(weights) / sqrt(gradients);
}
