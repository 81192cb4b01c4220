import * as tf from "@tensorflow/tfjs-core";
import type { Params, Progress, Rng, Space } from "@contrastive/core";
import { l2Normalize, l2NormalizeViews, valueAuxAndGrads } from "@contrastive/ops";
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
  /** Of the momentum encoder, where the loss takes its embeddings. */
  readonly momentum?: ModelState;
  /** What gradients are multiplied by, so that they are numbers that activations' precision has. Default 1. */
  readonly scale?: tf.Scalar;
}

/** The caller owns every tensor. */
export interface StepOutput {
  readonly loss: tf.Scalar;
  readonly metrics: Readonly<Record<string, tf.Scalar>>;
  /** One for each weight, times `scale`. */
  readonly gradients: Params;
  /** After this step. */
  readonly buffers: Params;
  /** Of the momentum encoder, after this step. */
  readonly momentumBuffers?: Params;
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
  return disposingOnError((own) => {
    const { targets, momentumBuffers } = targetsOf(input, own);
    const step =
      input.chunkSize >= input.batch ? wholeStep(input, targets) : chunkedStep(input, targets, own);
    if (targets !== undefined) disposeReplaced(targets as Params);
    return { ...step, ...(momentumBuffers && { momentumBuffers }) };
  });
}

/** What the momentum encoder makes of the batch, and its buffers after that. */
function targetsOf(input: StepInput, own: Own): { targets?: Embeddings; momentumBuffers?: Params } {
  const { momentum, model } = input;
  if (momentum === undefined || !model.loss.needs.targets) return {};
  const { embeddings, buffers } = embedInChunks(input, momentum, own);
  const targets = own(tidyKeep(() => forLoss(embeddings, model)));
  disposeReplaced(embeddings as Params, targets as Params);
  return { targets, momentumBuffers: buffers };
}

function wholeStep(input: StepInput, targets: Embeddings | undefined): Omit<StepOutput, "momentumBuffers"> {
  const chunk = { start: 0, size: input.batch };
  const { value, aux, grads } = valueAuxAndGrads(
    (weights) => {
      const { embeddings, buffers } = embed(input, weights, input.buffers, chunk);
      const { loss, ...rest } = lossOf(input, { embeddings, targets }, weights, buffers);
      return {
        value: loss,
        aux: {
          ...addPrefix("metric ", rest.metrics),
          ...addPrefix("buffer ", { ...buffers, ...rest.buffers }),
          representation: flatten(embeddings.representation!),
        },
      };
    },
    input.weights,
    input.scale,
  );
  return {
    loss: value,
    gradients: grads,
    metrics: withPrefix("metric ", aux) as StepOutput["metrics"],
    buffers: withPrefix("buffer ", aux),
    representation: aux.representation as tf.Tensor2D,
  };
}

/** The batch's embeddings, without a tape, and the buffers after them. */
function embedInChunks(
  input: StepInput,
  { weights, buffers: before }: ModelState,
  own: Own,
): { embeddings: Embeddings; buffers: Params } {
  let buffers = before;
  const pieces: Embeddings[] = [];
  for (const chunk of chunksOf(input)) {
    const forward = tidyKeep(() => embed(input, weights, buffers, chunk));
    own([forward.embeddings, newOf(forward.buffers, before)]);
    if (buffers !== before) disposeReplaced(buffers, forward.buffers);
    buffers = forward.buffers;
    pieces.push(forward.embeddings);
  }
  const embeddings = own(tidyKeep(() => concatenate(pieces)));
  for (const piece of pieces) disposeReplaced(piece as Params, embeddings as Params);
  return { embeddings, buffers };
}

/** Those tensors that `before` has not: the caller's own are not ours to dispose. */
function newOf(params: Params, before: Params): tf.Tensor[] {
  const old = new Set(Object.values(before));
  return Object.values(params).filter((tensor) => !old.has(tensor));
}

function chunksOf({ batch, chunkSize }: StepInput): { start: number; size: number }[] {
  return Array.from({ length: Math.ceil(batch / chunkSize) }, (_, i) => {
    const start = i * chunkSize;
    return { start, size: Math.min(chunkSize, batch - start) };
  });
}

function chunkedStep(
  input: StepInput,
  targets: Embeddings | undefined,
  own: Own,
): Omit<StepOutput, "momentumBuffers"> {
  const { embeddings: whole, buffers } = embedInChunks(input, input, own);

  // The loss and its gradient with respect to the embeddings of the whole batch, and to the loss's own weights.
  const ownWeights = addPrefix("loss.", withPrefix("loss.", input.weights));
  const { value, aux, grads } = valueAuxAndGrads(
    (params) => {
      const { loss, metrics, ...rest } = lossOf(
        input,
        { embeddings: withPrefix("at ", params) as Embeddings, targets },
        params,
        buffers,
      );
      return {
        value: loss,
        aux: { ...addPrefix("metric ", metrics), ...addPrefix("buffer ", rest.buffers) },
      };
    },
    { ...addPrefix("at ", inUse(whole, input.model)), ...ownWeights },
    input.scale,
  );
  own([value, aux, grads]);

  let gradients: Params = {};
  const network = Object.fromEntries(
    Object.entries(input.weights).filter(([name]) => !name.startsWith("loss.")),
  );
  const slopes = withPrefix("at ", grads) as Embeddings;
  for (const chunk of chunksOf(input)) {
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
  input: StepInput,
  { embeddings, targets }: { embeddings: Embeddings; targets: Embeddings | undefined },
  weights: Params,
  buffers: Params,
): { loss: tf.Scalar; metrics: Readonly<Record<string, tf.Scalar>>; buffers: Params } {
  const { model, labels, stepsPerEpoch, totalSteps } = input;
  const output = model.loss.compute({
    embeddings: forLoss(embeddings, model),
    ...(targets ? { targets } : {}),
    ...(labels ? { labels } : {}),
    weights: withPrefix("loss.", weights),
    buffers: withPrefix("loss.", buffers),
    // Read by those losses only that change with it: others are replayed.
    get step() {
      return input.step;
    },
    stepsPerEpoch,
    totalSteps,
  });
  return {
    loss: output.loss,
    metrics: output.metrics ?? {},
    buffers: addPrefix("loss.", output.buffers ?? {}),
  };
}

/** Embeddings in the spaces that the loss looks at, scaled to length 1 where it needs that. */
function forLoss(embeddings: Embeddings, { loss: { needs } }: Model): Embeddings {
  return Object.fromEntries(
    needs.on.map((space) => {
      const values = embeddings[space]!;
      return [space, needs.unitLength ? l2NormalizeViews(values) : values];
    }),
  );
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
