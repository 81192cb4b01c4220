import * as tf from "@tensorflow/tfjs-core";
import { offerSum } from "./gradient-sum.js";

/** A kernel's call on tfjs's tape. */
interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
  /** What its gradient needs; kept until then. */
  readonly saved: readonly tf.Tensor[];
  readonly gradient?: (dys: (tf.Tensor | null)[]) => Record<string, () => tf.Tensor>;
}

/** What tfjs's engine has and its types don't show; all packages stand on one exact version of it. */
interface RecordingEngine {
  startTape(): void;
  endTape(): void;
  readonly state: { activeTape: TapeNode[] | null; gradientDepth: number };
}

/**
 * The value of `f` and its gradients with respect to `xs`, undefined for one that the value does not depend on; times `scale`.
 *
 * As `tf.engine().gradients`, which holds every activation and every gradient until the end: here each is freed as soon as it
 * has been used, which halves the peak of memory and keeps it in the caches. Call it in a tidy.
 */
export function valueAndGradients(
  f: () => tf.Tensor,
  xs: readonly tf.Tensor[],
  scale?: tf.Tensor,
): { value: tf.Tensor; gradients: (tf.Tensor | undefined)[] } {
  const engine = tf.engine() as unknown as RecordingEngine;
  if (engine.state.gradientDepth > 0) return asTfjs(f, xs, scale);
  let tape: TapeNode[] = [];
  try {
    engine.startTape();
    let value: tf.Tensor;
    try {
      value = tf.tidy(f);
    } finally {
      tape = engine.state.activeTape ?? [];
      engine.endTape();
    }
    return { value, gradients: walkBack(tape, value, xs, scale) };
  } finally {
    for (const node of tape) tf.dispose([...node.saved]);
    engine.state.activeTape = null;
  }
}

/** Inside of another gradient the tape must stay. */
function asTfjs(f: () => tf.Tensor, xs: readonly tf.Tensor[], scale?: tf.Tensor) {
  const { value, grads } = tf.engine().gradients(f, [...xs], scale, true);
  // tfjs types what is not there as a tensor.
  return { value, gradients: (grads as (tf.Tensor | null)[]).map((grad) => grad ?? undefined) };
}

function walkBack(
  tape: readonly TapeNode[],
  value: tf.Tensor,
  xs: readonly tf.Tensor[],
  scale: tf.Tensor | undefined,
): (tf.Tensor | undefined)[] {
  const wanted = new Set(xs.map((x) => x.id));
  const dependent = dependentOn(wanted, tape);
  const first = scale === undefined ? tf.ones(value.shape) : tf.clone(scale);
  const gradients = new Map<number, tf.Tensor>([[value.id, first]]);
  for (const node of tape.toReversed()) {
    const dys = node.outputs.map((output) => gradients.get(output.id) ?? null);
    const inputs = Object.entries(node.inputs).filter(([, input]) => dependent.has(input.id));
    if (inputs.length > 0 && dys.some((dy) => dy !== null)) {
      const dxs = inputGradients(node, dys, inputs, gradients);
      inputs.forEach(([, input], i) => addTo(gradients, input.id, dxs[i]));
    }
    for (const { id } of node.outputs) {
      if (wanted.has(id)) continue;
      gradients.get(id)?.dispose();
      gradients.delete(id);
    }
    tf.dispose([...node.saved]);
  }
  return xs.map(({ id }) => gradients.get(id));
}

/** Ids of all tensors that depend on the wanted ones, which are among them. */
function dependentOn(wanted: ReadonlySet<number>, tape: readonly TapeNode[]): ReadonlySet<number> {
  const dependent = new Set(wanted);
  for (const { inputs, outputs } of tape) {
    if (!Object.values(inputs).some(({ id }) => dependent.has(id))) continue;
    for (const { id } of outputs) dependent.add(id);
  }
  return dependent;
}

function inputGradients(
  { kernelName, gradient }: TapeNode,
  dys: (tf.Tensor | null)[],
  inputs: readonly (readonly [name: string, input: tf.Tensor])[],
  sums: ReadonlyMap<number, tf.Tensor>,
): { dx: tf.Tensor; added: boolean }[] {
  if (gradient === undefined) throw new Error(`The kernel '${kernelName}' has no gradient.`);
  return tf.tidy(() => {
    const functions = gradient(dys);
    return inputs.map(([name, input]) => {
      if (!(name in functions)) {
        throw new Error(`The gradient of kernel '${kernelName}' has none for its input '${name}'.`);
      }
      const { result: dx, added } = offerSum(kernelName, sumFor(input, inputs, sums), functions[name]);
      if (dx.dtype !== "float32" || !tf.util.arraysEqual(dx.shape, input.shape)) {
        throw new Error(
          `The gradient of kernel '${kernelName}' for its input '${name}' must be float32 [${input.shape}], ` +
            `got ${dx.dtype} [${dx.shape}].`,
        );
      }
      // dy is disposed below.
      return { dx: dys.includes(dx) ? tf.clone(dx) : dx, added };
    });
  });
}

/** What is known of an input's gradient; of one that is an input twice, the two would both add to it. */
function sumFor(
  { id }: tf.Tensor,
  inputs: readonly (readonly [name: string, input: tf.Tensor])[],
  sums: ReadonlyMap<number, tf.Tensor>,
): tf.Tensor | undefined {
  return inputs.filter(([, input]) => input.id === id).length === 1 ? sums.get(id) : undefined;
}

/** Consumes the gradient, which may have been added to what is there. */
function addTo(
  gradients: Map<number, tf.Tensor>,
  id: number,
  { dx, added }: { dx: tf.Tensor; added: boolean },
): void {
  const before = gradients.get(id);
  if (before === undefined || added) {
    gradients.set(id, dx);
    before?.dispose();
    return;
  }
  gradients.set(id, tf.add(before, dx));
  before.dispose();
  dx.dispose();
}
