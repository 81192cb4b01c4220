import * as tf from "@tensorflow/tfjs-core";
import { defineOp } from "./op.js";

/** The attributes of the kernels `Gelu` (`x` → y) and `GeluGrad` (`dy`, `x` → dx). */
export interface GeluAttributes {
  readonly version: 1;
  /** `"erf"` is exact; `"tanh"` is the approximation that GPT and BERT have. */
  readonly form: "erf" | "tanh";
}

/**
 * The Gaussian error linear unit, x · Φ(x), with Φ the normal distribution: Hendrycks & Gimpel 2016, arXiv 1606.08415.
 *
 * `form: "tanh"` takes Φ(x) ≈ (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2.
 */
export function gelu<T extends tf.Tensor>(
  x: T,
  { form = "erf" }: { readonly form?: GeluAttributes["form"] } = {},
): T {
  return unit({ x }, { version: 1, form })[0] as T;
}

const ROOT_HALF = Math.SQRT1_2;
const DENSITY_AT_0 = 1 / Math.sqrt(2 * Math.PI);
const SLOPE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

const unit = defineOp<{ x: tf.Tensor }, GeluAttributes>({
  name: "Gelu",
  reference: ({ x }, { form }) => [tf.mul(x, distribution(x, form))],
  gradient: {
    saveInputs: ["x"],
    backward: ([dy], [x], attributes) => ({ x: unitGrad({ dy, x }, attributes)[0] }),
  },
});

const unitGrad = defineOp<{ dy: tf.Tensor; x: tf.Tensor }, GeluAttributes>({
  name: "GeluGrad",
  // d(x·Φ) = Φ + x·Φ′
  reference: ({ dy, x }, { form }) => [
    tf.mul(dy, tf.add(distribution(x, form), tf.mul(x, density(x, form)))),
  ],
});

/** Φ */
function distribution(x: tf.Tensor, form: GeluAttributes["form"]): tf.Tensor {
  const odd = form === "erf" ? tf.erf(tf.mul(x, ROOT_HALF)) : tanhOf(x);
  return tf.mul(tf.add(odd, 1), 0.5);
}

/** Φ′ */
function density(x: tf.Tensor, form: GeluAttributes["form"]): tf.Tensor {
  const square = tf.square(x);
  if (form === "erf") return tf.mul(tf.exp(tf.mul(square, -0.5)), DENSITY_AT_0);
  const inner = tf.mul(tf.add(tf.mul(square, 3 * CUBIC), 1), SLOPE / 2);
  return tf.mul(tf.sub(1, tf.square(tanhOf(x))), inner);
}

function tanhOf(x: tf.Tensor): tf.Tensor {
  return tf.tanh(tf.mul(tf.add(x, tf.mul(tf.mul(x, tf.square(x)), CUBIC)), SLOPE));
}
