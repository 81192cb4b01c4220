import { compiledImageBatches, type ImageProgramAttributes, runImagePrograms } from "@contrastive/ops";
import { packBatch } from "./pack-batch.js";
import { createBatchRunner } from "./run-batch.js";

/** Makes the values of all programs' images, one after the other. */
export type ImageExecutor = (attributes: ImageProgramAttributes) => Float32Array<ArrayBuffer>;

/** Runs image programs by the compiled module on the calling thread. */
export function createImageExecutor(module: WebAssembly.Module): ImageExecutor {
  const run = createBatchRunner(module);

  return (attributes) => {
    const { height, width, channels } = attributes.output;
    const { batches, rest } = compiledImageBatches(attributes);
    const values = new Float32Array(attributes.programs.length * height * width * channels);
    if (values.length === 0) return values;
    for (const batch of batches) run(packBatch(batch, attributes, 0), values);
    runImagePrograms(attributes, values, rest);
    return values;
  };
}
