/** For each new pixel along one side: which old pixels it is made of, and how much of each. */
export interface Resampling {
  /** The first old pixel. */
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `stride` entries for each new pixel, `counts` of them used; they sum to `whole`. */
  readonly weights: Float32Array;
  readonly stride: number;
}

/**
 * The antialiased bilinear filter of Pillow and torchvision: a triangle as wide as a new pixel, never narrower than
 * an old one. The result is overwritten by the next call.
 */
export function resamplingOf(from: number, to: number, whole: number = 1): Resampling {
  const scale = from / to;
  const radius = Math.max(scale, 1);
  const stride = Math.ceil(radius) * 2 + 1;
  reserve(to, to * stride);
  for (let i = 0; i < to; i++) {
    const center = scale * (i + 0.5);
    const start = Math.max(Math.floor(center - radius + 0.5), 0);
    const count = Math.min(Math.floor(center + radius + 0.5), from) - start;
    const at = i * stride;
    let total = 0;
    for (let k = 0; k < count; k++) total += weightOf(start + k, center, radius);
    for (let k = 0; k < count; k++) {
      weights[at + k] = (whole * weightOf(start + k, center, radius)) / total;
    }
    starts[i] = start;
    counts[i] = count;
  }
  return { starts, counts, weights, stride };
}

function weightOf(pixel: number, center: number, radius: number): number {
  return Math.max(0, 1 - Math.abs(pixel + 0.5 - center) / radius);
}

// Reused from call to call: a new view needs new weights, but no new memory.
let starts = new Int32Array(0);
let counts = new Int32Array(0);
let weights = new Float32Array(0);

function reserve(pixels: number, taps: number): void {
  if (starts.length < pixels) {
    starts = new Int32Array(pixels);
    counts = new Int32Array(pixels);
  }
  if (weights.length < taps) weights = new Float32Array(taps);
}
