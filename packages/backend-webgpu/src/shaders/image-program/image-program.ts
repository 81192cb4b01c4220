import {
  type ImageProgramAttributes,
  type ImageShape,
  stepCodes,
  stepSize,
  stepWords,
} from "@contrastive/ops";
import { declare } from "../bindings.js";
import { type Dispatch, f32, u32 } from "../dispatch.js";
import { bend } from "./bend.js";
import { blur } from "./blur.js";
import { type Canvas, scratchCanvas, THREADS, workgroupCanvas } from "./canvas.js";
import { colour } from "./colour.js";
import { erase } from "./erase.js";
import { geometry } from "./geometry.js";
import { bytes, resample, taps } from "./sample.js";
import { sharpness } from "./sharpness.js";
import { tones } from "./tones.js";
import { warp } from "./warp.js";

/** Words before the steps, of each program: the byte at which its image starts, the image's height and width, and the steps. */
export const HEADER = 4;

export interface ImagePrograms {
  readonly count: number;
  /** Of the longest program. */
  readonly steps: number;
  readonly output: ImageShape;
  readonly normalize?: ImageProgramAttributes["normalize"];
  /** Workgroups that take the images in turn. */
  readonly groups: number;
  /** Pixels of each of a workgroup's two canvases in the scratch buffer, where workgroup memory is too small. */
  readonly scratch?: number;
}

/**
 * `programs` (headers, then steps as `encodeImagePrograms` writes them), `bytes` → `images`, and a scratch buffer in between where
 * one is needed.
 *
 * A workgroup does a program from its first step to its last. All that varies from batch to batch is data.
 */
export function imagePrograms(of: ImagePrograms): Dispatch {
  const { count, steps, output, normalize, groups, scratch } = of;
  const canvas = scratch === undefined ? workgroupCanvas : scratchCanvas;
  return {
    name: "image-program",
    key: canvas.name,
    code: () => code(canvas),
    uniforms: [
      u32(count),
      u32(steps),
      u32(output.height * output.width),
      u32(output.channels),
      u32(scratch ?? 0),
      ...ofChannels(normalize?.mean, 0),
      ...ofChannels(normalize?.std, 1),
    ],
    grid: [groups],
  };
}

/** A value for each of three channels, of which a grey image uses one. */
const ofChannels = (values: readonly number[] | undefined, otherwise: number) =>
  [0, 1, 2].map((c) => f32(values?.[c] ?? otherwise));

const codes = [
  ...Object.entries(stepCodes).map(([op, { code }]) => `const ${op} = ${code}u;`),
  ...Object.values(stepWords).flatMap((words) => words.map((word, i) => `const ${word} = ${i}u;`)),
];

