import * as tf from "@tensorflow/tfjs-core";
import type { Config } from "@contrastive/core";
import { createLoader, sequential, subset } from "@contrastive/data";
import { applyImagePrograms } from "@contrastive/ops";
import type { Picture, ViewSheet } from "@contrastive/report";

/** Samples, and of what class each is. */
export interface DrawnViews extends ViewSheet {
  /** A name a row: of the class, or of the sample where there are no classes. */
  readonly labels: readonly string[];
}

/** Some training samples of as many classes, each with the draws of every view in an epoch. */
export async function drawViews(
  { data, views, seed = 0 }: Config,
  { samples = 6, epoch = 0 } = {},
): Promise<DrawnViews> {
  const whole = await data.open("train");
  try {
    const indices = spread(whole.labels, Math.min(samples, whole.size));
    const dataset = subset(whole, indices);
    const { images } = await dataset.read(Uint32Array.from({ length: dataset.size }, (_, i) => i));
    const rows: Picture[][] = images.map((image) => [image]);
    const sampler = sequential().open(dataset, seed, dataset.size);
    const loader = createLoader({ dataset, views, sampler, batchSize: dataset.size, seed });
    for await (const { groups } of loader.epoch(epoch)) {
      for (const group of groups) {
        const pictures = tf.tidy(() => {
          const made = applyImagePrograms(group.images, group.programs);
          return group.apply?.(made, group.keys) ?? made;
        });
        const [, height, width, channels] = pictures.shape;
        const values = await pictures.data<"float32">();
        pictures.dispose();
        const each = height * width * channels;
        group.keys.forEach((_, i) => {
          const sample = Math.floor(i / group.views.length);
          const view = group.views[i % group.views.length];
          rows[sample][1 + view] = { height, width, channels, data: values.slice(i * each, (i + 1) * each) };
        });
      }
    }
    const labels = indices.map((index) => {
      const label = whole.labels?.[index];
      return label === undefined ? `sample ${index}` : (whole.classes?.[label] ?? `class ${label}`);
    });
    return { columns: ["original", ...views.map((_, i) => `view ${i + 1}`)], rows, labels };
  } finally {
    await whole.close();
  }
}

/** Indices of samples of as many classes as there are, or the first ones of data without labels. */
function spread(labels: Int32Array | undefined, count: number): readonly number[] {
  const seen = new Set<number>();
  const firsts = [...(labels ?? [])].flatMap((label, i) => (seen.size === seen.add(label).size ? [] : [i]));
  const rest = Array.from({ length: count }, (_, i) => i).filter((i) => !firsts.includes(i));
  return [...firsts, ...rest].slice(0, count);
}
