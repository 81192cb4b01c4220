import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ImageBytes, ImageProgram, ImageShape, ImageStep } from "./format.js";
import { runImageProgram } from "./run.js";

interface Golden {
  readonly images: Record<string, ImageShape>;
  readonly cases: readonly { image: string; program: ImageProgram; values: string }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../fixtures/image-program.json", import.meta.url), "utf8"),
) as Golden;

/** The formula of bench/peers/augment_golden.py. */
function image({ height, width, channels }: ImageShape): ImageBytes {
  const data = Uint8Array.from(
    { length: height * width * channels },
    (_, i) => Math.imul(i + 1, 2654435761) >>> 24,
  );
  const pixels = height * width;
  const set = (first: number, every: number, value: (at: number, c: number) => number | undefined) => {
    for (let p = first; p < pixels; p += every) {
      for (let c = 0; c < channels; c++) {
        data[p * channels + c] = value(p * channels, c) ?? data[p * channels + c];
      }
    }
  };
  set(0, 7, (at) => data[at]);
  set(3, 17, () => 0);
  set(5, 17, () => 255);
  if (channels === 3) {
    set(8, 11, (at, c) => (c === 1 ? data[at] : undefined));
    set(9, 11, (at, c) => (c === 2 ? data[at + 1] : undefined));
  }
  return { data, height, width, channels };
}

function run(source: ImageBytes, program: ImageProgram): Float32Array {
  const { height, width, channels } = program.output;
  const out = new Float32Array(height * width * channels).fill(NaN);
  runImageProgram(source, program, out);
  return out;
}

describe("runImageProgram against torchvision", () => {
  it.each(
    golden.cases.map((each) => ({ ...each, title: `${each.image} ${JSON.stringify(each.program.steps)}` })),
  )("$title", ({ image: name, program, values }) => {
    const expected = new Float32Array(new Uint8Array(Buffer.from(values, "base64")).buffer);
    const actual = run(image(golden.images[name]), program);
    expect(actual.length).toBe(expected.length);
    const worst = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
    expect(worst).toBeLessThan(2e-6);
  });
});

describe("runImageProgram", () => {
  const rgb = image({ height: 6, width: 5, channels: 3 });
  const same = { height: 6, width: 5, channels: 3 };

  it("writes only its own part of the output", () => {
    const out = new Float32Array(90 + 7).fill(-1);
    runImageProgram(rgb, { output: same, steps: [] }, out, 4);
    expect(Array.from(out.subarray(0, 4))).toEqual([-1, -1, -1, -1]);
    expect(Array.from(out.subarray(94))).toEqual([-1, -1, -1]);
    expect(Array.from(out.subarray(4, 94))).toEqual(Array.from(rgb.data, (byte) => Math.fround(byte / 255)));
  });

  it("carries nothing from one run to the next", () => {
    const blur: ImageProgram = { output: same, steps: [{ op: "gaussianBlur", kernelSize: 5, sigma: 1 }] };
    const before = run(rgb, blur);
    run(image({ height: 40, width: 30, channels: 3 }), {
      output: { height: 50, width: 3, channels: 3 },
      steps: [
        { op: "gaussianBlur", kernelSize: 9, sigma: 3 },
        { op: "resizedCrop", top: 1, left: 2, height: 30, width: 20, outHeight: 50, outWidth: 3 },
      ],
    });
    expect(run(rgb, blur)).toEqual(before);
  });

  it("resizes a constant image to the same constant", () => {
    const grey: ImageBytes = { data: new Uint8Array(35 * 27).fill(51), height: 35, width: 27, channels: 1 };
    const steps: ImageStep[] = [
      { op: "resizedCrop", top: 3, left: 1, height: 31, width: 22, outHeight: 7, outWidth: 45 },
    ];
    const out = run(grey, { output: { height: 7, width: 45, channels: 1 }, steps });
    for (const value of out) expect(value).toBeCloseTo(0.2, 6);
  });

  const box = { op: "resizedCrop", top: 0, left: 0, height: 6, width: 5, outHeight: 6, outWidth: 5 } as const;
  it.each<[string, ImageStep, RegExp]>([
    ["a box that reaches out", { ...box, top: 1 }, /step 0: the box must lie in an image of 6×5×3/],
    ["a box before the image", { ...box, left: -1, width: 2 }, /the box must lie/],
    ["a box of half pixels", { ...box, width: 2.5 }, /whole pixels/],
    ["an empty box", { ...box, height: 0 }, /the box must lie/],
    ["a negative factor", { op: "contrast", factor: -0.1 }, /the factor must be >= 0, got .*-0.1/],
    ["a factor that is no number", { op: "brightness", factor: NaN }, /the factor must be >= 0/],
    ["more than half a turn", { op: "hue", shift: 0.51 }, /-0.5 to 0.5/],
    ["an even kernel", { op: "gaussianBlur", kernelSize: 4, sigma: 1 }, /must be odd/],
    ["no sigma", { op: "gaussianBlur", kernelSize: 3, sigma: 0 }, /sigma must be > 0/],
    ["a kernel wider than two images", { op: "gaussianBlur", kernelSize: 11, sigma: 1 }, /half the kernel/],
    ["an unknown step", { op: "swirl" } as unknown as ImageStep, /unknown kind, got {"op":"swirl"}/],
    ["another shape than promised", { ...box, outWidth: 4 }, /promised 6×5×3 and made 6×4×3/],
  ])("refuses %s", (_, step, message) => {
    expect(() => run(rgb, { output: same, steps: [step] })).toThrow(message);
  });

  it("names a step by its place", () => {
    const steps: ImageStep[] = [{ op: "grayscale" }, { op: "hue", shift: 1 }];
    expect(() => run(rgb, { output: same, steps })).toThrow(/step 1/);
  });

  it("refuses an image that is not what it says", () => {
    expect(() => run({ ...rgb, height: 7 }, { output: same, steps: [] })).toThrow(
      /must have 105 bytes, got 90/,
    );
    expect(() => run({ ...rgb, channels: 4 }, { output: same, steps: [] })).toThrow(/1 or 3 channels, got 4/);
  });

  it("refuses an output that is too small", () => {
    expect(() => runImageProgram(rgb, { output: same, steps: [] }, new Float32Array(90), 1)).toThrow(
      /out of bounds/,
    );
  });
});
