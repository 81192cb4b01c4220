import type { Uniform } from "../shaders/dispatch.js";

/** Uniform buffers that are kept; more than a step of a large network has. */
const MOST_BUFFERS = 4096;

/** Uniform buffers by content: in a step like the one before, none is made and none written. */
export function createUniformBuffers(device: GPUDevice): (uniforms: readonly Uniform[]) => GPUBuffer {
  const buffers = new Map<string, GPUBuffer>();
  return (uniforms) => {
    const bytes = pack(uniforms);
    const key = new Uint32Array(bytes).join();
    let buffer = buffers.get(key);
    if (buffer === undefined) {
      // Those of steps long ago are not needed again.
      if (buffers.size >= MOST_BUFFERS) buffers.clear();
      buffer = device.createBuffer({
        size: bytes.byteLength,
        usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
        mappedAtCreation: true,
      });
      new Uint8Array(buffer.getMappedRange()).set(new Uint8Array(bytes));
      buffer.unmap();
      buffers.set(key, buffer);
    }
    return buffer;
  };
}

/** A struct of scalars, padded to 16 bytes. */
export function pack(uniforms: readonly Uniform[]): ArrayBuffer {
  const bytes = new ArrayBuffer(Math.ceil(uniforms.length / 4) * 16);
  const view = new DataView(bytes);
  uniforms.forEach((uniform, i) => {
    if ("u32" in uniform) view.setUint32(4 * i, uniform.u32, true);
    else if ("i32" in uniform) view.setInt32(4 * i, uniform.i32, true);
    else view.setFloat32(4 * i, uniform.f32, true);
  });
  return bytes;
}
