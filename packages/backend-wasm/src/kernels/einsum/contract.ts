import * as tf from "@tensorflow/tfjs-core";
import { arrange, countOf, sizesOf, type Term } from "./term.js";

/** The product of two terms, summed over the labels that both have and the output lacks. */
export function contract(a: Term, b: Term, outRank: number): Term {
  const shared = a.ids.filter((id) => b.ids.includes(id));
  const batch = shared.filter((id) => id < outRank);
  const summed = shared.filter((id) => id >= outRank);
  const groups = { batch, summed, onlyA: without(a.ids, shared), onlyB: without(b.ids, shared) };
  const pointwise = countOf(a, groups.onlyA) * countOf(b, groups.onlyB) === 1;
  const products = a.tensor.dtype === "float32" && b.tensor.dtype === "float32";
  return summed.length === 0 || pointwise || !products
    ? multiplyAndSum(a, b, groups)
    : multiplyMatrices(plansOf(a, b, groups).reduce((best, plan) => (plan.cost < best.cost ? plan : best)));
}

interface Groups {
  readonly batch: readonly number[];
  readonly summed: readonly number[];
  readonly onlyA: readonly number[];
  readonly onlyB: readonly number[];
}

/** For products that no matrix product computes well, or at all. */
function multiplyAndSum(a: Term, b: Term, { batch, summed, onlyA, onlyB }: Groups): Term {
  const [outer, inner] = [countOf(a, batch), countOf(a, summed)];
  const left = tf.reshape(arrange(a, [...batch, ...onlyA, ...summed]), [outer, countOf(a, onlyA), 1, inner]);
  const right = tf.reshape(arrange(b, [...batch, ...onlyB, ...summed]), [outer, 1, countOf(b, onlyB), inner]);
  const product =
    summed.length === 0
      ? tf.mul(tf.squeeze(left, [3]), tf.squeeze(right, [3]))
      : tf.sum(tf.mul(left, right), 3);
  return {
    tensor: tf.reshape(product, [...sizesOf(a, batch), ...sizesOf(a, onlyA), ...sizesOf(b, onlyB)]),
    ids: [...batch, ...onlyA, ...onlyB],
  };
}

/** A way to compute the matrix product. */
interface Plan {
  readonly left: Operand;
  readonly right: Operand;
  readonly batch: readonly number[];
  /** Values that transposes must move. */
  readonly cost: number;
}

interface Operand {
  readonly term: Term;
  readonly order: readonly number[];
  readonly transposed: boolean;
  /** The labels that the other operand lacks. */
  readonly only: readonly number[];
}

/** Either term on the left, either matrix transposed, shared labels in the order of either term. */
function plansOf(a: Term, b: Term, groups: Groups): readonly Plan[] {
  const orders = (labels: readonly number[]) => [labels, b.ids.filter((id) => labels.includes(id))];
  return orders(groups.batch).flatMap((batch) =>
    orders(groups.summed).flatMap((summed) =>
      operandsOf(a, groups.onlyA, batch, summed).flatMap((first) =>
        operandsOf(b, groups.onlyB, batch, summed).flatMap((second) => [
          planOf(first, second, batch),
          planOf(second, first, batch),
        ]),
      ),
    ),
  );
}

function operandsOf(
  term: Term,
  only: readonly number[],
  batch: readonly number[],
  summed: readonly number[],
): readonly Operand[] {
  return [
    { term, only, order: [...batch, ...only, ...summed], transposed: false },
    { term, only, order: [...batch, ...summed, ...only], transposed: true },
  ];
}

function planOf(left: Operand, right: Operand, batch: readonly number[]): Plan {
  const out = [...batch, ...left.only, ...right.only];
  const outSize = countOf(left.term, [...batch, ...left.only]) * countOf(right.term, right.only);
  const cost =
    (inOrder(left.term.ids, left.order) ? 0 : left.term.tensor.size) +
    (inOrder(right.term.ids, right.order) ? 0 : right.term.tensor.size) +
    (inOrder(
      out,
      out.toSorted((x, y) => x - y),
    )
      ? 0
      : outSize);
  return { left, right, batch, cost };
}

function multiplyMatrices({ left, right, batch }: Plan): Term {
  // A right matrix that is not transposed has the summed axes first, which `Operand` calls transposed.
  const product = tf.matMul(
    matrices(left, batch),
    matrices(right, batch),
    left.transposed,
    !right.transposed,
  );
  return {
    tensor: tf.reshape(product, [
      ...sizesOf(left.term, batch),
      ...sizesOf(left.term, left.only),
      ...sizesOf(right.term, right.only),
    ]),
    ids: [...batch, ...left.only, ...right.only],
  };
}

function matrices({ term, order, transposed, only }: Operand, batch: readonly number[]): tf.Tensor {
  const outer = countOf(term, batch);
  const rows = countOf(term, only);
  const inner = countOf(term, without(order, [...batch, ...only]));
  return tf.reshape(arrange(term, order), transposed ? [outer, inner, rows] : [outer, rows, inner]);
}

function without(labels: readonly number[], others: readonly number[]): readonly number[] {
  return labels.filter((id) => !others.includes(id));
}

function inOrder(ids: readonly number[], order: readonly number[]): boolean {
  return ids.every((id, i) => id === order[i]);
}
