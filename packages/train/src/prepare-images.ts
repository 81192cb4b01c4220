import * as tf from "@tensorflow/tfjs-core";
import type { ChannelStatistics, Mixture } from "@contrastive/core";
import type { ViewGroup } from "@contrastive/data";
import { applyImagePrograms, mixImages } from "@contrastive/ops";
import { tidyKeep } from "./params.js";

/** A group of views as the encoder takes them: float `[images, h, w, c]`, normalised and mixed. The caller owns it. */
export function prepareImages(
  group: ViewGroup,
  normalize: ChannelStatistics,
  mixture?: Mixture,
): tf.Tensor4D {
  return tidyKeep(() => {
    const views = viewsOf(group, normalize);
    return mixture === undefined ? views : mixImages(views, mixture, group.views.length);
  });
}

function viewsOf({ images, programs, keys, apply }: ViewGroup, normalize: ChannelStatistics): tf.Tensor4D {
  if (apply === undefined) return applyImagePrograms(images, programs, { normalize });
  return normalizeImages(apply(applyImagePrograms(images, programs), keys), normalize);
}

/** Subtracts the mean and divides by the standard deviation, channel by channel; values are in 0..1. */
export function normalizeImages(images: tf.Tensor4D, { mean, std }: ChannelStatistics): tf.Tensor4D {
  return tf.tidy(() => tf.div(tf.sub(images, tf.tensor1d([...mean])), tf.tensor1d([...std])));
}
