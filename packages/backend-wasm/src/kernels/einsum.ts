import * as tf from "@tensorflow/tfjs-core";
import { contract } from "./einsum/contract.js";
import { arrange, type Term } from "./einsum/term.js";
import { kernel } from "./kernel.js";

/** Einstein summation over one or two tensors, as a matrix product that moves as little as it can. */
export const einsum = kernel<never, tf.EinsumAttrs>(tf.Einsum, ({ inputs, attrs: { equation } }) =>
  tf.tidy(() => {
    const tensors: readonly tf.Tensor[] = Object.values(inputs);
    const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, [...tensors]);
    const outRank = allDims.length - summedDims.length;
    // An axis of one tensor alone that the output lacks is summed at once.
    const terms = tensors.map((tensor, i): Term => {
      const lonely = idDims[i].filter(
        (id) => id >= outRank && idDims.every((ids, j) => j === i || !ids.includes(id)),
      );
      return {
        tensor:
          lonely.length === 0
            ? tensor
            : tf.sum(
                tensor,
                lonely.map((id) => idDims[i].indexOf(id)),
              ),
        ids: idDims[i].filter((id) => !lonely.includes(id)),
      };
    });
    const result = terms.length === 1 ? terms[0] : contract(terms[0], terms[1], outRank);
    return arrange(
      result,
      [...result.ids].sort((a, b) => a - b),
    );
  }),
);
