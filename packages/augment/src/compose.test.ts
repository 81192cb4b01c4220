import type { Augmentation, SampleKey, TensorAugmentation } from "@contrastive/core";
import { cpu } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { compose } from "./compose.js";
import { randomFlip } from "./random-flip.js";
import { randomResizedCrop } from "./random-resized-crop.js";
import { resize } from "./resize.js";

const from = { height: 32, width: 32, channels: 3 };
const keys: SampleKey[] = Array.from({ length: 2000 }, (_, index) => ({ seed: 9, epoch: 1, index, view: 0 }));

/** Changes all pixels by a function, and says under which keys. */
function tensors(change: (images: tf.Tensor4D) => tf.Tensor4D, seen: SampleKey[] = []): TensorAugmentation {
  return {
    name: "tensors",
    options: {},
    output: (input) => input,
    apply(images, keys) {
      seen.push(...keys);
      return change(images);
    },
  };
}

const add = (seen?: SampleKey[]) => tensors((images) => images.add(2), seen);
const multiply = (seen?: SampleKey[]) => tensors((images) => images.mul(5), seen);

describe("compose", () => {
  beforeAll(() => cpu().init());

  it("makes one program, each part on the shape that the one before leaves", () => {
    const { output, steps } = compose([resize({ size: 40 }), randomResizedCrop({ scale: [1, 1] })]).sample(
      keys[0],
      { height: 30, width: 20, channels: 1 },
    );
    expect(output).toEqual({ height: 60, width: 40, channels: 1 });
    expect(steps).toMatchObject([
      { height: 30, width: 20, outHeight: 60, outWidth: 40 },
      { outHeight: 60, outWidth: 40 },
    ]);
  });

  it("gives each part draws of its own", () => {
    const flips = compose([randomFlip(), randomFlip({ vertical: true }), compose([randomFlip()])]);
    const counts = new Map<string, number>();
    for (const key of keys) {
      const pattern = flips
        .sample(key, from)
        .steps.map(({ op }) => op)
        .join(" ");
      counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
    }
    // Eight combinations; one flip left to right may be either of two.
    const single = counts.get("flipHorizontal") ?? 0;
    expect(counts.size).toBe(7);
    expect(Math.abs(single - 500)).toBeLessThan(80);
    for (const [pattern, count] of counts) {
      if (pattern !== "flipHorizontal") expect(Math.abs(count - 250), pattern).toBeLessThan(60);
    }
  });

  it("does not change a part's draws when another is put after it", () => {
    const first = compose([randomFlip()]);
    const both = compose([randomFlip(), randomResizedCrop()]);
    for (const key of keys.slice(0, 50)) {
      const alone = first.sample(key, from).steps;
      expect(both.sample(key, from).steps.slice(0, alone.length)).toEqual(alone);
    }
  });

  it("takes its parts as an option too", () => {
    const parts = [randomFlip()];
    expect(compose({ parts }).options).toEqual(compose(parts).options);
    expect(compose(compose(parts).options).sample(keys[0], from)).toEqual(
      compose(parts).sample(keys[0], from),
    );
  });

  it("runs tensor parts after the program, in order, under keys of their own", () => {
    const [first, second]: SampleKey[][] = [[], []];
    const augmentation = compose([randomFlip(), compose([add(first)]), multiply(second)]);
    const images = tf.zeros<tf.Rank.R4>([2, 4, 4, 3]);
    const result = augmentation.apply!(images, keys.slice(0, 2));
    expect(new Set(result.dataSync())).toEqual(new Set([10]));
    tf.dispose([images, result]);
    for (const seen of [first, second]) {
      expect(seen.map(({ epoch, index, view }) => ({ epoch, index, view }))).toEqual([
        { epoch: 1, index: 0, view: 0 },
        { epoch: 1, index: 1, view: 0 },
      ]);
    }
    const seeds = [9, first[0].seed, second[0].seed];
    expect(new Set(seeds).size).toBe(3);
    for (const seed of seeds) expect(Number.isSafeInteger(seed)).toBe(true);
  });

  it("has no tensor part where it has none to run", () => {
    expect("apply" in compose([randomFlip(), compose([])])).toBe(false);
  });

  it.each<[string, () => Augmentation[]]>([
    ["a program after a tensor part", () => [randomFlip(), add(), randomFlip()]],
    ["a program after a composition that ends with a tensor part", () => [compose([add()]), randomFlip()]],
  ])("refuses %s", (_, parts) => {
    expect(() => compose(parts())).toThrow(
      /augmentation "compose": part \d, "random-flip", is a program and can't run after part \d, ".*Put the parts/,
    );
  });

  it("refuses what is no augmentation", () => {
    expect(() => compose([{ use: "random-flip" }] as never)).toThrow(/parts\.0 must be an augmentation/);
    expect(() => compose({ part: [] } as never)).toThrow(/Did you mean "parts"/);
  });
});
