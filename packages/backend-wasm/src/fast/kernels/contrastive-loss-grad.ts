import type { ContrastiveLossKernelAttributes, ContrastiveLossStatistics } from "@contrastive/ops";
import type * as tf from "@tensorflow/tfjs-core";
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
  type Side,
  tasksOf,
} from "../contrastive/sides.js";
import { runtimeOf } from "../fast-kernel.js";
import type { Runtime } from "../runtime.js";

type Statistics = Readonly<Record<keyof ContrastiveLossStatistics | "dPerAnchor", tf.Tensor>>;

/** Anchors of a task of `contrastiveFactors`. */
const FACTORS_PER_TASK = 4096;

/** What stands in the lanes, in the numbers of the compiled kernel. */
const ANCHORS = 1;
const CONTRASTS = 2;

/** Kernel `ContrastiveLossGrad` of @contrastive/ops. */
export const contrastiveLossGrad = kernel<
  keyof ContrastiveInputs | keyof Statistics,
  ContrastiveLossKernelAttributes
>("ContrastiveLossGrad", ({ inputs, attrs, backend, stock }) => {
  const runtime = runtimeOf(backend);
  if (runtime === undefined) return stock();
  const dim = dimOf(inputs);
  const dAnchors = runtime.output(inputs.anchors.shape);
  const [anchors, contrasts] = [anchorSide(runtime, inputs), contrastSide(runtime, inputs)];
  const { factors, limits, packed, across } = runtime.workspace({
    factors: bytes(5, anchors.rows),
    limits: bytes(anchors.rows),
    ...packedSizes(runtime, Math.max(anchors.rows, contrasts.rows), dim),
  });
  findFactors(runtime, inputs, attrs, factors);
  const loss = {
    ...lossArguments(attrs),
    limits: findLimits(runtime, anchors, contrasts, attrs.positivesCap, limits),
    factors,
  };
  const differentiate = (sides: number, own: Side, other: Side, gradient: tf.TensorInfo) => {
    pack(runtime, other, dim, packed, across);
    const to = { sides, dim, packed, across, gradient: runtime.addressOf(gradient) };
    const args = { ...facing(own, other), ...loss, ...to };
    runtime.run("contrastiveGradient", tasksOf(own), args, scratchBytes(runtime, own, dim));
  };
  if (attrs.oneSet) {
    // Both gradients are of one tensor, and their sum takes half of the work.
    differentiate(ANCHORS + CONTRASTS, anchors, contrasts, dAnchors);
    return [dAnchors];
  }
  const dContrasts = runtime.output(inputs.contrasts.shape);
  differentiate(ANCHORS, anchors, contrasts, dAnchors);
  differentiate(CONTRASTS, contrasts, anchors, dContrasts);
  return [dAnchors, dContrasts];
});

function findFactors(
  runtime: Runtime,
  inputs: Statistics,
  attrs: ContrastiveLossKernelAttributes,
  factors: number,
): void {
  const anchors = inputs.dPerAnchor.size;
  const { temperature, inside } = lossArguments(attrs);
  runtime.run("contrastiveFactors", Math.ceil(anchors / FACTORS_PER_TASK), {
    anchors,
    temperature,
    inside,
    dPerAnchor: runtime.addressOf(inputs.dPerAnchor),
    positiveCount: runtime.addressOf(inputs.positiveCount),
    maximum: runtime.addressOf(inputs.maximum),
    logDenominator: runtime.addressOf(inputs.logDenominator),
    logPositives: runtime.addressOf(inputs.logPositives),
    denominatorWeight: runtime.addressOf(inputs.denominatorWeight),
    factors,
  });
}
