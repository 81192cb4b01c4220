import { packTar } from "modern-tar";
import { expect, it } from "vitest";
import { webDataset } from "./index.js";

async function grey(value: number): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(12, 8);
  const context = canvas.getContext("2d")!;
  context.fillStyle = `rgb(${value} ${value} ${value})`;
  context.fillRect(0, 0, 12, 8);
  return new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
}

/** The URL of a shard; requests for parts of it are answered as by a server. */
async function shardUrl(values: readonly number[]): Promise<string> {
  const entries = [];
  for (const [i, value] of values.entries()) {
    for (const [name, body] of [
      [`${i}.png`, await grey(value)],
      [`${i}.cls`, new TextEncoder().encode(String(i % 2))],
    ] as const) {
      entries.push({ header: { name, size: body.length, type: "file" as const }, body });
    }
  }
  return URL.createObjectURL(new Blob([await packTar(entries)]));
}

it("reads shards in a page, by requests for their parts", async () => {
  const train = await shardUrl([10, 20, 30, 40]);
  const open = await webDataset({ train, testFraction: 0, size: 8 }).open("train");
  const { images, labels } = await open.read(Uint32Array.of(3, 0));
  expect(images.map(({ data, height, width, channels }) => [data[0], height, width, channels])).toEqual([
    [40, 8, 8, 3],
    [10, 8, 8, 3],
  ]);
  expect(labels).toEqual(Int32Array.of(1, 0));
  await open.close();
  await expect(open.read(Uint32Array.of(0))).rejects.toThrow("it was read after it was closed");
  await expect(webDataset({ train, cache: "cache" }).open("train")).rejects.toThrow(
    'a page has no folder for a cache, got "cache". Leave out the option cache',
  );
});
