import type { Rng } from "@contrastive/core";
import { layer, type Picture } from "./picture.js";

/**
 * A cloud in 0..1, by the diamond-square algorithm on a torus; the smaller `decay`, the rougher.
 *
 * The side is the least power of two that covers the image, of which the upper left part is given.
 */
export function plasma(
  { height, width }: Pick<Picture, "height" | "width">,
  decay: number,
  rng: Rng,
): Picture {
  const side = 2 ** Math.ceil(Math.log2(Math.max(height, width, 2)));
  const map = new Float64Array(side * side);
  const at = (y: number, x: number) => map[((y + side) % side) * side + ((x + side) % side)];
  let wobble = 100;
  const moved = (sum: number) => sum / 4 + wobble * wobble * (2 * rng.uniform() - 1);

  for (let step = side; step >= 2; step /= 2) {
    const half = step / 2;
    const each = (top: number, left: number, sum: (y: number, x: number) => number) => {
      for (let y = top; y < side; y += step) {
        for (let x = left; x < side; x += step) map[y * side + x] = moved(sum(y, x));
      }
    };
    // The middle of each square, from its corners; then the middles of its sides.
    each(
      half,
      half,
      (y, x) =>
        at(y - half, x - half) + at(y - half, x + half) + at(y + half, x - half) + at(y + half, x + half),
    );
    const around = (y: number, x: number) =>
      at(y - half, x) + at(y + half, x) + at(y, x - half) + at(y, x + half);
    each(0, half, around);
    each(half, 0, around);
    wobble /= decay;
  }

  const least = map.reduce((a, b) => Math.min(a, b));
  const most = map.reduce((a, b) => Math.max(a, b));
  return layer(
    { height, width },
    (i) => (map[Math.floor(i / width) * side + (i % width)] - least) / (most - least),
  );
}
