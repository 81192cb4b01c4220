import { expect, test } from "vitest";
// By path: what stands around a step belongs to the benchmarks.
import { ours } from "../../../bench/webgpu/backends.js";
import { lossAlone } from "../../../bench/webgpu/loss-alone.js";
import { hollowBuffers, pretendGpu } from "../../../bench/webgpu/null-gpu.js";
import { countTraffic } from "../../../bench/webgpu/traffic.js";
import { training } from "../../../bench/webgpu/training.js";

// On a GPU that runs nothing: what a step asks of one, for a network that is too large for an imitated one.
await pretendGpu();
hollowBuffers();
const read = countTraffic();
const backend = ours({ tune: false });
await backend.init();

test.each([
  { precision: "float32", most: { dispatches: 299, bytes: 22.5e9 } },
  { precision: "mixed", most: { dispatches: 312, bytes: 12e9 } },
] as const)(
  "a step of ResNet-18 on 512 images asks little of a GPU, and as much when it is replayed: $precision",
  async ({ precision, most }) => {
    await backend.init({ precision });
    const step = training({ encoder: "resnet18", images: 512, size: 32, precision });
    const counts = [];
    for (let i = 0; i < 4; i++) {
      read();
      const loss = step();
      await loss.data();
      loss.dispose();
      counts.push(read());
    }
    const [, , , replayed] = counts;
    const { dispatches, bytes } = counts[0];
    expect(replayed.dispatches).toBe(dispatches);
    expect(replayed.bytes).toBe(bytes);
    expect(dispatches).toBeLessThanOrEqual(most.dispatches);
    expect(bytes).toBeLessThan(most.bytes);
    // Labels.
    expect(replayed.uploads).toBe(1);
    expect(replayed.uploadedBytes).toBe(4 * 256);
  },
);

test("SupCon's loss of 2,048 embeddings and its gradient take four dispatches", async () => {
  await backend.init();
  const step = lossAlone(2048);
  const first = step();
  await first.data();
  first.dispose();
  read();
  const gradient = step();
  const { dispatches, bytes, uploads } = read();
  gradient.dispose();
  expect({ dispatches, uploads }).toEqual({ dispatches: 4, uploads: 0 });
  expect(bytes).toBeLessThan(25e6);
});
