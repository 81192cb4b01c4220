import type { Picture } from "./picture.js";

/** Of a step aside, on the diagonal, and as a knight (Borgefors 1986, for masks of 5 × 5, as OpenCV has them). */
const [straight, diagonal, knight] = [1, 1.4, 2.1969];

const before: readonly (readonly [number, number, number])[] = [
  [-2, -1, knight],
  [-2, 1, knight],
  [-1, -2, knight],
  [-1, -1, diagonal],
  [-1, 0, straight],
  [-1, 1, diagonal],
  [-1, 2, knight],
  [0, -1, straight],
];

/** How far each place is from the nearest edge: one pass from the upper left, and one from the lower right. */
export function distances({ values, height, width }: Picture): Picture {
  // Farther than any, as where there is no edge at all.
  const result = values.map((edge) => (edge > 0 ? 0 : 8192));
  const relax = (y: number, x: number, turn: 1 | -1) => {
    for (const [down, right, length] of before) {
      const [row, column] = [y + turn * down, x + turn * right];
      if (row < 0 || column < 0 || row >= height || column >= width) continue;
      result[y * width + x] = Math.min(result[y * width + x], result[row * width + column] + length);
    }
  };
  for (let i = 0; i < result.length; i++) relax(Math.floor(i / width), i % width, 1);
  for (let i = result.length - 1; i >= 0; i--) relax(Math.floor(i / width), i % width, -1);
  return { values: result, height, width, channels: 1 };
}
