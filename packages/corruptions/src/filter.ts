import type { Picture } from "./picture.js";

/** Which value stands for one beyond an edge: the nearest one, or a mirrored one, with the edge's own (`d c b a | a b c d`) or without. */
export type Border = "nearest" | "symmetric" | "mirror";

/** The index within 0..size-1 that stands for `at`. */
export function borderIndex(at: number, size: number, border: Border): number {
  if (at >= 0 && at < size) return at;
  if (border === "nearest" || size === 1) return at < 0 ? 0 : size - 1;
  const period = border === "symmetric" ? 2 * size : 2 * size - 2;
  const folded = ((at % period) + period) % period;
  if (folded < size) return folded;
  return border === "symmetric" ? period - 1 - folded : period - folded;
}

/** As SciPy's `gaussian_filter`: a kernel as far as `truncate` sigma, on rows and columns in turn. */
export function gaussianFilter(
  picture: Picture,
  sigma: number,
  { border = "nearest", truncate = 4 }: { border?: Border; truncate?: number } = {},
): Picture {
  const radius = Math.floor(truncate * sigma + 0.5);
  if (radius === 0) return picture;
  const kernel = normalized(
    Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma))),
  );
  return alongRows(alongColumns(picture, kernel, border), kernel, border);
}

export function normalized(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

function alongColumns(picture: Picture, kernel: readonly number[], border: Border): Picture {
  const { values, height, width, channels } = picture;
  const row = width * channels;
  const radius = kernel.length >> 1;
  const result = new Float64Array(values.length);
  for (let y = 0; y < height; y++) {
    for (let k = 0; k < kernel.length; k++) {
      const from = borderIndex(y + k - radius, height, border) * row;
      for (let x = 0; x < row; x++) result[y * row + x] += kernel[k] * values[from + x];
    }
  }
  return { ...picture, values: result };
}

function alongRows(picture: Picture, kernel: readonly number[], border: Border): Picture {
  const { values, height, width, channels } = picture;
  const radius = kernel.length >> 1;
  const result = new Float64Array(values.length);
  for (let x = 0; x < width; x++) {
    for (let k = 0; k < kernel.length; k++) {
      const from = borderIndex(x + k - radius, width, border);
      for (let y = 0; y < height; y++) {
        for (let c = 0; c < channels; c++) {
          result[(y * width + x) * channels + c] += kernel[k] * values[(y * width + from) * channels + c];
        }
      }
    }
  }
  return { ...picture, values: result };
}

/** Correlation with a square kernel of odd size, row by row; edges are mirrored, as in OpenCV's `filter2D`. */
export function filter2d(picture: Picture, kernel: readonly number[]): Picture {
  const { values, height, width, channels } = picture;
  const size = Math.sqrt(kernel.length);
  const radius = size >> 1;
  const result = new Float64Array(values.length);
  kernel.forEach((weight, k) => {
    if (weight === 0) return;
    const [up, left] = [Math.floor(k / size) - radius, (k % size) - radius];
    for (let y = 0; y < height; y++) {
      const fromRow = borderIndex(y + up, height, "mirror") * width;
      for (let x = 0; x < width; x++) {
        const from = (fromRow + borderIndex(x + left, width, "mirror")) * channels;
        const to = (y * width + x) * channels;
        for (let c = 0; c < channels; c++) result[to + c] += weight * values[from + c];
      }
    }
  });
  return { ...picture, values: result };
}

/** The value between pixels, linearly; `row` and `column` may lie beyond the edges. */
export function between(
  { values, height, width, channels }: Picture,
  row: number,
  column: number,
  channel: number,
  border: Border,
): number {
  const [top, left] = [Math.floor(row), Math.floor(column)];
  const [down, right] = [row - top, column - left];
  const at = (y: number, x: number) =>
    values[(borderIndex(y, height, border) * width + borderIndex(x, width, border)) * channels + channel];
  const upper = at(top, left) * (1 - right) + at(top, left + 1) * right;
  const lower = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right;
  return upper * (1 - down) + lower * down;
}
