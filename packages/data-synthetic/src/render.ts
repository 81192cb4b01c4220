import type { Rng } from "@contrastive/core";
import type { Blob, Pose, Scene, Surface } from "./scene.js";
import type { Shape } from "./shapes.js";

/** Paints a scene with a shape in it: RGB, `size` × `size`, channels last. */
export function render(scene: Scene, shape: Shape, size: number, rng: Rng): Uint8Array {
  const canvas = new Float64Array(size * size * 3);
  paint(canvas, size, scene.background);
  for (const blob of scene.behind) paintBlob(canvas, size, blob);
  paint(canvas, size, scene.foreground, { shape, pose: scene.pose });
  for (const blob of scene.before) paintBlob(canvas, size, blob);
  return develop(canvas, scene, rng);
}

interface Figure {
  readonly shape: Shape;
  readonly pose: Pose;
}

function paintBlob(canvas: Float64Array, size: number, { kind, colour, pose }: Blob): void {
  paint(canvas, size, { ...plain, colour }, { shape: blobShapes[kind], pose });
}

const blobShapes = {
  disc: (x, y) => Math.sqrt(x * x + y * y) - 1,
  bar: (x, y) => Math.max(Math.abs(x), Math.abs(y)) - 1,
} satisfies Record<Blob["kind"], Shape>;

const plain: Omit<Surface, "colour"> = {
  shift: [0, 0, 0],
  shiftAlong: [1, 0],
  waves: { amplitude: 0, along: [1, 0], count: 1, phase: 0 },
};

/** Lays a surface over the canvas: all of it, or where a figure is, with edges one pixel soft. */
function paint(canvas: Float64Array, size: number, surface: Surface, figure?: Figure): void {
  const { colour, shift, shiftAlong, waves } = surface;
  const { left, right, top, bottom } = figure === undefined ? all(size) : bounds(figure.pose, size);
  for (let row = top; row < bottom; row++) {
    const y = (row + 0.5) / size;
    for (let column = left; column < right; column++) {
      const x = (column + 0.5) / size;
      const cover = figure === undefined ? 1 : coverage(figure, x, y, size);
      if (cover === 0) continue;
      const shifted = (x - 0.5) * shiftAlong[0] + (y - 0.5) * shiftAlong[1];
      const wave =
        waves.amplitude * triangleWave(waves.count * (x * waves.along[0] + y * waves.along[1]) + waves.phase);
      const at = (row * size + column) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const value = colour[channel] + shifted * shift[channel] + wave;
        canvas[at + channel] += cover * (value - canvas[at + channel]);
      }
    }
  }
}

/** The part of the pixel at (x, y) that the figure covers, 0 to 1, from the distance to its outline. */
function coverage({ shape, pose }: Figure, x: number, y: number, size: number): number {
  const [cos, sin] = pose.turn;
  const stretch = Math.sqrt(pose.aspect);
  const dx = (x - pose.x) / pose.radius;
  const dy = (y - pose.y) / pose.radius;
  const distance = shape((dx * cos + dy * sin) / stretch, (dy * cos - dx * sin) * stretch);
  return Math.min(1, Math.max(0, 0.5 - distance * pose.radius * size));
}

/** The pixels that a figure can touch. */
function bounds({ x, y, radius, aspect }: Pose, size: number) {
  // No shape reaches further than the corner of a square of side 2; a stretched one reaches further by its stretch.
  const reach = radius * Math.SQRT2 * Math.sqrt(Math.max(aspect, 1 / aspect)) + 1 / size;
  return {
    left: Math.max(0, Math.floor((x - reach) * size)),
    right: Math.min(size, Math.ceil((x + reach) * size)),
    top: Math.max(0, Math.floor((y - reach) * size)),
    bottom: Math.min(size, Math.ceil((y + reach) * size)),
  };
}

function all(size: number) {
  return { left: 0, right: size, top: 0, bottom: size };
}

/** -1 to 1 with period 1. */
function triangleWave(turns: number): number {
  return 4 * Math.abs(turns - Math.floor(turns) - 0.5) - 1;
}

/** Applies brightness, adds noise (uniform, a value for each pixel and channel) and rounds to bytes. */
function develop(canvas: Float64Array, { brightness, noise }: Scene, rng: Rng): Uint8Array {
  const bytes = new Uint8Array(canvas.length);
  for (let at = 0; at < canvas.length; at += 3) {
    // One draw serves the three channels, a byte each: noise is most of the cost of an image.
    const draw = rng.uint32();
    for (let channel = 0; channel < 3; channel++) {
      const grain = (((draw >>> (8 * channel)) & 0xff) - 127.5) / 127.5;
      const value = brightness * canvas[at + channel] + noise * grain;
      bytes[at + channel] = Math.round(255 * Math.min(1, Math.max(0, value)));
    }
  }
  return bytes;
}
