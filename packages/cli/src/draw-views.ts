import * as tf from "@tensorflow/tfjs-core";
import type { Config, Mixture } from "@contrastive/core";
import { createLoader, sequential, subset } from "@contrastive/data";
import { applyImagePrograms, mixImages } from "@contrastive/ops";
import type { Picture, ViewSheet } from "@contrastive/report";

/** Samples, and of what class each is. */
export interface DrawnViews extends ViewSheet {
  /** A name a row: of the class, or of the sample where there are no classes; before it what share of it a mixture has. */
  readonly labels: readonly string[];
}

/**
 * Some training samples of as many classes, each with the draws of every view in an epoch.
 *
 * Where the config mixes batches, there are these views again, mixed with those of the row above: in the first row as the epoch's
 * first step does it, in the second as its second, and so on.
 */
export async function drawViews(
  { data, views, mix, seed = 0 }: Config,
  { samples = 6, epoch = 0 } = {},
): Promise<DrawnViews> {
  const whole = await data.open("train");
  try {
    const indices = spread(whole.labels, Math.min(samples, whole.size));
    const dataset = subset(whole, indices);
    const { images } = await dataset.read(Uint32Array.from({ length: dataset.size }, (_, i) => i));
    const shape = views[0].output(images[0]);
    const mixtures = mix && images.map((_, step) => mix.draw({ seed, epoch, step }, shape));
    const rows: Picture[][] = images.map((image) => [image]);
    const sampler = sequential().open(dataset, seed, dataset.size);
    const loader = createLoader({ dataset, views, sampler, batchSize: dataset.size, seed });
    for await (const { groups } of loader.epoch(epoch)) {
      for (const group of groups) {
        const made = tf.tidy(() => {
          const images = applyImagePrograms(group.images, group.programs);
          return group.apply?.(images, group.keys) ?? images;
        });
        await fill(rows, 1, group.views, made);
        if (mixtures) {
          const mixed = mixEach(made, mixtures, group.views.length);
          await fill(rows, 1 + views.length, group.views, mixed);
          mixed.dispose();
        }
        made.dispose();
      }
    }
    const names = indices.map((index) => {
      const label = whole.labels?.[index];
      return label === undefined ? `sample ${index}` : (whole.classes?.[label] ?? `class ${label}`);
    });
    return {
      columns: [
        "original",
        ...views.map((_, i) => `view ${i + 1}`),
        ...(mix ? views.map((_, i) => `mixed ${i + 1}`) : []),
      ],
      rows,
      labels: mixtures
        ? names.map((name, row) => `${Math.round(100 * (mixtures[row]?.share ?? 1))}% ${name}`)
        : names,
    };
  } finally {
    await whole.close();
  }
}

/** Each sample's views as its own mixture makes them, if it has one. */
function mixEach(
  images: tf.Tensor4D,
  mixtures: readonly (Mixture | undefined)[],
  views: number,
): tf.Tensor4D {
  return tf.tidy(() =>
    tf.concat(
      mixtures.map((mixture, sample) =>
        tf.slice(mixture ? mixImages(images, mixture, views) : images, sample * views, views),
      ),
    ),
  );
}

/** Puts images `[samples * views, …]` into the rows of their samples, from a column on in that of their view. */
async function fill(
  rows: Picture[][],
  from: number,
  views: readonly number[],
  images: tf.Tensor4D,
): Promise<void> {
  const [, height, width, channels] = images.shape;
  const values = await images.data<"float32">();
  const each = height * width * channels;
  for (let i = 0; i < images.shape[0]; i++) {
    const row = rows[Math.floor(i / views.length)];
    row[from + views[i % views.length]] = {
      height,
      width,
      channels,
      data: values.slice(i * each, (i + 1) * each),
    };
  }
}

/** Indices of samples of as many classes as there are, or the first ones of data without labels. */
function spread(labels: Int32Array | undefined, count: number): readonly number[] {
  const seen = new Set<number>();
  const firsts = [...(labels ?? [])].flatMap((label, i) => (seen.size === seen.add(label).size ? [] : [i]));
  const rest = Array.from({ length: count }, (_, i) => i).filter((i) => !firsts.includes(i));
  return [...firsts, ...rest].slice(0, count);
}
