import * as tf from "@tensorflow/tfjs-core";
import type { Params, Progress, Rng, Space } from "@contrastive/core";
import { l2Normalize, valueAuxAndGrads } from "@contrastive/ops";
import type { Model, ModelState } from "./model.js";
import { addPrefix, disposeReplaced, disposingOnError, type Own, tidyKeep, withPrefix } from "./params.js";

export interface StepInput extends ModelState, Progress {
  readonly model: Model;
  /** One for each group of views of equal shape: float `[batch * views in the group, h, w, c]`, sample-major. */
  readonly images: readonly tf.Tensor4D[];
  /** The views that each group holds, as numbers 0..views-1. */
  readonly views: readonly (readonly number[])[];
  readonly labels?: tf.Tensor1D | tf.Tensor2D;
  readonly batch: number;
  /** Samples, with all their views, that go through the encoder at a time. */
  readonly chunkSize: number;
  /** Of this step. */
  readonly rng: Rng;
}

/** The caller owns every tensor. */
export interface StepOutput {
  readonly loss: tf.Scalar;
  readonly metrics: Readonly<Record<string, tf.Scalar>>;
  /** One for each weight. */
  readonly gradients: Params;
  /** After this step. */
  readonly buffers: Params;
  /** `[batch * views, dim]`, raw. */
  readonly representation: tf.Tensor2D;
}

/** Embeddings by space, `[samples, views, dim]`, not scaled to length 1. */
type Embeddings = Partial<Record<Space, tf.Tensor3D>>;

/**
 * The loss of a batch and its gradient with respect to every weight.
 *
 * Larger batches than fit go through in chunks: embed all without a tape, take the gradient of the loss with respect
 * to the embeddings of the whole batch, then push it back chunk by chunk (Gao et al. 2021, GradCache). The loss sees
 * the whole batch either way. With one chunk nothing is computed twice.
 */
export function gradientStep(input: StepInput): StepOutput {
  return input.chunkSize >= input.batch
    ? wholeStep(input)
    : disposingOnError((own) => chunkedStep(input, own));
}

function wholeStep(input: StepInput): StepOutput {
  const chunk = { start: 0, size: input.batch };
  const { value, aux, grads } = valueAuxAndGrads((weights) => {
    const { embeddings, buffers } = embed(input, weights, input.buffers, chunk);
    const { loss, ...rest } = lossOf(input, embeddings, weights, buffers);
    return {
      value: loss,
      aux: {
        ...addPrefix("metric ", rest.metrics),
        ...addPrefix("buffer ", { ...buffers, ...rest.buffers }),
        representation: flatten(embeddings.representation!),
      },
    };
  }, input.weights);
  return {
    loss: value,
    gradients: grads,
    metrics: withPrefix("metric ", aux) as StepOutput["metrics"],
    buffers: withPrefix("buffer ", aux),
    representation: aux.representation as tf.Tensor2D,
  };
}

function chunkedStep(input: StepInput, own: Own): StepOutput {
  const chunks = Array.from({ length: Math.ceil(input.batch / input.chunkSize) }, (_, i) => {
    const start = i * input.chunkSize;
    return { start, size: Math.min(input.chunkSize, input.batch - start) };
  });

  let buffers = input.buffers;
  const pieces: Embeddings[] = [];
  for (const chunk of chunks) {
    const forward = own(tidyKeep(() => embed(input, input.weights, buffers, chunk)));
    if (buffers !== input.buffers) disposeReplaced(buffers, forward.buffers);
    buffers = forward.buffers;
    pieces.push(forward.embeddings);
  }
  const whole = own(tidyKeep(() => concatenate(pieces)));
  for (const piece of pieces) disposeReplaced(piece as Params);

  // The loss and its gradient with respect to the embeddings of the whole batch, and to the loss's own weights.
  const ownWeights = addPrefix("loss.", withPrefix("loss.", input.weights));
  const { value, aux, grads } = valueAuxAndGrads(
    (params) => {
      const { loss, metrics, ...rest } = lossOf(
        input,
        withPrefix("at ", params) as Embeddings,
        params,
        buffers,
      );
      return {
        value: loss,
        aux: { ...addPrefix("metric ", metrics), ...addPrefix("buffer ", rest.buffers) },
      };
    },
    { ...addPrefix("at ", inUse(whole, input.model)), ...ownWeights },
  );
  own([value, aux, grads]);

  let gradients: Params = {};
  const network = Object.fromEntries(
    Object.entries(input.weights).filter(([name]) => !name.startsWith("loss.")),
  );
  const slopes = withPrefix("at ", grads) as Embeddings;
  for (const chunk of chunks) {
    const part = own(tidyKeep(() => pushBack(input, network, slopes, chunk)));
    const sum = Object.keys(gradients).length === 0 ? part : own(tidyKeep(() => addEach(gradients, part)));
    if (sum !== part) {
      disposeReplaced(gradients);
      disposeReplaced(part);
    }
    gradients = sum;
  }
  disposeReplaced(slopes as Params);

  const { representation, ...others } = whole;
  const flat = tidyKeep(() => flatten(representation!));
  disposeReplaced({ representation, ...others } as Params);
  const ownBuffers = withPrefix("buffer ", aux);
  return {
    loss: value,
    gradients: { ...gradients, ...addPrefix("loss.", withPrefix("loss.", grads)) },
    metrics: withPrefix("metric ", aux) as StepOutput["metrics"],
    buffers: { ...buffers, ...ownBuffers },
    representation: flat,
  };
}

