import { borderIndex } from "./filter.js";
import { layer, type Picture } from "./picture.js";

/**
 * The edges of a picture of one channel of bytes: 1 on them, 0 elsewhere.
 *
 * Canny's detector as OpenCV has it: Sobel's gradient, its length by absolute values, of which the largest across an edge are kept
 * that are above `high`, or above `low` and connected to one that is.
 */
export function canny({ values, height, width }: Picture, low: number, high: number): Picture {
  const at = (y: number, x: number) =>
    values[borderIndex(y, height, "nearest") * width + borderIndex(x, width, "nearest")];
  const across = layer({ height, width }, (i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    const side = (column: number) => at(y - 1, column) + 2 * at(y, column) + at(y + 1, column);
    return side(x + 1) - side(x - 1);
  }).values;
  const down = layer({ height, width }, (i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    const side = (row: number) => at(row, x - 1) + 2 * at(row, x) + at(row, x + 1);
    return side(y + 1) - side(y - 1);
  }).values;
  const lengthAt = (y: number, x: number) =>
    y < 0 || x < 0 || y >= height || x >= width
      ? 0
      : Math.abs(across[y * width + x]) + Math.abs(down[y * width + x]);

  /** Whether none is longer across the edge. */
  function isRidge(y: number, x: number): boolean {
    const length = lengthAt(y, x);
    const [right, below] = [Math.abs(across[y * width + x]), Math.abs(down[y * width + x])];
    if (below < right * Math.tan(Math.PI / 8))
      return length > lengthAt(y, x - 1) && length >= lengthAt(y, x + 1);
    if (below > right * Math.tan((3 * Math.PI) / 8)) {
      return length > lengthAt(y - 1, x) && length >= lengthAt(y + 1, x);
    }
    const slant = across[y * width + x] < 0 !== down[y * width + x] < 0 ? -1 : 1;
    return length > lengthAt(y - 1, x - slant) && length > lengthAt(y + 1, x + slant);
  }

  const isCandidate = Array.from(values, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return lengthAt(y, x) > low && isRidge(y, x);
  });
  const edges = new Float64Array(values.length);
  const growing = isCandidate.flatMap((is, i) =>
    is && lengthAt(Math.floor(i / width), i % width) > high ? [i] : [],
  );
  for (const i of growing) edges[i] = 1;
  for (let i = growing.pop(); i !== undefined; i = growing.pop()) {
    const [y, x] = [Math.floor(i / width), i % width];
    for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, height - 1); row++) {
      for (let column = Math.max(x - 1, 0); column <= Math.min(x + 1, width - 1); column++) {
        const near = row * width + column;
        if (!isCandidate[near] || edges[near] === 1) continue;
        edges[near] = 1;
        growing.push(near);
      }
    }
  }
  return { values: edges, height, width, channels: 1 };
}
