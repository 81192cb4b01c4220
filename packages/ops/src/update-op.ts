import * as tf from "@tensorflow/tfjs-core";
import { defineOp, type Inputs, type OpDefinition } from "./op.js";
import { takeEach } from "./take-if.js";

interface UpdateDefinition<A extends object> extends Pick<OpDefinition<Inputs, A>, "name" | "reference"> {
  /** What moves, in the order of the outputs for one weight. */
  readonly moving: (attributes: A) => readonly string[];
}

/**
 * Makes a step of an optimizer on numbered weights, which may have a condition: a scalar, and where it is 0 all stay as they are.
 *
 * With one it is a kernel of its own, `…If`, that has the scalar as another input, `condition`.
 */
export function defineUpdate<A extends { readonly weightDecays: readonly number[] }>({
  name,
  reference,
  moving,
}: UpdateDefinition<A>): (inputs: Inputs, attributes: A, condition?: tf.Scalar) => tf.Tensor[] {
  const update = defineOp<Inputs, A>({ name, reference });
  const updateIf = defineOp<Inputs, A>({
    name: `${name}If`,
    reference({ condition, ...inputs }, attributes) {
      const before = attributes.weightDecays.flatMap((_, i) =>
        // Held, so that a kernel in place has its place elsewhere.
        moving(attributes).map((slot) => tf.clone(inputs[`${slot}${i}`])),
      );
      return takeEach(condition, update(inputs, attributes), before);
    },
  });
  return (inputs, attributes, condition) =>
    condition === undefined ? update(inputs, attributes) : updateIf({ ...inputs, condition }, attributes);
}
