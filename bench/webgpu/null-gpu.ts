import { createRequire } from "node:module";

interface Dawn {
  create(flags: string[]): GPU;
  globals: object;
}

// Of the backend: the benchmark has none of its own.
const require = createRequire(new URL("../../packages/backend-webgpu/package.json", import.meta.url));

/**
 * Gives the program a GPU that takes every command and runs none of them: what is left of a step is the time to encode it. Before
 * the backend looks for one.
 */
export async function pretendGpu(): Promise<void> {
  const dawn = (await import(require.resolve("webgpu"))) as Dawn;
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create(["backend=null"]);
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
}

/** Bytes that a hollow buffer really has. */
const HOLLOW = 256;

/**
 * Makes buffers hollow, for that GPU has 256 MiB: they say how large they are, and hold next to nothing. No command runs, so none
 * misses it.
 */
export function hollowBuffers(): void {
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const { size, mappedAtCreation } = descriptor;
    if (mappedAtCreation === true || size <= HOLLOW) return createBuffer.call(this, descriptor);
    const buffer = createBuffer.call(this, { ...descriptor, size: HOLLOW });
    Object.defineProperty(buffer, "size", { value: size });
    return buffer;
  };
  const { copyBufferToBuffer } = GPUCommandEncoder.prototype;
  GPUCommandEncoder.prototype.copyBufferToBuffer = function (
    this: GPUCommandEncoder,
    from: GPUBuffer,
    fromOffset: number,
    to: GPUBuffer,
    toOffset: number,
    size: number,
  ) {
    copyBufferToBuffer.call(this, from, fromOffset % 4, to, toOffset % 4, Math.min(size, HOLLOW));
  } as typeof copyBufferToBuffer;
}
