import * as tf from "@tensorflow/tfjs";
import type { Loss } from "@contrastive/core";

const needs = { labels: "none", views: 2, on: ["projection"], unitLength: true, targets: false } as const;

/** How far the views of a sample lie from each other. It needs the program's one engine, or the tape has no gradient. */
export function alignment({ weight = 1 }: { readonly weight?: number } = {}): Loss {
  return {
    name: "alignment",
    options: { weight },
    source: { module: "./losses.ts", export: "alignment" },
    needs,
    compute: ({ embeddings }) => ({
      loss: tf.tidy(() => {
        const [first, second] = tf.unstack(embeddings.projection!, 1);
        return tf.mul(tf.mean(tf.square(tf.sub(first, second))), weight) as tf.Scalar;
      }),
    }),
  };
}

export function notANumber(): Loss {
  return {
    ...alignment(),
    name: "not-a-number",
    compute: ({ embeddings }) => ({ loss: tf.mul(tf.mean(embeddings.projection!), NaN) as tf.Scalar }),
  };
}

/** Can't be rebuilt from a record. */
export function sourceless(): Loss {
  const { name, options, compute } = alignment();
  return { name, options, needs, compute };
}
