import { spare, swap, type Canvas } from "./canvas.js";
import type { BendStep } from "./format.js";
import { bilinear, within } from "./warp.js";

const { fround } = Math;

/** How far each pixel of an image is moved: a thin plate through four points. In float32, as kernels compute with it. */
export interface Bend {
  /** Where the points come to lie. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** What each of them weighs, for columns and for rows. */
  readonly weightX: readonly number[];
  readonly weightY: readonly number[];
  /** What is linear: a constant, by column, by row. */
  readonly linearX: readonly [number, number, number];
  readonly linearY: readonly [number, number, number];
  /** Of squared distances. */
  readonly scale: number;
}

/** Makes each pixel anew from the place that the thin plate moves there; what is outside continues the edge. */
export function bend(canvas: Canvas, step: BendStep): void {
  const { height, width, channels } = canvas;
  const plate = bendOf(step, height, width);
  const to = spare(canvas, height * width * channels);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += channels) {
      let [moveX, moveY] = [linear(plate.linearX, x, y), linear(plate.linearY, x, y)];
      for (let k = 0; k < 4; k++) {
        const [right, down] = [fround(x - plate.x[k]), fround(y - plate.y[k])];
        const square = fround(fround(right * right) + fround(down * down));
        const term = fround(square * logarithm(fround(square * plate.scale)));
        moveX = fround(moveX + fround(plate.weightX[k] * term));
        moveY = fround(moveY + fround(plate.weightY[k] * term));
      }
      bilinear(canvas, edge, within(fround(x - moveX)), within(fround(y - moveY)), to, at);
    }
  }
  swap(canvas);
}

const edge = { border: "edge", fill: 0 } as const;

function linear([constant, byColumn, byRow]: Bend["linearX"], x: number, y: number): number {
  return fround(fround(constant + fround(byColumn * x)) + fround(byRow * y));
}

/**
 * The thin plate of a step on an image of this size: of four points, with `f = a + b x + c y + α Σ n_k φ(|p - p_k|²)`, where n is what
 * makes every linear function vanish, and φ(r²) = r² log r² (Bookstein 1989). What is moved nowhere where the points lie on a line.
 */
export function bendOf(step: BendStep, height: number, width: number): Bend {
  const x = [step.x0, step.x1, step.x2, step.x3];
  const y = [step.y0, step.y1, step.y2, step.y3];
  const area = (i: number, j: number, k: number) =>
    (x[j] - x[i]) * (y[k] - y[i]) - (x[k] - x[i]) * (y[j] - y[i]);
  const n = [-area(1, 2, 3), area(0, 2, 3), -area(0, 1, 3), area(0, 1, 2)];
  const scale = 9 / (height * width);
  const phi = (j: number, k: number) => {
    const square = (x[j] - x[k]) ** 2 + (y[j] - y[k]) ** 2;
    return square * Math.log(Math.max(square * scale, LEAST));
  };
  const energy = sum((j) => n[j] * sum((k) => n[k] * phi(j, k)));
  // The three points of the largest triangle.
  const left = n.reduce((most, value, k) => (Math.abs(value) > Math.abs(n[most]) ? k : most), 0);
  const three = [0, 1, 2, 3].filter((k) => k !== left);
  const twice = area(three[0], three[1], three[2]);
  const even = Math.abs(twice * scale) < 1e-6 || energy === 0;

  const along = (moves: readonly number[]) => {
    if (even) return { weights: [0, 0, 0, 0], linear: [0, 0, 0] as const };
    const alpha = sum((k) => n[k] * moves[k]) / energy;
    const weights = n.map((value) => alpha * value);
    const [f, g, h] = three.map((k) => moves[k] - sum((j) => weights[j] * phi(j, k)));
    const [i, j, k] = three;
    const byX = ((g - f) * (y[k] - y[i]) - (h - f) * (y[j] - y[i])) / twice;
    const byY = ((h - f) * (x[j] - x[i]) - (g - f) * (x[k] - x[i])) / twice;
    return { weights, linear: [f - byX * x[i] - byY * y[i], byX, byY] as const };
  };
  const columns = along(x.map((place, k) => place - ((1 + (k % 2)) * width) / 3));
  const rows = along(y.map((place, k) => place - ((1 + (k >> 1)) * height) / 3));
  return {
    x: x.map(fround),
    y: y.map(fround),
    weightX: columns.weights.map(fround),
    weightY: rows.weights.map(fround),
    linearX: rounded(columns.linear),
    linearY: rounded(rows.linear),
    scale: fround(scale),
  };
}

function sum(term: (k: number) => number): number {
  return term(0) + term(1) + term(2) + term(3);
}

function rounded([a, b, c]: readonly [number, number, number]): [number, number, number] {
  return [fround(a), fround(b), fround(c)];
}

/** A square that is smaller counts as this. */
const LEAST = 1e-10;

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** Bits of the square root of a half: what is above is a number's part between that and the root of 2. */
const HALF_ROOT = 0x3f3504f3;

/** Of a float32, in float32 throughout, so that a kernel has its bits: a power of 2 and a series of (m - 1) / (m + 1). */
function logarithm(value: number): number {
  float[0] = Math.max(value, LEAST);
  const above = bits[0] - HALF_ROOT;
  const exponent = above >> 23;
  bits[0] = (above & 0x7fffff) + HALF_ROOT;
  const part = fround(fround(float[0] - 1) / fround(float[0] + 1));
  const square = fround(part * part);
  let series = fround(2 / 9);
  for (const factor of SERIES) series = fround(fround(series * square) + factor);
  return fround(fround(exponent * LOG_2) + fround(part * series));
}

const SERIES = [2 / 7, 2 / 5, 2 / 3, 2].map(fround);
const LOG_2 = fround(Math.LN2);
