import type { CompiledImageBatch, ImageProgramAttributes } from "@contrastive/ops";
import type { PackedBatch } from "./run-batch.js";

/** A batch whose first program is the one at `start` among all, with its images' bytes beside each other. */
export function packBatch(
  { places, offsets, bytes, table, steps, largest, side }: CompiledImageBatch,
  { output, normalize }: Pick<ImageProgramAttributes, "output" | "normalize">,
  start: number,
): PackedBatch {
  const packed = new Uint8Array(bytes);
  for (const [image, offset] of offsets) packed.set(image.data, offset);
  return {
    table,
    steps,
    largest,
    side,
    bytes: packed,
    places: start === 0 ? places : places.map((place) => start + place),
    output,
    scaling: normalize === undefined ? [] : [...normalize.mean, ...normalize.std],
  };
}
