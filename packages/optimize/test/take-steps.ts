import * as tf from "@tensorflow/tfjs";
import type { GradientTransform, Params } from "@contrastive/core";

/** Values by name: a vector for each weight; `shapes` says which are matrices. */
export type Values = Readonly<Record<string, readonly number[]>>;
export type Shapes = Readonly<Record<string, readonly number[]>>;

export function tensors(values: Values, shapes: Shapes = {}): Params {
  return Object.fromEntries(
    Object.entries(values).map(([name, data]) => [
      name,
      tf.tensor([...data], [...(shapes[name] ?? [data.length])]),
    ]),
  );
}

/** The weights after each step of a run with the given gradients, one epoch a step. */
export function takeSteps(
  transform: GradientTransform,
  start: Values,
  gradients: readonly Values[],
  shapes: Shapes = {},
): readonly Values[] {
  let weights = tensors(start, shapes);
  let state = transform.init(weights);
  const trajectory = gradients.map((gradient, step) => {
    const progress = { step, stepsPerEpoch: 1, totalSteps: gradients.length };
    const result = transform.update(tensors(gradient, shapes), state, { ...progress, weights });
    const moved = Object.entries(weights).map(
      ([name, weight]) => [name, tf.add(weight, result.updates[name])] as const,
    );
    tf.dispose([Object.values(weights), Object.values(result.updates)]);
    weights = Object.fromEntries(moved);
    state = result.state;
    return read(weights);
  });
  tf.dispose([Object.values(weights), Object.values(state)]);
  return trajectory;
}

/** What one update makes of the gradients. */
export function updateOnce(
  transform: GradientTransform,
  weights: Values,
  gradients: Values,
  shapes: Shapes = {},
): Values {
  const given = tensors(weights, shapes);
  const progress = { step: 0, stepsPerEpoch: 1, totalSteps: 10, weights: given };
  const { updates, state } = transform.update(tensors(gradients, shapes), transform.init(given), progress);
  const values = read(updates);
  tf.dispose([Object.values(updates), Object.values(state), Object.values(given)]);
  return values;
}

function read(params: Params): Values {
  return Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, [...tensor.dataSync()]]));
}
