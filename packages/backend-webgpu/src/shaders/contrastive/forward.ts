import { declare } from "../bindings.js";
import type { Dispatch } from "../dispatch.js";
import { keyOf, type LossCode, type LossSizes } from "./loss.js";
import { sideReads, sizesOf, sizesStruct, splitsOf } from "./sides.js";
import { streamedCode } from "./streamed.js";
import { sumsCode } from "./sums.js";

/** What a pass over the contrasts leaves: `partial`, float32 `[splits, anchors, width]`. */
export interface Pass {
  readonly dispatch: Dispatch;
  readonly splits: number;
}

/** Sums of exponentials, relative to their maximum, over splits of the contrasts. Reads what both sides have. */
export function forwardOf(loss: LossCode, sizes: LossSizes): Pass {
  const splits = splitsOf(sizes.anchors, sizes.contrasts);
  return {
    splits: splits.splits,
    dispatch: {
      name: "contrastive/forward",
      key: keyOf(loss),
      code: () => code(loss),
      uniforms: sizesOf(sizes, splits, "anchors"),
      grid: [splits.tiles, splits.splits],
    },
  };
}

function code(loss: LossCode): string {
  const sides = { ...loss, oneSet: false };
  return `
${sumsCode(loss)}
${declare({ reads: sideReads(sides), writes: { partial: "Sums" }, uniforms: sizesStruct })}
${streamedCode(sides, {
  state: "Sums",
  empty: "nothing()",
  merged: "joined",
  take: "sums[i] = taken(sums[i], products, positive, negative);",
})}`;
}
