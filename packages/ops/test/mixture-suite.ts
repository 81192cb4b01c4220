import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { expectClose, expectNoLeak, seededValues } from "../../testing/src/index.js";
import golden from "../fixtures/mixture.json" with { type: "json" };
import { mixImages, type Mixture } from "../src/mixture.js";

const { samples, height, width, channels } = golden;

/** The formula of bench/peers/mix_golden.py. */
const pictures = Float64Array.from(
  { length: samples * height * width * channels },
  (_, i) => (Math.imul(i + 1, 2654435761) >>> 24) / 255,
);

/** Tests of `mixImages` on the active backend against torchvision and loops in float64. */
export function mixtureSuite(): void {
  describe("is torchvision's", () => {
    const shape = [samples, height, width, channels] as const;

    test.each(golden.mixUp)("MixUp with λ = $lambda", async ({ lambda, images }) => {
      const actual = await mixed(pictures, shape, { op: "blend", share: lambda }, 1);
      expectClose(actual, images, { tolerance: 1e-6 });
    });

    test.each(golden.cutMix)("CutMix with the box $box", async ({ box, images, labels }) => {
      const { x1, y1, x2, y2 } = box;
      const mixture = { op: "paste", top: y1, left: x1, height: y2 - y1, width: x2 - x1 } as const;
      // The first sample's own class is the last, and it has its partner's not.
      const actual = await mixed(pictures, shape, { ...mixture, share: labels[2] }, 1);
      expectClose(actual, images, { tolerance: 1e-7 });
    });
  });

  describe.each<Mixture>([
    { op: "blend", share: 0.3 },
    { op: "paste", share: 1 - 6 / 35, top: 1, left: 2, height: 2, width: 3 },
    { op: "paste", share: 0, top: 0, left: 0, height: 5, width: 7 },
    { op: "paste", share: 1, top: 5, left: 3, height: 0, width: 0 },
  ])("%j", (mixture) => {
    test.each([
      { samples: 3, views: 2 },
      { samples: 2, views: 3 },
      { samples: 5, views: 1 },
      { samples: 1, views: 2 },
    ])("$samples samples of $views views are those of loops", async ({ samples, views }) => {
      const shape = [samples * views, 5, 7, 3] as const;
      const values = Float64Array.from(seededValues("mixture", samples * views * 105));
      const expected = inLoops(values, shape, mixture, views);
      const actual = await mixed(values, shape, mixture, views);
      expectClose(actual, expected, { tolerance: 1e-6 });
      // What is pasted has its own bits.
      if (mixture.op === "paste") expect([...actual]).toEqual([...Float32Array.from(expected)]);
    });
  });

  test("leaves one tensor", async () => {
    await expectNoLeak(() => {
      const images = tf.ones<tf.Rank.R4>([2, 3, 3, 1]);
      tf.dispose([images, mixImages(images, { op: "blend", share: 0.5 }, 1)]);
    });
  });
}

async function mixed(
  values: Float64Array,
  shape: readonly [number, number, number, number],
  mixture: Mixture,
  views: number,
): Promise<Float32Array> {
  const images = tf.tensor4d(Float32Array.from(values), [...shape]);
  const result = mixImages(images, mixture, views);
  expect(result.shape).toEqual([...shape]);
  // On some backends data() is a view of the tensor's own memory.
  const data = (await result.data<"float32">()).slice();
  expect(await images.data()).toEqual(Float32Array.from(values));
  tf.dispose([images, result]);
  return data;
}

function inLoops(
  images: Float64Array,
  [rows, height, width, channels]: readonly [number, number, number, number],
  mixture: Mixture,
  views: number,
): Float64Array {
  const samples = rows / views;
  const result = new Float64Array(images.length);
  for (let sample = 0; sample < samples; sample++) {
    const partner = (sample + samples - 1) % samples;
    for (let view = 0; view < views; view++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          for (let c = 0; c < channels; c++) {
            const at = (of: number) => (((of * views + view) * height + y) * width + x) * channels + c;
            const own = ownShare(mixture, y, x);
            result[at(sample)] = own * images[at(sample)] + (1 - own) * images[at(partner)];
          }
        }
      }
    }
  }
  return result;
}

function ownShare(mixture: Mixture, y: number, x: number): number {
  if (mixture.op === "blend") return mixture.share;
  const { top, left, height, width } = mixture;
  return y >= top && y < top + height && x >= left && x < left + width ? 0 : 1;
}
