import * as tf from "@tensorflow/tfjs-core";
import { progression } from "../shaders/progression.js";
import { kernel } from "./kernel.js";

/** The stock one counts on the processor and uploads. */
export const range = kernel<never, tf.RangeAttrs>(tf.Range, ({ attrs, runner, stock }) => {
  const { start, stop, dtype } = attrs;
  if (dtype !== "float32" && dtype !== "int32") return stock();
  // tfjs takes a step of 1, its default, to mean downwards too.
  const step = stop < start && attrs.step === 1 ? -1 : attrs.step;
  const size = Math.max(0, Math.ceil((stop - start) / step));
  const values = runner.output([size], dtype);
  if (size > 0) runner.run(progression(dtype, size, { start, step }), [values]);
  return values;
});
