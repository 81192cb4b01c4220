import * as tf from "@tensorflow/tfjs-core";
import { ContrastiveError, type MeasuresMemory, OutOfMemoryError } from "@contrastive/core";
import { valueAuxAndGrads } from "@contrastive/ops";
import { embed, gradientStep, type StepInput, type StepOutput } from "./gradient-step.js";

/** Of the free memory: the heap has gaps, and scratch memory grows with the chunk in steps. */
const SHARE = 0.65;

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

/** Samples that fit, by what one and two need; undefined on a backend that does not say what it has in use. */
function chunkThatFits(input: StepInput, limit: number): number | undefined {
  const backend = tf.backend() as Partial<MeasuresMemory>;
  if (backend.usedBytes === undefined || backend.peakBytes === undefined || input.batch < 2) return undefined;
  const free = limit - backend.usedBytes();
  const peakOf = (size: number) => backend.peakBytes!(() => passThrough(input, size)) - backend.usedBytes!();
  try {
    // What is kept for the next step, such as scratch memory, is there from the second time on.
    passThrough(input, 2);
    const one = peakOf(1);
    const each = peakOf(2) - one;
    if (each <= 0) return undefined;
    return Math.floor((SHARE * free - (one - each)) / each);
  } catch (error) {
    if (error instanceof OutOfMemoryError) return 0;
    // Such as batch normalisation of one value: an estimate is not worth an error of its own.
    return undefined;
  }
}

/** Some samples, there and back. */
function passThrough(input: StepInput, size: number): void {
  const { value, grads } = valueAuxAndGrads((weights) => {
    const { embeddings } = embed(input, weights, input.buffers, { start: 0, size });
    return { value: tf.sum(embeddings.projection ?? embeddings.representation!) as tf.Scalar };
  }, input.weights);
  tf.dispose([value, grads]);
}
