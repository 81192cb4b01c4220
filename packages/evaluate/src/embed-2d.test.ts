import { describe, expect, it } from "vitest";
import { clusters } from "../test/clusters.js";
import { type Embed2dOptions, embed2d } from "./embed-2d.js";
import type { Features } from "./features.js";

const methods = ["pca", "tsne", "umap"] as const;

describe.each(methods)("embed2d by %s", (method) => {
  const features = clusters(90, { noise: 0.2, classes: 3 });

  it("keeps classes together that are together", async () => {
    const { points, labels } = await embed2d(features, { method });
    expect(points).toHaveLength(180);
    expect(nearestAgrees(points, labels)).toBeGreaterThan(0.95);
  });

  it("is fixed by its seed", async () => {
    const at = (seed: number, more: Embed2dOptions = {}) => embed2d(features, { method, seed, ...more });
    expect(await at(3)).toEqual(await at(3));
    expect((await at(3, { limit: 20 })).indices).not.toEqual((await at(4, { limit: 20 })).indices);
    if (method !== "pca") expect((await at(3)).points).not.toEqual((await at(4)).points);
  });

  it("draws a subset, whose rows and labels it names", async () => {
    const { points, labels, indices } = await embed2d(features, { method, limit: 30 });
    expect(points).toHaveLength(60);
    expect(new Set(indices).size).toBe(30);
    expect([...indices]).toEqual([...indices].sort((a, b) => a - b));
    expect([...labels]).toEqual(Array.from(indices, (index) => features.labels[index]));
  });

  it("takes as few as four samples", async () => {
    expect((await embed2d(clusters(4), { method })).points).toHaveLength(8);
  });
});

describe("embed2d", () => {
  it("finds by PCA the plane of greatest variance", async () => {
    const features = clusters(60, { dim: 5, classes: 3 });
    const { points } = await embed2d(features, { method: "pca" });
    const rows = unit(features);
    const [first, second] = topVariances(rows);
    expect(varianceOf(points, 0)).toBeCloseTo(first, 4);
    expect(varianceOf(points, 1)).toBeCloseTo(second, 4);
  });

  it("stops when told to", async () => {
    const reason = new Error("enough");
    await expect(embed2d(clusters(20), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it.each<[string, Features, RegExp]>([
    ["too few samples", clusters(3), /at least 4 samples, got 3/],
    ["NaN", { ...clusters(8), values: new Float32Array(64).fill(NaN) }, /must be finite/],
  ])("refuses %s", async (_, features, message) => {
    await expect(embed2d(features)).rejects.toThrow(message);
  });

  it("refuses a method that it does not know", async () => {
    await expect(embed2d(clusters(8), { method: "isomap" } as object)).rejects.toThrow(
      /method must be "pca" or "tsne" or "umap", got "isomap"/,
    );
  });
});

/** The share of points whose nearest other point has their label. */
function nearestAgrees(points: Float32Array, labels: Int32Array): number {
  let agree = 0;
  for (let i = 0; i < labels.length; i++) {
    let nearest = -1;
    let least = Infinity;
    for (let j = 0; j < labels.length; j++) {
      const distance = Math.hypot(points[2 * i] - points[2 * j], points[2 * i + 1] - points[2 * j + 1]);
      if (j !== i && distance < least) [nearest, least] = [j, distance];
    }
    if (labels[nearest] === labels[i]) agree++;
  }
  return agree / labels.length;
}

function unit({ values, size, dim }: Features): number[][] {
  return Array.from({ length: size }, (_, i) => {
    const row = [...values.subarray(i * dim, (i + 1) * dim)];
    return row.map((value) => value / Math.hypot(...row));
  });
}

function varianceOf(points: Float32Array, axis: number): number {
  const column = [...points].filter((_, i) => i % 2 === axis);
  const mean = column.reduce((a, b) => a + b) / column.length;
  return column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
}

/** The two largest eigenvalues of the covariance, by power iteration and deflation. */
function topVariances(rows: number[][]): number[] {
  const dim = rows[0].length;
  const mean = rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length);
  const covariance = mean.map((_, a) =>
    mean.map(
      (_, b) => rows.reduce((sum, row) => sum + (row[a] - mean[a]) * (row[b] - mean[b]), 0) / rows.length,
    ),
  );
  return [0, 1].map(() => {
    let vector = Array.from({ length: dim }, (_, i) => 1 + i / 7);
    let value = 0;
    for (let step = 0; step < 2000; step++) {
      const next = covariance.map((row) => row.reduce((sum, x, j) => sum + x * vector[j], 0));
      value = Math.hypot(...next);
      vector = next.map((x) => x / value);
    }
    for (const [a, row] of covariance.entries()) {
      for (const b of row.keys()) row[b] -= value * vector[a] * vector[b];
    }
    return value;
  });
}
