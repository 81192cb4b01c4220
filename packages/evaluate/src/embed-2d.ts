import { ContrastiveError, createRng, parseOptions } from "@contrastive/core";
import { PCA, TSNE, UMAP } from "@saehrimnir/druidjs";
import * as z from "zod";
import { breather } from "./breathe.js";
import { checkFeatures } from "./check.js";
import type { Features } from "./features.js";
import { unitRows } from "./unit-rows.js";

export interface Embed2dOptions {
  /** Default `"tsne"`. `"pca"` is linear and the quickest; `"umap"` is quicker than t-SNE for more points. */
  readonly method?: "pca" | "tsne" | "umap";
  /** Default 0. */
  readonly seed?: number;
  /** At most this many samples, drawn at random. Default 512: t-SNE's time grows with its square. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** A picture of features: similar samples lie close together. */
export interface Embedding2d {
  /** `[n, 2]`, row by row. */
  readonly points: Float32Array;
  readonly labels: Int32Array;
  /** Which rows of the features they are, ascending. */
  readonly indices: Uint32Array;
}

const schema = z.strictObject({
  method: z.enum(["pca", "tsne", "umap"]).default("tsne"),
  seed: z.int().nonnegative().default(0),
  limit: z.int().min(4).default(512),
});

/**
 * Lays features out in the plane, by their directions: rows are scaled to length 1 first.
 *
 * The same seed gives the same picture on the same version of the engine. t-SNE (van der Maaten and Hinton 2008) and
 * UMAP (McInnes et al. 2018) keep neighbourhoods; sizes of clusters and distances between them mean little.
 */
export async function embed2d(
  features: Features,
  { signal, ...given }: Embed2dOptions = {},
): Promise<Embedding2d> {
  const { method, seed, limit } = parseOptions("evaluation", "embed2d", schema, given);
  checkFeatures("embed2d", "the", features);
  const { size, dim, labels } = features;
  if (size < 4) {
    throw new ContrastiveError({ who: "embed2d", what: "needs at least 4 samples", got: size });
  }
  const rng = createRng(seed).fork("embed2d");
  const indices = rng.fork("subset").permutation(size).slice(0, limit).sort();
  const units = unitRows(features);
  const rows = Array.from(indices, (index) =>
    Float64Array.from(units.subarray(index * dim, (index + 1) * dim)),
  );
  const layout = await lay(rows, method, rng.fork("layout").uint32(), signal);
  const points = Float32Array.from(layout.flatMap(([x, y]) => [x, y]));
  if (!points.every(Number.isFinite)) {
    throw new ContrastiveError({
      who: "embed2d",
      what: `${method} found no layout`,
      fix: 'Many samples may have equal features; method "pca" always works',
    });
  }
  return { points, labels: Int32Array.from(indices, (index) => labels[index]), indices };
}

async function lay(
  rows: Float64Array[],
  method: "pca" | "tsne" | "umap",
  seed: number,
  signal?: AbortSignal,
): Promise<Float64Array[]> {
  if (method === "pca") return new PCA(rows, { d: 2, seed }).transform();
  const neighbours = rows.length - 1;
  const steps =
    method === "tsne"
      ? new TSNE(rows, { d: 2, seed, perplexity: Math.min(30, neighbours / 3) }).generator(500)
      : new UMAP(rows, { d: 2, seed, n_neighbors: Math.min(15, neighbours) }).generator();
  const pause = breather(signal);
  for (;;) {
    await pause();
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
