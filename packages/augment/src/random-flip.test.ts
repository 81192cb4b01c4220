import { expect, it } from "vitest";
import { grayscale } from "./grayscale.js";
import { gaussianBlur } from "./gaussian-blur.js";
import { randomAutocontrast } from "./random-autocontrast.js";
import { randomEqualize } from "./random-equalize.js";
import { randomErasing } from "./random-erasing.js";
import { randomFlip } from "./random-flip.js";
import { randomInvert } from "./random-invert.js";
import { randomPerspective } from "./random-perspective.js";
import { randomPosterize } from "./random-posterize.js";
import { randomSharpness } from "./random-sharpness.js";
import { randomSolarize } from "./random-solarize.js";

const from = { height: 32, width: 32, channels: 3 };
const draws = 5000;

it.each([
  ["flip", randomFlip(), 0.5, "flipHorizontal"],
  ["rare flip", randomFlip({ probability: 0.1 }), 0.1, "flipHorizontal"],
  ["flip that is certain", randomFlip({ probability: 1 }), 1, "flipHorizontal"],
  ["flip that never comes", randomFlip({ probability: 0 }), 0, "flipHorizontal"],
  ["vertical flip", randomFlip({ vertical: true }), 0.5, "flipVertical"],
  ["grayscale", grayscale(), 0.2, "grayscale"],
  ["blur", gaussianBlur({ probability: 0.3 }), 0.3, "gaussianBlur"],
  ["solarize", randomSolarize(), 0.5, "solarize"],
  ["posterize", randomPosterize({ probability: 0.1 }), 0.1, "posterize"],
  ["equalize", randomEqualize(), 0.5, "equalize"],
  ["autocontrast", randomAutocontrast({ probability: 0.7 }), 0.7, "autocontrast"],
  ["sharpness", randomSharpness(), 0.5, "sharpness"],
  ["invert", randomInvert(), 0.5, "invert"],
  ["erasing", randomErasing(), 0.5, "erase"],
  ["perspective", randomPerspective(), 0.5, "warp"],
])("%s comes as often as asked", (_, augmentation, probability, op) => {
  const programs = Array.from({ length: draws }, (_, index) =>
    augmentation.sample({ seed: 1, epoch: 2, index, view: 1 }, from),
  );
  const steps = programs.flatMap((program) => program.steps);
  expect(new Set(steps.map((step) => step.op))).toEqual(new Set(probability === 0 ? [] : [op]));
  const deviation = Math.sqrt((probability * (1 - probability)) / draws);
  expect(Math.abs(steps.length / draws - probability)).toBeLessThanOrEqual(4 * deviation);
});

it("does nothing to a grey image that has no colour to lose", () => {
  const certain = grayscale({ probability: 1 });
  expect(certain.sample({ seed: 1, epoch: 0, index: 0, view: 0 }, { ...from, channels: 1 }).steps).toEqual(
    [],
  );
});
