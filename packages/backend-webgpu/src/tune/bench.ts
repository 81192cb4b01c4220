import { pack } from "../runner/uniform-buffers.js";
import type { Dispatch } from "../shaders/dispatch.js";
import { cutBy, type Trial } from "../shaders/product/problem.js";
import type { Tile } from "../shaders/product/tiling.js";
import type { Stopwatch } from "./stopwatch.js";

/** A product's shader for a tile, ready to be measured. */
export interface Candidate {
  readonly tile: Tile;
  readonly dispatch: Dispatch;
  readonly pipeline: GPUComputePipeline;
  /** Milliseconds that so many runs take together. */
  time(runs: number): Promise<number>;
}

/** Buffers of its own to measure a product's tiles on. */
export interface Bench {
  /** Undefined where the device can't compile the shader. */
  prepare(tile: Tile): Promise<Candidate | undefined>;
  destroy(): void;
}

/** Undefined where there is no room. */
export async function createBench(
  device: GPUDevice,
  stopwatch: Stopwatch,
  trial: Trial,
): Promise<Bench | undefined> {
  const { product, tiling, sizes } = trial;
  const hasBias = product.finish?.bias === true && tiling.splits === 1;
  const values = [sizes.a, sizes.b, ...(hasBias ? [product.shape.columns] : []), sizes.results];
  const buffers: GPUBuffer[] = [];
  const destroy = () => {
    for (const buffer of buffers) buffer.destroy();
  };
  const create = (descriptor: GPUBufferDescriptor) => {
    const buffer = device.createBuffer(descriptor);
    buffers.push(buffer);
    return buffer;
  };
  const storage = await unlessRefused(device, () =>
    values.map((count) => create({ size: Math.ceil(count / 4) * 16, usage: GPUBufferUsage.STORAGE })),
  );
  if (storage === undefined) {
    destroy();
    return undefined;
  }

  return {
    async prepare(tile) {
      const dispatch = cutBy(tile, trial).product;
      const pipeline = await compile(device, dispatch);
      if (pipeline === undefined) return undefined;
      const group = await unlessRefused(device, () => {
        const bytes = new Uint8Array(pack(dispatch.uniforms!));
        const uniforms = create({
          size: bytes.length,
          usage: GPUBufferUsage.UNIFORM,
          mappedAtCreation: true,
        });
        new Uint8Array(uniforms.getMappedRange()).set(bytes);
        uniforms.unmap();
        return device.createBindGroup({
          layout: pipeline.getBindGroupLayout(0),
          entries: [...storage, uniforms].map((buffer, binding) => ({ binding, resource: { buffer } })),
        });
      });
      if (group === undefined) return undefined;
      const time = (runs: number) =>
        stopwatch.time((pass) => {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, group);
          for (let run = 0; run < runs; run++) {
            pass.dispatchWorkgroups(...(dispatch.grid as [number, number?, number?]));
          }
        });
      return { tile, dispatch, pipeline, time };
    },
    destroy,
  };
}

/** Without waiting in the program's thread; undefined where the driver refuses. */
async function compile(
  device: GPUDevice,
  { name, key, code }: Dispatch,
): Promise<GPUComputePipeline | undefined> {
  const label = `${name} ${key}`;
  const module = await unlessRefused(device, () => device.createShaderModule({ code: code(), label }));
  if (module === undefined) return undefined;
  const compute = { module, entryPoint: "main" };
  return device.createComputePipelineAsync({ label, layout: "auto", compute }).catch(() => undefined);
}

/** What `make` made; undefined where the device refuses, of which nobody else shall hear. */
async function unlessRefused<T>(device: GPUDevice, make: () => T): Promise<T | undefined> {
  device.pushErrorScope("validation");
  device.pushErrorScope("out-of-memory");
  // Within one turn: the scopes hear nothing of what the program does meanwhile.
  const made = make();
  const errors = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
  return errors.every((error) => error === null) ? made : undefined;
}
