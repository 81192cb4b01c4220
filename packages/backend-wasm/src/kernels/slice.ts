import * as tf from "@tensorflow/tfjs-core";
import { kernel } from "./kernel.js";

/** Below it a loop is faster than a call that copies memory. */
const SHORT = 64;

/** A slice that reads what it returns: the stock kernel first copies the whole of its input. */
export const slice = kernel<"x", tf.SliceAttrs>(tf.Slice, ({ inputs: { x }, attrs, backend, stock }) => {
  if (x.dtype === "string") return stock();
  const [begin, size] = tf.slice_util.parseSliceParams(x, attrs.begin, attrs.size);
  const output = backend.makeOutput(size, x.dtype);
  const length = tf.util.sizeFromShape(size);
  if (length === 0) return output;
  const source = backend.typedArrayFromHeap(x);
  const target = backend.typedArrayFromHeap(output);

  // What lies in one piece in both: the last axis that is cut, with the whole axes after it.
  let cut = x.rank - 1;
  while (cut > 0 && size[cut] === x.shape[cut]) cut--;
  const inner = tf.util.sizeFromShape(x.shape.slice(cut + 1));
  const run = (size[cut] ?? 1) * inner;
  const strides = [...tf.util.computeStrides(x.shape), 1];
  const first = begin.reduce((sum, at, axis) => sum + at * strides[axis], 0);
  for (let to = 0; to < length; to += run) {
    let from = first;
    let rest = to / run;
    for (let axis = cut - 1; axis >= 0; axis--) {
      from += (rest % size[axis]) * strides[axis];
      rest = Math.floor(rest / size[axis]);
    }
    if (run < SHORT) {
      for (let i = 0; i < run; i++) target[to + i] = source[from + i];
    } else {
      target.set(source.subarray(from, from + run), to);
    }
  }
  return output;
});
