import * as tf from "@tensorflow/tfjs-core";
import { ContrastiveError, OutOfMemoryError } from "@contrastive/core";
import { valueAuxAndGrads } from "@contrastive/ops";
import { embed, gradientStep, type StepInput, type StepOutput } from "./gradient-step.js";

/** What the way back needs besides what the forward pass has left, and room for the loss. */
const RESERVE = 1.4;

/** As `gradientStep`; where memory ends, the error says which chunk would fit. */
export function gradientStepThatFits(input: StepInput): StepOutput {
  try {
    return gradientStep(input);
  } catch (error) {
    if (!(error instanceof OutOfMemoryError)) throw error;
    throw new ContrastiveError({ ...error.complaint, fix: advice(input, error.limit), cause: error });
  }
}

function advice(input: StepInput, limit: number): string {
  const size = Math.min(input.chunkSize, input.batch);
  const fitting = chunkThatFits(input, limit);
  const before = `${size} samples went through the encoder at a time`;
  if (fitting === undefined || fitting >= size) return `${before}: set a smaller "chunkSize"`;
  if (fitting < 1)
    return `${before}, and not even one fits: use smaller images, a smaller encoder, or fewer views`;
  return `${before}: "chunkSize": ${fitting} would fit, or "batchSize": ${fitting} without chunks`;
}

/** Samples whose activations fit, by those of one and of two; undefined on a backend that does not say what it has in use. */
function chunkThatFits(input: StepInput, limit: number): number | undefined {
  const inUse = heapBytes();
  if (inUse === undefined || input.batch < 2) return undefined;
  try {
    const one = bytesOf(input, 1);
    const each = bytesOf(input, 2) - one;
    if (each <= 0) return undefined;
    return Math.floor(((limit - inUse) / RESERVE - (one - each)) / each);
  } catch (error) {
    if (error instanceof OutOfMemoryError) return 0;
    // Such as batch normalisation of one value: an estimate is not worth an error of its own.
    return undefined;
  }
}

/** What a forward pass of some samples leaves for the way back. */
function bytesOf(input: StepInput, size: number): number {
  const before = heapBytes()!;
  let after = before;
  const { value, grads } = valueAuxAndGrads((weights) => {
    const { embeddings } = embed(input, weights, input.buffers, { start: 0, size });
    after = heapBytes()!;
    return { value: tf.sum(embeddings.projection ?? embeddings.representation!) as tf.Scalar };
  }, input.weights);
  tf.dispose([value, grads]);
  return after - before;
}

function heapBytes(): number | undefined {
  // Our backends add it to what tfjs knows.
  return (tf.memory() as tf.MemoryInfo & { heapBytes?: number }).heapBytes;
}
