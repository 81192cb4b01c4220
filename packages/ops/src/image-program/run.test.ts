import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ImageBytes, ImageProgram, ImageShape, ImageStep, WarpStep } from "./format.js";
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

/** Of a row of 5 colours: from row 1 and column 2 on, 4 high and 3 wide. */
function inBox(i: number): boolean {
  return Math.floor(i / 15) >= 1 && Math.floor(i / 15) < 5 && Math.floor(i / 3) % 5 >= 2;
}

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
  const paint = { top: 0, left: 0, height: 2, width: 3, red: 0, green: 0, blue: 0 };
  const noise = { op: "eraseWithNoise", top: 1, left: 2, height: 4, width: 3, seed: 5 } as const;
  const warp: WarpStep = {
    op: "warp",
    xx: 1,
    xy: 0,
    x0: 0,
    yx: 0,
    yy: 1,
    y0: 0,
    wx: 0,
    wy: 0,
    outHeight: 6,
    outWidth: 5,
    interpolation: "bilinear",
    border: "constant",
    fill: 0,
  };
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
    ["a negative sharpness", { op: "sharpness", factor: -1 }, /the factor must be >= 0/],
    ["a threshold above 1", { op: "solarize", threshold: 128 }, /the threshold must be 0 to 1, got .*128/],
    ["half a bit", { op: "posterize", bits: 2.5 }, /the bits must be a whole number from 0 to 8/],
    ["a box to erase that reaches out", { op: "erase", ...paint, left: 3 }, /the box must lie in an image/],
    ["a colour of bytes", { op: "erase", ...paint, green: 255 }, /the colour must be of values in 0..1/],
    ["a seed that float32 can't hold", { ...noise, seed: 2 ** 24 }, /the seed must be a whole number/],
    ["a warp without end", { ...warp, wx: Infinity }, /the coefficients must be finite/],
    ["a warp to nothing", { ...warp, outWidth: 0 }, /the output must have whole pixels/],
    ["an unknown interpolation", { ...warp, interpolation: "cubic" as never }, /one of nearest, bilinear/],
    ["an unknown border", { ...warp, border: "wrap" as never }, /one of constant, edge, reflect, symmetric/],
    ["a fill of bytes", { ...warp, fill: 128 }, /the fill must be 0 to 1/],
    ["a warp to another shape", { ...warp, outWidth: 9 }, /promised 6×5×3 and made 6×9×3/],
    ["an unknown step", { op: "swirl" } as unknown as ImageStep, /unknown kind, got {"op":"swirl"}/],
    ["another shape than promised", { ...box, outWidth: 4 }, /promised 6×5×3 and made 6×4×3/],
  ])("refuses %s", (_, step, message) => {
    expect(() => run(rgb, { output: same, steps: [step] })).toThrow(message);
  });

  it("names a step by its place", () => {
    const steps: ImageStep[] = [{ op: "grayscale" }, { op: "hue", shift: 1 }];
    expect(() => run(rgb, { output: same, steps })).toThrow(/step 1/);
  });

  it("fills a box with noise that depends on the seed alone", () => {
    const outside = run(rgb, { output: same, steps: [] });
    const noisy = run(rgb, { output: same, steps: [noise] });
    const other = run(rgb, { output: same, steps: [{ op: "invert" }, { op: "invert" }, noise] });
    const drawn = Array.from(noisy).filter((_, i) => inBox(i));
    expect(new Set(drawn).size).toBe(36);
    expect(Array.from(other).filter((_, i) => inBox(i))).toEqual(drawn);
    noisy.forEach((value, i) => {
      if (!inBox(i)) expect(value).toBe(outside[i]);
    });
    const image = { height: 100, width: 100, channels: 1, data: new Uint8Array(10_000) };
    const many = run(image, {
      output: image,
      steps: [{ ...noise, top: 0, left: 0, height: 100, width: 100 }],
    });
    const mean = many.reduce((sum, value) => sum + value, 0) / 10_000;
    const variance = many.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 10_000;
    // Of an even distribution, give or take four deviations.
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 10_000));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / 10_000));
  });

  it.each([
    ["edge", [1, 1, 1, 1, 2, 3, 3, 3, 3]],
    ["reflect", [2, 3, 2, 1, 2, 3, 2, 1, 2]],
    ["symmetric", [3, 2, 1, 1, 2, 3, 3, 2, 1]],
    ["constant", [0, 0, 0, 1, 2, 3, 0, 0, 0]],
  ] as const)("continues an image by the border %s", (border, expected) => {
    const row = { height: 1, width: 3, channels: 1, data: Uint8Array.of(1, 2, 3) };
    const output = { height: 1, width: 9, channels: 1 };
    const steps: ImageStep[] = [
      { ...warp, x0: -3, outHeight: 1, outWidth: 9, interpolation: "nearest", border },
    ];
    expect(Array.from(run(row, { output, steps }), (value) => Math.round(255 * value))).toEqual(expected);
  });

  it("maps what lies on the horizon outside", () => {
    const grey = { height: 1, width: 3, channels: 1, data: Uint8Array.of(9, 9, 9) };
    const steps: ImageStep[] = [{ ...warp, wx: -1, outHeight: 1, outWidth: 3, fill: 0.5 }];
    const output = { height: 1, width: 3, channels: 1 };
    expect(run(grey, { output, steps })[1]).toBe(0.5);
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
