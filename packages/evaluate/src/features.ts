import type { Tensor2D } from "@tensorflow/tfjs-core";
import { ContrastiveError, type OpenDataset, parseOptions, type RawImage } from "@contrastive/core";
import * as z from "zod";

/** What turns images into representations; a trained encoder without its head. */
export interface Embedder {
  readonly dim: number;
  /** `[images, dim]`, raw: not scaled to length 1. The caller owns the tensor. */
  embed(images: readonly RawImage[]): Promise<Tensor2D>;
}

/** Frozen representations of a labelled data set, out of the backend's memory. */
export interface Features {
  /** `[size, dim]`, row by row. */
  readonly values: Float32Array;
  /** A class index for each row. */
  readonly labels: Int32Array;
  readonly size: number;
  readonly dim: number;
}

export interface ExtractOptions {
  /** Images embedded at once. Default 256. */
  readonly batchSize?: number;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

const schema = z.strictObject({ batchSize: z.int().positive().default(256) });

/**
 * Embeds a whole data set, in its own order.
 *
 * Throws a `ContrastiveError` if the data set is empty or has no labels, and the signal's reason when aborted.
 */
export async function extractFeatures(
  embedder: Embedder,
  dataset: OpenDataset,
  { onProgress, signal, ...given }: ExtractOptions = {},
): Promise<Features> {
  const { batchSize } = parseOptions("evaluation", "extractFeatures", schema, given);
  const { size } = dataset;
  const { dim } = embedder;
  if (size === 0) throw complaint("the data set holds no images");
  const values = new Float32Array(size * dim);
  const labels = new Int32Array(size);
  for (let start = 0; start < size; start += batchSize) {
    signal?.throwIfAborted();
    const count = Math.min(batchSize, size - start);
    const batch = await dataset.read(
      Uint32Array.from({ length: count }, (_, i) => start + i),
      signal,
    );
    if (batch.labels === undefined) {
      throw complaint("the data set has no labels", "Evaluate on a data set whose samples have a class.");
    }
    const embeddings = await embedder.embed(batch.images);
    try {
      values.set(await embeddings.data<"float32">(), start * dim);
    } finally {
      embeddings.dispose();
    }
    labels.set(batch.labels, start);
    onProgress?.({ done: start + count, total: size });
  }
  return { values, labels, size, dim };
}

function complaint(what: string, fix?: string): ContrastiveError {
  return new ContrastiveError({ who: "evaluation", what, fix });
}