function code(canvas: Canvas): string {
  return /* wgsl */ `
${declare({
  reads: { programs: "u32", bytes: "u32" },
  writes: canvas === scratchCanvas ? { scratch: "f32", images: "f32" } : { images: "f32" },
  uniforms: {
    count: "u32",
    steps: "u32",
    pixels: "u32",
    channels: "u32",
    canvas: "u32",
    meanRed: "f32",
    meanGreen: "f32",
    meanBlue: "f32",
    stdRed: "f32",
    stdGreen: "f32",
    stdBlue: "f32",
  },
})}
${codes.join("\n")}
${canvas.declarations}
${geometry}
${bytes}
${taps}
${resample("sourceResized", (i) => `sourcePixel(start, ${i})`)}
${resample("canvasResized", (i) => `pixelAt(${i})`)}
${colour}
${blur}
${warp}
${bend}
${tones}
${sharpness}
${erase}

/** A step's code, or 0 behind the last, is at \`step\`; its values follow. */
fn codeAt(step: u32, end: u32) -> u32 {
  if (step >= end) { return 0u; }
  return u32(bitcast<f32>(programs[step]));
}

fn valueAt(step: u32, place: u32) -> f32 {
  return bitcast<f32>(programs[step + 1u + place]);
}

fn boxAt(step: u32) -> Box {
  return Box(u32(valueAt(step, 0u)), u32(valueAt(step, 1u)), u32(valueAt(step, 2u)), u32(valueAt(step, 3u)));
}

/** The size of the image after a step on one of size \`before\`. */
fn sizeAfter(code: u32, step: u32, before: Size) -> Size {
  switch (code) {
    case resizedCrop: { return Size(u32(valueAt(step, 4u)), u32(valueAt(step, 5u))); }
    case warp: { return Size(u32(valueAt(step, 8u)), u32(valueAt(step, 9u))); }
    default: { return before; }
  }
}

/** Pixel \`i\` after a step on an image of size \`before\`; a blur has two rounds. */
fn changed(code: u32, step: u32, round: u32, mean: f32, before: Size, after: Size, i: u32) -> vec3f {
  let value = valueAt(step, 0u);
  switch (code) {
    case resizedCrop: { return canvasResized(0u, before.width, boxAt(step), after, i); }
    case flipHorizontal: { return flippedHorizontally(before, i); }
    case flipVertical: { return flippedVertically(before, i); }
    case brightness: { return blended(pixelAt(i), value, 0.0); }
    case contrast: { return blended(pixelAt(i), value, mean); }
    case gaussianBlur: {
      let sigma = valueAt(step, 1u);
      return blurred(before, round == 1u, radiusOf(value, sigma), sigma, i);
    }
    case warp: { return warped(step, before, after, i); }
    case bend: { return bent(step, before, i); }
    case solarize: { return solarized(pixelAt(i), value); }
    case posterize: { return posterized(pixelAt(i), value); }
    case invert: { return 1.0 - pixelAt(i); }
    case equalize: { return equalized(pixelAt(i)); }
    case autocontrast: { return stretched(pixelAt(i)); }
    case sharpness: { return sharpened(before, value, i); }
    case erase: { return painted(step, before, false, i); }
    case eraseWithNoise: { return painted(step, before, true, i); }
    default: { return recoloured(code, value, pixelAt(i)); }
  }
}

/** What changes nothing of a grey image. */
fn recoloured(code: u32, value: f32, pixel: vec3f) -> vec3f {
  if (sizes.channels == 1u) { return pixel; }
  switch (code) {
    case saturation: { return blended(pixel, value, luminance(pixel)); }
    case hue: { return turned(pixel, value); }
    case grayscale: { return vec3f(luminance(pixel)); }
    default: { return pixel; }
  }
}

@compute @workgroup_size(${THREADS})
fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let center = vec3f(sizes.meanRed, sizes.meanGreen, sizes.meanBlue);
  let scale = vec3f(sizes.stdRed, sizes.stdGreen, sizes.stdBlue);
  for (var image = group.x; image < sizes.count; image += groups.x) {
    let header = ${HEADER}u * image;
    let start = programs[header];
    let source = Size(programs[header + 1u], programs[header + 2u]);
    var step = ${HEADER}u * sizes.count + ${stepSize}u * sizes.steps * image;
    let end = step + ${stepSize}u * programs[header + 3u];
    // A first crop is taken of the bytes: what it leaves out is never read.
    var box = Box(0u, 0u, source.height, source.width);
    var size = source;
    if (codeAt(step, end) == resizedCrop) {
      box = boxAt(step);
      size = sizeAfter(resizedCrop, step, source);
      step += ${stepSize}u;
    }
    ${canvas.replace("size.height * size.width", "sourceResized(start, source.width, box, size, i)")}
    for (; step < end; step += ${stepSize}u) {
      let code = codeAt(step, end);
      let before = size;
      size = sizeAfter(code, step, before);
      var mean = 0.0;
      if (code == contrast) { mean = meanLuminance(before.height * before.width, thread); }
      if (code == equalize) { countLevels(before.height * before.width, thread); }
      if (code == autocontrast) { measureRange(before.height * before.width, thread); }
      let rounds = select(1u, 2u, code == gaussianBlur);
      for (var round = 0u; round < rounds; round++) {
        ${canvas.replace("size.height * size.width", "changed(code, step, round, mean, before, size, i)")}
      }
    }
    for (var i = thread; i < sizes.pixels; i += ${THREADS}u) {
      let pixel = (pixelAt(i) - center) / scale;
      let at = (image * sizes.pixels + i) * sizes.channels;
      images[at] = pixel.r;
      if (sizes.channels == 3u) {
        images[at + 1u] = pixel.g;
        images[at + 2u] = pixel.b;
      }
    }
    // Before another image takes the canvas.
    ${canvas.barrier}
  }
}
`;
}
