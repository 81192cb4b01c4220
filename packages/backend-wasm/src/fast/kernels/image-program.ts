import {
  type CompiledImageBatch,
  compiledImageBatches,
  type ImageProgramAttributes,
  runImagePrograms,
} from "@contrastive/ops";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { floats } from "../../kernels/kernel.js";
import { bytes } from "../bytes.js";
import { fastKernel } from "../fast-kernel.js";
import type { Runtime } from "../runtime.js";

/**
 * Kernel `ImageProgram` of @contrastive/ops, with the bits of its reference: copies bytes, each image once, and makes a view as a
 * task. A program that works on a very large image runs in JavaScript.
 */
export const imageProgram = fastKernel<never, ImageProgramAttributes>(
  "ImageProgram",
  ({ attrs, backend, runtime }) => {
    const { height, width, channels } = attrs.output;
    const { batches, rest } = compiledImageBatches(attrs);
    const out = runtime.output([attrs.programs.length, height, width, channels]);
    if (height * width * channels === 0) return out;
    for (const batch of batches) runBatch(runtime, batch, out, attrs);
    runImagePrograms(attrs, floats(backend, out), rest);
    return out;
  },
);

function runBatch(
  runtime: Runtime,
  { places: order, offsets, bytes: size, table, steps, largest, side }: CompiledImageBatch,
  out: TensorInfo,
  { output, normalize }: ImageProgramAttributes,
): void {
  const scaling = normalize === undefined ? [] : [...normalize.mean, ...normalize.std];
  const places = runtime.workspace({
    table: table.byteLength,
    order: bytes(order.length),
    scaling: bytes(scaling.length),
    pixels: size + 16,
  });
  const row = table.length / order.length;
  for (let at = 0; at < table.length; at += row) table[at] += places.pixels;
  runtime.writeBytes(places.table, new Uint8Array(table.buffer));
  runtime.writeIntegers(places.order, order);
  runtime.writeBytes(places.scaling, new Uint8Array(Float32Array.from(scaling).buffer));
  for (const [image, offset] of offsets) runtime.writeBytes(places.pixels + offset, image.data);
  runtime.run(
    "imagePrograms",
    order.length,
    {
      steps,
      channels: output.channels,
      largest,
      side,
      outPixels: output.height * output.width,
      table: places.table,
      scaling: normalize === undefined ? 0 : places.scaling,
      order: places.order,
      out: runtime.addressOf(out),
    },
    runtime.sizes.imageScratch(largest, side),
  );
}
