import type { ContrastiveLossKernelAttributes } from "@contrastive/ops";
import { bytes } from "../bytes.js";
import { kernel } from "../../kernels/kernel.js";
import { lossArguments } from "../contrastive/attributes.js";
import { findLimits, pack, packedSizes } from "../contrastive/prepare.js";
import {
  anchorSide,
  type ContrastiveInputs,
  contrastSide,
  dimOf,
  facing,
  scratchBytes,
  tasksOf,
} from "../contrastive/sides.js";
import { runtimeOf } from "../fast-kernel.js";

/** Kernel `ContrastiveLoss` of @contrastive/ops. */
export const contrastiveLoss = kernel<keyof ContrastiveInputs, ContrastiveLossKernelAttributes>(
  "ContrastiveLoss",
  ({ inputs, attrs, backend, stock }) => {
    const runtime = runtimeOf(backend);
    if (runtime === undefined) return stock();
    const [anchors, contrasts] = [anchorSide(runtime, inputs), contrastSide(runtime, inputs)];
    const dim = dimOf(inputs);
    const outputs = Array.from({ length: 7 }, () => runtime.output([anchors.rows]));
    const [perAnchor, positiveCount, positiveSimilarity, ...statistics] = outputs.map(runtime.addressOf);
    const [maximum, logDenominator, logPositives, denominatorWeight] = statistics;
    const { packed, limits } = runtime.workspace({
      packed: packedSizes(runtime, contrasts.rows, dim).packed,
      limits: bytes(anchors.rows),
    });
    pack(runtime, contrasts, dim, packed, 0);
    runtime.run(
      "contrastiveForward",
      tasksOf(anchors),
      {
        ...facing(anchors, contrasts),
        ...lossArguments(attrs),
        dim,
        packed,
        limits: findLimits(runtime, anchors, contrasts, attrs.positivesCap, limits),
        perAnchor,
        positiveCount,
        positiveSimilarity,
        maximum,
        logDenominator,
        logPositives,
        denominatorWeight,
      },
      scratchBytes(runtime, anchors, dim),
    );
    return outputs;
  },
);
