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

/** Programs for one run of the compiled kernel, in a form that a thread can be sent. */
export interface PackedBatch {
  /** As in `CompiledImageBatch` of `@contrastive/ops`. */
  readonly table: Float64Array<ArrayBuffer>;
  readonly steps: number;
  readonly largest: number;
  readonly side: number;
  /** Bytes of the images that the table's offsets point into. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of each program among the values of all. */
  readonly places: readonly number[];
  readonly output: { readonly height: number; readonly width: number; readonly channels: number };
  /** Means, then deviations, a value a channel; empty: the values stay as they are. */
  readonly scaling: readonly number[];
}

/** Writes the values of a batch's images to their places. */
export type BatchRunner = (batch: PackedBatch, values: Float32Array) => void;

/** Runs batches by the compiled module, on a memory of its own that grows as it must. */
export function createBatchRunner(module: WebAssembly.Module): BatchRunner {
  const memory = new WebAssembly.Memory({ initial: 1 });
  // The types of a module's exports say nothing.
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;

  return ({ table, steps, largest, side, bytes, places, output, scaling }, values) => {
    const outPixels = output.height * output.width;
    const size = outPixels * output.channels;
    const at = layOut({
      table: table.byteLength,
      order: 4 * places.length,
      scaling: 4 * scaling.length,
      // The kernel reads up to 16 more.
      pixels: bytes.length + 16,
      out: 4 * size,
      scratch: kernel.imageScratch(largest, side),
    });
    reserve(memory, at.end);
    const { buffer } = memory;
    const rows = new Float64Array(buffer, at.table, table.length);
    rows.set(table);
    for (let i = 0; i < rows.length; i += rows.length / places.length) rows[i] += at.pixels;
    new Float32Array(buffer, at.scaling, scaling.length).set(scaling);
    new Uint8Array(buffer, at.pixels, bytes.length).set(bytes);
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
        scaling.length === 0 ? 0 : at.scaling,
        at.order,
        at.out,
      );
      values.set(made, place * size);
    });
  };
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
