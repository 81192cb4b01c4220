import * as tf from "@tensorflow/tfjs-core";
import { ContrastiveError, createRng, type Encoder, type ImageShape, type RawImage } from "@contrastive/core";
import { applyImagePrograms, type ImageProgram } from "@contrastive/ops";
import type { ModelState } from "./model.js";
import { disposeReplaced, tidyKeep } from "./params.js";
import { normalizeImages } from "./prepare-images.js";
import type { RunRecord } from "./record.js";

/** An encoder with weights: a run, or one that was stored. */
export interface EncoderSource {
  readonly record: Pick<RunRecord, "input" | "normalize">;
  readonly encoder: Encoder;
  /** The encoder's weights and buffers. The caller owns them. */
  weights(): Promise<ModelState>;
}

export interface EmbedOptions {
  /** Images at a time; default 256. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

export interface EmbeddingModel {
  /** Size of the representation. */
  readonly dim: number;
  /** Of the images that the encoder takes; others are cut to its aspect around the centre, and resized. */
  readonly input: ImageShape;
  /**
   * The representation of images, `[images, dim]`, not scaled to length 1. The caller owns it.
   *
   * Takes raw images (0..255), or a float tensor `[images, h, w, c]` of the input's shape in 0..1.
   */
  embed(images: readonly RawImage[] | tf.Tensor4D, options?: EmbedOptions): Promise<tf.Tensor2D>;
  dispose(): void;
}

/** The encoder of a run, ready to embed images. The head was for training, and is not part of it. */
export async function loadEncoder(source: EncoderSource): Promise<EmbeddingModel> {
  const { encoder, record } = source;
  const { input, normalize } = record;
  const { weights, buffers } = await source.weights();
  const context = { training: false, buffers, rng: createRng(0) };
  const forward = (images: tf.Tensor4D): tf.Tensor2D =>
    tidyKeep(() => encoder.forward(weights, normalizeImages(images, normalize), context).embeddings);

  return {
    dim: encoder.dim,
    input,
    embed: async (images, { batchSize = 256, signal } = {}) => {
      if (images instanceof tf.Tensor) checkShape(images, input);
      const size = images instanceof tf.Tensor ? images.shape[0] : images.length;
      const parts: tf.Tensor2D[] = [];
      try {
        for (let start = 0; start < size; start += batchSize) {
          signal?.throwIfAborted();
          const end = Math.min(size, start + batchSize);
          const batch = tf.tidy(() =>
            images instanceof tf.Tensor
              ? tf.slice(images, start, end - start)
              : toTensor(images.slice(start, end), input),
          );
          parts.push(forward(batch));
          batch.dispose();
        }
        return tidyKeep(() =>
          parts.length === 0 ? tf.zeros<tf.Rank.R2>([0, encoder.dim]) : tf.concat(parts, 0),
        );
      } finally {
        tf.dispose(parts);
      }
    },
    dispose: () => {
      disposeReplaced(weights);
      disposeReplaced(buffers);
    },
  };
}

function toTensor(images: readonly RawImage[], input: ImageShape): tf.Tensor4D {
  return applyImagePrograms(
    images,
    images.map((image) => fitProgram(image, input)),
  );
}

/** Cuts the largest central box of the input's aspect, and resizes it. */
function fitProgram(from: ImageShape, to: ImageShape): ImageProgram {
  if (from.channels !== to.channels) {
    throw new ContrastiveError({
      who: "embed",
      what: `images must have ${to.channels} channels, as those that the encoder was trained on`,
      got: from.channels,
    });
  }
  if (from.height === to.height && from.width === to.width) return { output: to, steps: [] };
  const scale = Math.min(from.height / to.height, from.width / to.width);
  const height = Math.round(to.height * scale);
  const width = Math.round(to.width * scale);
  const top = Math.floor((from.height - height) / 2);
  const left = Math.floor((from.width - width) / 2);
  const step = {
    op: "resizedCrop",
    top,
    left,
    height,
    width,
    outHeight: to.height,
    outWidth: to.width,
  } as const;
  return { output: to, steps: [step] };
}

function checkShape({ shape }: tf.Tensor4D, { height, width, channels }: ImageShape): void {
  if (shape[1] === height && shape[2] === width && shape[3] === channels) return;
  throw new ContrastiveError({
    who: "embed",
    what: `a tensor of images must be [images, ${height}, ${width}, ${channels}]`,
    got: shape,
  });
}
