import { createRng } from "@contrastive/core";
import { cpu, expectCloseScalar } from "@contrastive/testing";
import { l2NormalizeViews } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { collapse } from "./collapse.js";

beforeAll(async () => void (await cpu().init()));

test("embeddings in all directions have a spread near 1, and views that have nothing in common a cosine near 0", () => {
  const rng = createRng(1);
  const values = Float32Array.from({ length: 500 * 2 * 32 }, () => rng.normal());
  const { spread, positiveCosine } = scalars(values, [500, 2, 32]);
  expect(spread).toBeGreaterThan(0.95);
  expect(spread).toBeLessThan(1.05);
  expect(Math.abs(positiveCosine)).toBeLessThan(0.05);
});

test("one direction has a spread of 0 and a cosine of 1, however long its vectors", () => {
  const values = Float32Array.from({ length: 6 * 3 * 2 }, (_, i) => (1 + (i >> 1)) * (i % 2 === 0 ? 3 : 4));
  const { spread, positiveCosine } = scalars(values, [6, 3, 2]);
  expectCloseScalar(spread, 0);
  expectCloseScalar(positiveCosine, 1);
});

test("by hand: unit vectors along two axes, and views that face one another", () => {
  const { spread, positiveCosine } = scalars([2, 0, -1, 0, 0, 5, 0, -3], [2, 2, 2]);
  // On every axis of every view one 0 and one ±1: a deviation of √½.
  expectCloseScalar(spread, Math.sqrt(0.5) * Math.sqrt(2));
  expectCloseScalar(positiveCosine, -1);
});

function scalars(values: ArrayLike<number>, shape: [number, number, number]) {
  return tf.tidy(() => {
    const { spread, positiveCosine } = collapse(
      l2NormalizeViews(tf.tensor3d(Float32Array.from(values), shape)),
    );
    return { spread: spread.dataSync()[0], positiveCosine: positiveCosine.dataSync()[0] };
  });
}
