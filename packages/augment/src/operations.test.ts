import { readFileSync } from "node:fs";
import { type ImageBytes, runImageProgram } from "@contrastive/ops";
import { expect, it } from "vitest";
import { type Operation, stepsAt, usual, wide } from "./operations.js";

interface Golden {
  readonly height: number;
  readonly width: number;
  readonly cases: readonly {
    readonly space: "usual" | "wide";
    readonly operation: Operation;
    readonly part: number;
    readonly interpolation: "nearest" | "bilinear";
    readonly fill: number;
    readonly values: string;
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../fixtures/operations.json", import.meta.url), "utf8"),
) as Golden;

const { height, width } = golden;
/** The formula of bench/peers/augment_operations.py. */
const image: ImageBytes = {
  height,
  width,
  channels: 3,
  data: Uint8Array.from({ length: height * width * 3 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24),
};

it.each(golden.cases)(
  "$operation at $part of the $space strength, $interpolation, is torchvision's",
  ({ space, operation, part, interpolation, fill, values }) => {
    const expected = new Float32Array(new Uint8Array(Buffer.from(values, "base64")).buffer);
    const strengths = { usual, wide }[space];
    const steps = stepsAt(operation, part, strengths, image, { interpolation, fill, border: "constant" });
    const actual = new Float32Array(expected.length);
    runImageProgram(image, { output: { height, width, channels: 3 }, steps }, actual);
    const worst = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
    expect(worst).toBeLessThan(1e-5);
  },
);
