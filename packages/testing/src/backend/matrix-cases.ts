import * as tf from "@tensorflow/tfjs-core";
import { type OpCase, sizeOf } from "./case.js";

interface Product {
  readonly batch: readonly number[];
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

const products: readonly Product[] = [
  { batch: [], rows: 3, inner: 4, columns: 5 },
  { batch: [], rows: 1, inner: 7, columns: 1 },
  { batch: [], rows: 5, inner: 1, columns: 3 },
  { batch: [3], rows: 2, inner: 5, columns: 4 },
  { batch: [1], rows: 4, inner: 3, columns: 2 },
  { batch: [2, 3], rows: 3, inner: 2, columns: 3 },
];

/** Large enough for a fast path; compared with the plain JavaScript backend. */
const largeProducts: readonly Product[] = [
  { batch: [], rows: 37, inner: 41, columns: 43 },
  { batch: [2], rows: 103, inner: 104, columns: 105 },
];

const transposes = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

export const matrixCases: readonly OpCase[] = [
  ...products.flatMap((product) => transposes.map((transposed) => matMul(product, transposed))),
  ...largeProducts.flatMap((product) =>
    transposes.map((transposed) => ({ ...matMul(product, transposed), reference: undefined })),
  ),
  einsum("ij,jk->ik", { i: 3, j: 4, k: 5 }),
  einsum("ij,kj->ki", { i: 3, j: 4, k: 5 }),
  einsum("bij,bkj->bik", { b: 2, i: 3, j: 4, k: 5 }),
  einsum("bhid,bhjd->bhij", { b: 2, h: 3, i: 4, j: 5, d: 2 }),
  einsum("ij,ij->ij", { i: 3, j: 4 }),
  einsum("ij,ij->j", { i: 3, j: 4 }),
  einsum("i,j->ji", { i: 3, j: 4 }),
  einsum("ijk,jl->i", { i: 2, j: 3, k: 4, l: 2 }),
  einsum("ij,ij->", { i: 3, j: 4 }),
  einsum("i,j->ji", { i: 3, j: 4 }),
  einsum("ij,ij->i", { i: 3, j: 4 }),
  einsum("ij,ji->j", { i: 3, j: 4 }),
  einsum("ji,jk->ki", { i: 3, j: 4, k: 5 }),
  einsum("bhij,bhjd->bihd", { b: 2, h: 3, i: 4, j: 5, d: 2 }),
  einsum("abij,cjbi->ac", { a: 2, b: 3, c: 4, i: 5, j: 2 }),
  einsum("aib,bja->ij", { a: 2, b: 3, i: 4, j: 5 }),
  einsum("ijk->ki", { i: 2, j: 3, k: 4 }),
  einsum("ij->", { i: 3, j: 4 }),
];

function matMul(
  { batch, rows, inner, columns }: Product,
  [transposeA, transposeB]: readonly [boolean, boolean],
): OpCase {
  const a = [...batch, ...(transposeA ? [inner, rows] : [rows, inner])];
  const b = [...batch, ...(transposeB ? [columns, inner] : [inner, columns])];
  return {
    name: `matMul [${a}]${transposeA ? "ᵀ" : ""} x [${b}]${transposeB ? "ᵀ" : ""}`,
    inputs: [a, b],
    compute: (x, y) => tf.matMul(x, y, transposeA, transposeB),
    reference: (x, y) => {
      const count = sizeOf(batch);
      const output = new Float64Array(count * rows * columns);
      for (let n = 0; n < count; n++) {
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            for (let k = 0; k < inner; k++) {
              output[(n * rows + i) * columns + j] +=
                x[n * rows * inner + (transposeA ? k * rows + i : i * inner + k)] *
                y[n * inner * columns + (transposeB ? j * inner + k : k * columns + j)];
            }
          }
        }
      }
      return output;
    },
  };
}

/** tfjs has no gradient of einsum. */
function einsum(equation: string, sizes: Readonly<Record<string, number>>): OpCase {
  const [left, output] = equation.split("->");
  const terms = left.split(",");
  const labels = Object.keys(sizes);
  return {
    name: `einsum ${equation}`,
    inputs: terms.map((term) => [...term].map((label) => sizes[label])),
    differentiable: false,
    compute: (...inputs) => tf.einsum(equation, ...inputs),
    reference: (...inputs) => {
      const sums = new Float64Array(sizeOf([...output].map((label) => sizes[label])));
      const total = sizeOf(Object.values(sizes));
      for (let n = 0; n < total; n++) {
        const at: Record<string, number> = {};
        let rest = n;
        for (const label of labels) {
          at[label] = rest % sizes[label];
          rest = Math.floor(rest / sizes[label]);
        }
        const offset = (term: string) => [...term].reduce((sum, label) => sum * sizes[label] + at[label], 0);
        sums[offset(output)] += terms.reduce((product, term, i) => product * inputs[i][offset(term)], 1);
      }
      return sums;
    },
  };
}
