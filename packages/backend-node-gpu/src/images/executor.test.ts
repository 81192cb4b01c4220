import { type ImageBytes, type ImageProgram, type ImageStep, runImagePrograms } from "@contrastive/ops";
import { expect, test } from "vitest";
import { createImageExecutor } from "./executor.js";
import { readModule } from "./read-module.js";

/** Noise, another for each number. */
function picture(height: number, width: number, number: number): ImageBytes {
  const data = new Uint8Array(height * width * 3);
  for (let i = 0; i < data.length; i++) data[i] = Math.imul(i + 1 + 7919 * number, 2654435761) >>> 24;
  return { data, height, width, channels: 3 };
}

function resized(
  { height, width }: ImageBytes,
  sides: readonly (readonly [number, number])[],
  ...after: readonly ImageStep[]
): ImageProgram {
  const steps: ImageStep[] = [];
  let from = { height, width };
  for (const [outHeight, outWidth] of sides) {
    steps.push({ op: "resizedCrop", top: 0, left: 0, ...from, outHeight, outWidth });
    from = { height: outHeight, width: outWidth };
  }
  return { output: { ...from, channels: 3 }, steps: [...steps, ...after] };
}

test("small and large images in turn, on a memory that grows, are the reference's", () => {
  const execute = createImageExecutor(readModule());
  const images = [picture(5, 4, 1), picture(700, 900, 2), picture(5, 4, 3)];
  const output = { height: 6, width: 7, channels: 3 };
  const programs = [
    resized(images[0], [[6, 7]], { op: "equalize" }),
    resized(images[1], [[6, 7]], { op: "invert" }),
    // Of more pixels than are compiled for.
    resized(images[2], [
      [1025, 1025],
      [6, 7],
    ]),
  ];
  const normalize = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3] };
  for (const places of [[0], [1, 0, 2], [2, 0, 0, 1]]) {
    const attributes = {
      images: places.map((i) => images[i]),
      programs: places.map((i) => programs[i]),
      output,
      normalize,
    };
    const expected = new Float32Array(places.length * 6 * 7 * 3);
    runImagePrograms(attributes, expected, places.keys());
    expect(execute(attributes)).toEqual(expected);
  }
});
