import type { Rng } from "@contrastive/core";
import type { WarpStep } from "@contrastive/ops";
import { borders, interpolations } from "./step-cases.js";

/** A warp by any map: turned, moved, bent, torn, far away, with a horizon in sight and beyond numbers. */
export function anyWarp(rng: Rng): WarpStep {
  const near = (value: number) => (rng.below(3) === 0 ? someValue(rng) : value + 0.3 * rng.normal());
  const bent = () => (rng.below(2) === 0 ? 0 : rng.below(2) === 0 ? 0.01 * rng.normal() : someValue(rng));
  return {
    op: "warp",
    xx: near(1),
    xy: near(0),
    x0: 20 * near(0),
    yx: near(0),
    yy: near(1),
    y0: 20 * near(0),
    wx: bent(),
    wy: bent(),
    outHeight: 1 + rng.below(30),
    outWidth: 1 + rng.below(30),
    interpolation: interpolations[rng.below(interpolations.length)],
    border: borders[rng.below(borders.length)],
    fill: rng.below(3) / 2,
  };
}

/** Zeros, ones and halves, which meet pixels and their edges, and all magnitudes. */
function someValue(rng: Rng): number {
  const sign = rng.below(2) === 0 ? -1 : 1;
  switch (rng.below(4)) {
    case 0:
      return 0;
    case 1:
      return (sign * (1 + rng.below(8))) / 2;
    case 2:
      return sign * 10 ** (12 * rng.uniform() - 6);
    default:
      return sign * 10 ** (600 * rng.uniform() - 300);
  }
}
