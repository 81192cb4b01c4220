import type { CompleteConfig, ImageShape, Mixture } from "@contrastive/core";
import type { Batch } from "@contrastive/data";
import type { HostLabels } from "./labels.js";

/** How a batch of images of this shape is mixed, if the config mixes it. */
export function mixtureOf(
  { mix, seed }: CompleteConfig,
  { epoch, step }: Batch,
  image: ImageShape,
): Mixture | undefined {
  return mix?.draw({ seed, epoch, step }, image);
}

/** Rows of soft labels, each mixed with the one before it and the first with the last. */
export function mixLabels({ values, shape, dtype }: HostLabels, { share }: Mixture): HostLabels {
  const [own, rest] = [Math.fround(share), Math.fround(1 - share)];
  const classes = values.length / shape[0];
  const mixed = Float32Array.from(values, (value, i) => own * value + rest * values.at(i - classes)!);
  return { values: mixed, shape, dtype };
}

/** Of each sample the label that has the larger share in it: its own, or that of the sample before it. */
export function largerLabels(labels: Int32Array, { share }: Mixture): Int32Array {
  return share >= 0.5 ? labels : labels.map((_, i) => labels.at(i - 1)!);
}
