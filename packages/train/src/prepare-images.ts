import * as tf from "@tensorflow/tfjs-core";
import type { ChannelStatistics, Mixture, ViewMaker } from "@contrastive/core";
import type { ViewGroup } from "@contrastive/data";
import {
  applyImagePrograms,
  imageProgramAttributes,
  type ImageProgramOptions,
  mixImages,
} from "@contrastive/ops";
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

/** Has a maker of views make ahead what `prepareImages` begins with. */
export function viewsBy(maker: ViewMaker, normalize: ChannelStatistics) {
  return (group: ViewGroup, signal: AbortSignal): Promise<Float32Array> => {
    const { images, programs } = group;
    return maker.make(imageProgramAttributes(images, programs, normalizing(group, normalize)), signal);
  };
}

function viewsOf(group: ViewGroup, normalize: ChannelStatistics): tf.Tensor4D {
  const { images, programs, values, shape, keys, apply } = group;
  const made =
    values === undefined
      ? applyImagePrograms(images, programs, normalizing(group, normalize))
      : tf.tensor4d(values, [keys.length, shape.height, shape.width, shape.channels]);
  return apply === undefined ? made : normalizeImages(apply(made, keys), normalize);
}

/** Programs end with it, unless something is applied after them. */
function normalizing({ apply }: ViewGroup, normalize: ChannelStatistics): ImageProgramOptions {
  return apply === undefined ? { normalize } : {};
}

/** Subtracts the mean and divides by the standard deviation, channel by channel; values are in 0..1. */
export function normalizeImages(images: tf.Tensor4D, { mean, std }: ChannelStatistics): tf.Tensor4D {
  return tf.tidy(() => tf.div(tf.sub(images, tf.tensor1d([...mean])), tf.tensor1d([...std])));
}
