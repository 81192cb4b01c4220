import * as tf from "@tensorflow/tfjs";
import { median } from "./numbers.js";
import type { Pass } from "./pass-times.js";

/** What this device can do at best, as measured. */
export interface Floors {
  /** Bytes a millisecond, read and written together, of a copy. */
  readonly bandwidth: number;
  /** Floating-point operations a millisecond of a product of square matrices, and their rows. */
  readonly arithmetic: number;
  readonly rows: number;
}

const REPEATS = 7;

/** A copy of so many MiB, and products of square matrices of so many rows. */
export async function measureFloors(
  device: GPUDevice,
  read: () => Promise<readonly Pass[]>,
  { copyMiB, squares }: { readonly copyMiB: number; readonly squares: readonly number[] },
): Promise<Floors> {
  const bandwidth = await copyBandwidth(device, read, copyMiB * 2 ** 20);
  const products = [];
  for (const rows of squares) products.push({ rows, arithmetic: await productRate(read, rows) });
  const best = products.reduce((a, b) => (b.arithmetic > a.arithmetic ? b : a));
  return { bandwidth, ...best };
}

async function copyBandwidth(
  device: GPUDevice,
  read: () => Promise<readonly Pass[]>,
  bytes: number,
): Promise<number> {
  const code = `
@group(0) @binding(0) var<storage, read> input: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> output: array<vec4f>;
@compute @workgroup_size(256) fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = (group.y * groups.x + group.x) * 256u + thread;
  if (i < arrayLength(&output)) { output[i] = input[i]; }
}`;
  const module = device.createShaderModule({ code, label: "a copy" });
  const pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
  const buffers = [0, 1].map(() => device.createBuffer({ size: bytes, usage: GPUBufferUsage.STORAGE }));
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const groups = Math.ceil(bytes / 16 / 256);
  const down = Math.ceil(groups / 65_535);
  const times = await repeat(read, () => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(Math.ceil(groups / down), down);
    pass.end();
    device.queue.submit([encoder.finish()]);
  });
  for (const buffer of buffers) buffer.destroy();
  return (2 * bytes) / median(times);
}

async function productRate(read: () => Promise<readonly Pass[]>, rows: number): Promise<number> {
  const [a, b] = [tf.randomNormal<tf.Rank.R2>([rows, rows]), tf.randomNormal<tf.Rank.R2>([rows, rows])];
  const multiply = async () => {
    const c = tf.matMul(a, b);
    // Reading submits it, and lets tiles be tuned.
    const corner = tf.slice(c, [0, 0], [1, 1]);
    await corner.data();
    tf.dispose([c, corner]);
  };
  // Its tile may be tuned meanwhile.
  for (let i = 0; i < 5 * REPEATS; i++) await multiply();
  const times = await repeat(read, multiply);
  tf.dispose([a, b]);
  return (2 * rows ** 3) / median(times);
}

/** Milliseconds of the longest pass of each time. */
async function repeat(
  read: () => Promise<readonly Pass[]>,
  run: () => void | Promise<void>,
): Promise<number[]> {
  const times: number[] = [];
  await run();
  await read();
  for (let i = 0; i < REPEATS; i++) {
    await run();
    times.push((await read()).reduce((most, { milliseconds }) => Math.max(most, milliseconds), 0));
  }
  return times;
}
