import * as tf from "@tensorflow/tfjs-core";
import { floats, kernel, zeros } from "./kernel.js";

/** Sums of the rows that share a segment; a negative segment is left out. The gradient of gather is one. */
export const unsortedSegmentSum = kernel<"x" | "segmentIds", tf.UnsortedSegmentSumAttrs>(
  tf.UnsortedSegmentSum,
  ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
    const rowShape = x.shape.slice(segmentIds.rank);
    const row = tf.util.sizeFromShape(rowShape);
    // Like the other backends of tfjs, sums in float32 whatever the type.
    const output = zeros(backend, [numSegments, ...rowShape]);
    const segments = backend.typedArrayFromHeap(segmentIds);
    const values = backend.typedArrayFromHeap(x);
    const sums = floats(backend, output);
    for (let i = 0; i < segments.length; i++) {
      const segment = segments[i];
      if (segment < 0 || segment >= numSegments) continue;
      for (let j = 0; j < row; j++) sums[segment * row + j] += values[i * row + j];
    }
    return output;
  },
);
