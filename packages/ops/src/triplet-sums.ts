import * as tf from "@tensorflow/tfjs-core";
import { defineOp } from "./op.js";
import { mapProducts } from "./pairs/products.js";
import { type PairSimilarity, pulledBy, squaredLengths } from "./pairs/similarity.js";
import { tripletSumsOfTile, tripletSumsOfTileGrad } from "./triplet-sums/tile.js";

export interface TripletSumsAttributes {
  /** A kernel refuses a version that it does not know. */
  readonly version: 1;
  readonly similarity: PairSimilarity;
  /** Which of an anchor's triplets. */
  readonly mining: "all" | "semi-hard" | "hard";
  readonly margin: number;
  /** What becomes of a violation u: max(0, u), or the softplus log(1 + e^u), which knows no semi-hard triplets. */
  readonly hinge: "relu" | "softplus";
}

export type TripletSumsOutputs = {
  /** `[n]`: the sum over each anchor's triplets; the only output with a gradient. */
  readonly sums: tf.Tensor1D;
  /** float32 `[n]`: how many of them have a part in it. */
  readonly active: tf.Tensor1D;
  /** float32 `[n]`: how many could have: |P_i| |N_i|, or at most one where only the hardest counts. */
  readonly possible: tf.Tensor1D;
};

/**
 * Sums over the triplets of each row i of x `[n, d]` with a row p of its label (int32 `[n]`) and a row n of another:
 *
 *     s_ij    x_i·x_j, −‖x_i − x_j‖ or −‖x_i − x_j‖²
 *     u_ipn = s_in − s_ip + margin
 *     sum_i   Σ max(0, u_ipn)  or  Σ log(1 + e^u_ipn)
 *
 * over all p and n; "semi-hard": those with s_ip − margin < s_in < s_ip; "hard": the least similar p and the most
 * similar n. With max(0, u) nothing has n³ elements and the work is n² log n: a sorted row says how many negatives
 * violate a positive, c_p, and how many positives a negative violates, c_n, and
 *
 *     sum_i = Σ_p c_p (margin − s_ip) + Σ_n c_n s_in
 *
 * The softplus of all triplets takes n³, a few MiB at a time. The gradient of a distance 0 is 0.
 *
 * Kernels: `TripletSums` (`x`, `labels` → sums, active, possible) and `TripletSumsGrad` (`x`, `labels`, `dSums` → dx).
 * Their references call the kernels `TripletSumsOfTile` and `TripletSumsOfTileGrad` on the products of some rows with
 * all.
 */
export function tripletSums(
  x: tf.Tensor2D,
  labels: tf.Tensor1D,
  attributes: TripletSumsAttributes,
): TripletSumsOutputs {
  if (attributes.mining === "semi-hard" && attributes.hinge === "softplus") {
    throw new Error('tripletSums: hinge "softplus" has no margin that would end what is semi-hard');
  }
  return tf.tidy(() => {
    const [sums, active, possible] = forward({ x, labels }, attributes) as tf.Tensor1D[];
    return { sums, active, possible };
  });
}

type TripletSumsInputs = { x: tf.Tensor2D; labels: tf.Tensor1D };

const forward = defineOp<TripletSumsInputs, TripletSumsAttributes>({
  name: "TripletSums",
  reference({ x, labels }, attributes) {
    const squares = squaredLengths(x);
    const parts = mapProducts(x, ({ begin, products }) =>
      tripletSumsOfTile({ products, squares, labels }, { ...attributes, begin }),
    );
    return parts[0].map((_, i) => tf.concat(parts.map((part) => part[i])));
  },
  gradient: {
    saveInputs: ["x", "labels"],
    backward: ([dSums], [x, labels], attributes) => ({
      x: backward(
        { x: x as tf.Tensor2D, labels: labels as tf.Tensor1D, dSums: dSums as tf.Tensor1D },
        attributes,
      )[0],
    }),
  },
});

const backward = defineOp<TripletSumsInputs & { dSums: tf.Tensor1D }, TripletSumsAttributes>({
  name: "TripletSumsGrad",
  reference({ x, labels, dSums }, attributes) {
    const squares = squaredLengths(x);
    // [d, n], so that no product has a transposed operand, which is slow on stock WASM.
    let onOthers: tf.Tensor = tf.zeros([x.shape[1], x.shape[0]]);
    const parts = mapProducts(x, ({ begin, own, products }) => {
      const inputs = { products, squares, labels, dSums };
      const [forces] = tripletSumsOfTileGrad(inputs, { ...attributes, begin }) as tf.Tensor2D[];
      const before = onOthers;
      onOthers = tf.keep(tf.add(before, pullOnOthers(forces, own, x, attributes)));
      before.dispose();
      return pulledBy(forces, own, x, attributes.similarity);
    });
    const dx = tf.add(tf.concat2d(parts, 0), tf.transpose(onOthers));
    onOthers.dispose();
    return [dx];
  },
});

/** What the forces of some rows do to the rows at their other end, `[d, n]`. */
function pullOnOthers(
  forces: tf.Tensor2D,
  own: tf.Tensor2D,
  all: tf.Tensor2D,
  { similarity }: TripletSumsAttributes,
): tf.Tensor {
  const towards = tf.matMul(tf.transpose(own), forces);
  if (similarity === "product") return towards;
  return tf.sub(towards, tf.mul(tf.transpose(all), tf.sum(forces, 0, true)));
}
