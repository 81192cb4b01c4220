import { createRng } from "@contrastive/core";
import type { Features } from "../src/features.js";

/** Gaussian clouds around a centre for each class; the centres depend on `dim` and `classes` only. */
export function clusters(
  size: number,
  {
    dim = 8,
    classes = 4,
    noise = 0.5,
    seed = 0,
  }: Partial<Record<"dim" | "classes" | "noise" | "seed", number>> = {},
): Features {
  const centres = createRng(1).fork("centres", dim, classes);
  const centre = Array.from({ length: classes }, () => Array.from({ length: dim }, () => centres.normal()));
  const rng = createRng(seed).fork("clouds");
  const labels = Int32Array.from({ length: size }, (_, i) => i % classes);
  const values = new Float32Array(size * dim);
  for (let i = 0; i < values.length; i++) {
    values[i] = centre[labels[Math.floor(i / dim)]][i % dim] + noise * rng.normal();
  }
  return { values, labels, size, dim };
}
