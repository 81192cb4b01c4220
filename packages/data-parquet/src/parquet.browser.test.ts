import { expect, it } from "vitest";
import { parquet } from "./index.js";

it("reads a file in a page, by requests for its parts", async () => {
  const response = await fetch(new URL("../fixtures/test-00000-of-00001.parquet", import.meta.url));
  const train = URL.createObjectURL(await response.blob());
  const open = await parquet({ train, testFraction: 0, size: 8 }).open("train");
  const { images, labels } = await open.read(Uint32Array.of(3, 0));
  expect(images.map(({ data, height, width, channels }) => [data[0], height, width, channels])).toEqual([
    [103, 8, 8, 3],
    [100, 8, 8, 3],
  ]);
  expect([...labels!].map((label) => open.classes![label])).toEqual(["owl", "owl"]);
  await open.close();
});
