import {
  type CompiledImageBatch,
  compiledImageBatches,
  type ImageProgramAttributes,
  runImagePrograms,
} from "@contrastive/ops";

/** What the compiled module exports; the arguments are those of `assembly/image-programs.ts` of `@contrastive/backend-wasm`. */
interface Exports {
  imageScratch(pixels: number, side: number): number;
  imagePrograms(
    begin: number,
    end: number,
    scratch: number,
    steps: number,
    channels: number,
    largest: number,
    side: number,
    outPixels: number,
    table: number,
    scaling: number,
    order: number,
    out: number,
  ): void;
}

/** Makes the values of all programs' images, one after the other. */
export type ImageExecutor = (attributes: ImageProgramAttributes) => Float32Array<ArrayBuffer>;

/** Runs image programs by the compiled module, on a memory of its own that grows as it must. */
export function createImageExecutor(module: WebAssembly.Module): ImageExecutor {
  const memory = new WebAssembly.Memory({ initial: 1 });
  // The types of a module's exports say nothing.
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;

  return (attributes) => {
    const { height, width, channels } = attributes.output;
    const { batches, rest } = compiledImageBatches(attributes);
    const values = new Float32Array(attributes.programs.length * height * width * channels);
    if (values.length === 0) return values;
    for (const batch of batches) runBatch(memory, kernel, batch, attributes, values);
    runImagePrograms(attributes, values, rest);
    return values;
  };
}

function runBatch(
  memory: WebAssembly.Memory,
  kernel: Exports,
  { places, offsets, bytes, table, steps, largest, side }: CompiledImageBatch,
  { output, normalize }: ImageProgramAttributes,
  values: Float32Array,
): void {
  const scaling = normalize === undefined ? [] : [...normalize.mean, ...normalize.std];
  const outPixels = output.height * output.width;
  const size = outPixels * output.channels;
  const at = layOut({
    table: table.byteLength,
    order: 4 * places.length,
    scaling: 4 * scaling.length,
    pixels: bytes + 16,
    out: 4 * size,
    scratch: kernel.imageScratch(largest, side),
  });
  reserve(memory, at.end);
  const row = table.length / places.length;
  for (let i = 0; i < table.length; i += row) table[i] += at.pixels;
  const { buffer } = memory;
  new Float64Array(buffer, at.table, table.length).set(table);
  new Float32Array(buffer, at.scaling, scaling.length).set(scaling);
  for (const [image, offset] of offsets) new Uint8Array(buffer, at.pixels + offset).set(image.data);
  // Every view is made in the same place, and copied while it is near the processor.
  new Int32Array(buffer, at.order, places.length).fill(0);
  const made = new Float32Array(buffer, at.out, size);
  places.forEach((place, task) => {
    kernel.imagePrograms(
      task,
      task + 1,
      at.scratch,
      steps,
      output.channels,
      largest,
      side,
      outPixels,
      at.table,
      normalize === undefined ? 0 : at.scaling,
      at.order,
      at.out,
    );
    values.set(made, place * size);
  });
}

/** Addresses for parts of these sizes in bytes, one after the other, none of them 0; `end` is the first free one. */
function layOut<Name extends string>(
  sizes: Readonly<Record<Name, number>>,
): Readonly<Record<Name | "end", number>> {
  let end = 16;
  const addresses: Record<string, number> = {};
  for (const [name, size] of Object.entries<number>(sizes)) {
    addresses[name] = end;
    end += 16 * Math.ceil(size / 16);
  }
  addresses.end = end;
  // Each of the names has been given one.
  return addresses as Record<Name | "end", number>;
}

const PAGE = 65_536;

function reserve(memory: WebAssembly.Memory, bytes: number): void {
  const missing = Math.ceil(bytes / PAGE) - memory.buffer.byteLength / PAGE;
  if (missing > 0) memory.grow(missing);
}
