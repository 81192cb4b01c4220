import * as tf from "@tensorflow/tfjs-core";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../wasm.js";

const sizes: Readonly<Record<string, number>> = { a: 2, b: 3, c: 4, d: 5, e: 1, f: 6 };

/** Batches, sums and axes of one tensor alone: several, in every order, and none. */
const equations = [
  "ab->",
  "ab->a",
  "abc->ca",
  "abc->abc",
  "cab->bac",
  "a,b->ab",
  "a,b->ba",
  "a,a->a",
  "a,a->",
  "ab,ab->",
  "ab,ab->a",
  "ab,ba->b",
  "ab,bc->ac",
  "ab,bc->ca",
  "ab,cb->ac",
  "ba,bc->ac",
  "ba,cb->ca",
  "abc,cd->abd",
  "abc,dc->dab",
  "abc,abd->acd",
  "abc,adc->abd",
  "acb,adc->bad",
  "abc,bad->acdb",
  "abcd,abfd->abcf",
  "abcd,acfb->abdf",
  "abcd,bacf->fd",
  "abcd,dcba->",
  "abcd,dcba->bd",
  "abc,def->fae",
  "abc,d->b",
  "ae,ef->af",
  "ab,->ab",
  ",->",
];

describe("einsum", () => {
  beforeAll(async () => void (await wasm().init()));

  describe.each(["float32", "int32"] as const)("of %s", (dtype) => {
    test.each(equations)("%s", async (equation) => {
      const terms = equation.split("->")[0].split(",");
      const values = terms.map((term, i) => {
        const count = tf.util.sizeFromShape(shapeOf(term));
        const uniform = seededValues(`${i}`, count);
        return dtype === "int32" ? uniform.map((u) => Math.round(5 * u)) : uniform;
      });
      const expected = inLoops(equation, values);
      await expectNoLeak(() =>
        tf.tidy(() => {
          const inputs = terms.map((term, i) => tf.tensor(values[i], shapeOf(term), dtype));
          const result = tf.einsum(equation, ...inputs);
          expect(result.shape).toEqual(shapeOf(equation.split("->")[1]));
          expect(result.dtype).toBe(dtype);
          expectClose(result.dataSync(), expected);
        }),
      );
    });
  });
});

function shapeOf(term: string): number[] {
  return [...term].map((label) => sizes[label]);
}

function inLoops(equation: string, inputs: readonly ArrayLike<number>[]): Float64Array {
  const [left, output] = equation.split("->");
  const terms = left.split(",");
  const labels = [...new Set(left.replace(",", ""))];
  const sums = new Float64Array(tf.util.sizeFromShape(shapeOf(output)));
  const at: Record<string, number> = {};
  const offset = (term: string) => [...term].reduce((sum, label) => sum * sizes[label] + at[label], 0);
  for (let n = 0; n < tf.util.sizeFromShape(shapeOf(labels.join(""))); n++) {
    let rest = n;
    for (const label of labels) {
      at[label] = rest % sizes[label];
      rest = Math.floor(rest / sizes[label]);
    }
    sums[offset(output)] += terms.reduce((product, term, i) => product * inputs[i][offset(term)], 1);
  }
  return sums;
}
