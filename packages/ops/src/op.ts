import * as tf from "@tensorflow/tfjs-core";

/** Tensors by name; an optional input is simply absent. */
export type Inputs = Record<string, tf.Tensor>;

export interface OpDefinition<I extends Inputs, A extends object> {
  /** The kernel name under which a backend registers a faster implementation. */
  readonly name: string;
  /** The operation in stock tfjs-core ops. Runs where no faster kernel is registered. */
  readonly reference: (inputs: I, attributes: A) => tf.Tensor[];
  /** Absent for an operation that is never differentiated, such as another's gradient. */
  readonly gradient?: {
    readonly saveInputs: readonly (keyof I & string)[];
    /** By position in the outputs. */
    readonly saveOutputs?: readonly boolean[];
    /**
     * The gradient with respect to each input, all of them computed before this returns: tfjs calls each
     * entry of a lazy gradient in a scope of its own and disposes what the others share.
     */
    readonly backward: (
      dys: tf.Tensor[],
      saved: tf.Tensor[],
      attributes: A,
    ) => Partial<Record<keyof I & string, tf.Tensor>>;
  };
}

/**
 * Makes a differentiable operation with a reference in stock ops and a name for a faster kernel.
 *
 * The reference registers itself, on first use, for the active backend if that backend has no kernel of the name.
 */
export function defineOp<I extends Inputs, A extends object>(
  definition: OpDefinition<I, A>,
): (inputs: I, attributes: A) => tf.Tensor[] {
  const { name, reference } = definition;
  return (inputs, attributes) => {
    const backendName = tf.getBackend();
    if (tf.getKernel(name, backendName) == null) {
      tf.registerKernel({
        kernelName: name,
        backendName,
        kernelFunc: (call) =>
          // tfjs types a kernel's inputs and attributes for its own kernels only.
          tf.tidy(() => reference(call.inputs as unknown as I, call.attrs as unknown as A)),
      });
    }
    if (definition.gradient !== undefined && tf.getGradient(name) == null) {
      registerBackward(name, definition.gradient);
    }
    const outputs = tf.engine().runKernel(name, inputs, attributes as unknown as tf.NamedAttrMap) as unknown;
    return Array.isArray(outputs) ? (outputs as tf.Tensor[]) : [outputs as tf.Tensor];
  };
}

function registerBackward<I extends Inputs, A extends object>(
  kernelName: string,
  gradient: NonNullable<OpDefinition<I, A>["gradient"]>,
): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: [...gradient.saveInputs],
    outputsToSave: [...(gradient.saveOutputs ?? [])],
    gradFunc: (dy, saved, attrs) => {
      const dys = Array.isArray(dy) ? dy : [dy];
      const gradients = gradient.backward(dys, saved, attrs as unknown as A);
      return Object.fromEntries(
        Object.entries(gradients).map(([input, value]) => [input, () => value as tf.Tensor]),
      );
    },
  });
}