/** The gradient with respect to the networks' weights of a chunk's embeddings, each weighed by its slope. */
function pushBack(
  input: StepInput,
  network: Params,
  slopes: Embeddings,
  chunk: { start: number; size: number },
): Params {
  const { value, grads } = valueAuxAndGrads((weights) => {
    const { embeddings } = embed(input, weights, input.buffers, chunk);
    const products = Object.entries(slopes).map(([space, slope]) =>
      tf.sum(tf.mul(embeddings[space as Space]!, rows(slope, chunk.start, chunk.size))),
    );
    return { value: products.reduce((a, b) => tf.add(a, b)) as tf.Scalar };
  }, network);
  value.dispose();
  return grads;
}

/** The embeddings of a chunk of samples in every space that is in use; the representation always. */
export function embed(
  { model, images, views, rng, batch }: StepInput,
  weights: Params,
  buffers: Params,
  { start, size }: { start: number; size: number },
): { embeddings: Embeddings; buffers: Params } {
  const { encoder, head, normalizeRepresentation } = model;
  let encoderBuffers = withPrefix("encoder.", buffers);
  const forward = { training: true, rng: rng.fork("forward", start) };
  const parts = images.map((group) => {
    const perSample = group.shape[0] / batch;
    const output = encoder.forward(
      withPrefix("encoder.", weights),
      rows(group, start * perSample, size * perSample),
      {
        ...forward,
        buffers: encoderBuffers,
      },
    );
    encoderBuffers = output.buffers;
    return tf.reshape(output.embeddings, [size, perSample, encoder.dim]) as tf.Tensor3D;
  });
  const representation = inViewOrder(parts, views);
  let headBuffers = withPrefix("head.", buffers);
  let projection: tf.Tensor3D | undefined;
  if (head) {
    const flat = flatten(representation);
    const output = head.forward(
      withPrefix("head.", weights),
      normalizeRepresentation ? l2Normalize(flat) : flat,
      {
        ...forward,
        buffers: headBuffers,
      },
    );
    headBuffers = output.buffers;
    projection = tf.reshape(output.embeddings, [size, representation.shape[1], head.dim]);
  }
  return {
    embeddings: { representation, ...(projection ? { projection } : {}) },
    buffers: {
      ...addPrefix("loss.", withPrefix("loss.", buffers)),
      ...addPrefix("encoder.", encoderBuffers),
      ...addPrefix("head.", headBuffers),
    },
  };
}

function lossOf(
  { model, labels, step, stepsPerEpoch, totalSteps }: StepInput,
  embeddings: Embeddings,
  weights: Params,
  buffers: Params,
): { loss: tf.Scalar; metrics: Readonly<Record<string, tf.Scalar>>; buffers: Params } {
  const { on, unitLength } = model.loss.needs;
  const given: Embeddings = {};
  for (const space of on) {
    const values = embeddings[space]!;
    given[space] = unitLength ? tf.reshape(l2Normalize(flatten(values)), values.shape) : values;
  }
  const output = model.loss.compute({
    embeddings: given,
    ...(labels ? { labels } : {}),
    weights: withPrefix("loss.", weights),
    buffers: withPrefix("loss.", buffers),
    step,
    stepsPerEpoch,
    totalSteps,
  });
  return {
    loss: output.loss,
    metrics: output.metrics ?? {},
    buffers: addPrefix("loss.", output.buffers ?? {}),
  };
}

function rows<T extends tf.Tensor>(tensor: T, start: number, size: number): T {
  if (start === 0 && size === tensor.shape[0]) return tensor;
  return tf.slice(tensor, start, size) as T;
}

/** Groups `[samples, views in the group, dim]` joined to `[samples, views, dim]`, in the order of the config's views. */
function inViewOrder(parts: readonly tf.Tensor3D[], views: readonly (readonly number[])[]): tf.Tensor3D {
  if (parts.length === 1) return parts[0];
  const byView: tf.Tensor3D[] = [];
  parts.forEach((part, group) => {
    const [samples, , dim] = part.shape;
    // Not tf.split: its gradient fails where there is one piece.
    views[group].forEach((view, i) => (byView[view] = tf.slice(part, [0, i, 0], [samples, 1, dim])));
  });
  return tf.concat(byView, 1);
}

function flatten(embeddings: tf.Tensor3D): tf.Tensor2D {
  const [samples, views, dim] = embeddings.shape;
  return tf.reshape(embeddings, [samples * views, dim]);
}

function concatenate(pieces: readonly Embeddings[]): Embeddings {
  const spaces = Object.keys(pieces[0]) as Space[];
  return Object.fromEntries(
    spaces.map((space) => [
      space,
      tf.concat(
        pieces.map((piece) => piece[space]!),
        0,
      ),
    ]),
  );
}

/** The spaces that the loss looks at. */
function inUse(embeddings: Embeddings, model: Model): Params {
  return Object.fromEntries(model.loss.needs.on.map((space) => [space, embeddings[space]!]));
}

function addEach(a: Params, b: Params): Params {
  return Object.fromEntries(Object.entries(a).map(([name, tensor]) => [name, tf.add(tensor, b[name])]));
}
