import type { Rng } from "@contrastive/core";

type Colour = readonly [red: number, green: number, blue: number];

/** A direction as cosine and sine. */
type Direction = readonly [cos: number, sin: number];

/** A colour that shifts across the image, with waves over it. */
export interface Surface {
  readonly colour: Colour;
  /** Added from one side of the image to the other. */
  readonly shift: Colour;
  readonly shiftAlong: Direction;
  readonly waves: {
    readonly amplitude: number;
    readonly along: Direction;
    readonly count: number;
    readonly phase: number;
  };
}

/** Where a figure stands and how it is turned; lengths in parts of the image's side. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly turn: Direction;
  /** Width over height of the figure. */
  readonly aspect: number;
}

export interface Blob {
  readonly pose: Pose;
  readonly kind: "disc" | "bar";
  readonly colour: Colour;
}

/** All that is drawn for one image but its noise. */
export interface Scene {
  readonly background: Surface;
  readonly behind: readonly Blob[];
  readonly pose: Pose;
  readonly foreground: Surface;
  readonly before: readonly Blob[];
  readonly brightness: number;
  /** Largest change of a value by noise. */
  readonly noise: number;
}

/** The least distance of foreground and background in the RGB cube, whose diagonal is 1.73. */
const leastContrast = 0.6;

/** Draws a scene. Nothing in it depends on the class. */
export function drawScene(rng: Rng): Scene {
  const background = colour(rng);
  let foreground = colour(rng);
  while (distance(foreground, background) < leastContrast) foreground = colour(rng);
  const radius = between(rng, 0.26, 0.4);
  // Most of the figure stays in the image: at most a fifth of its radius leaves it.
  const margin = 0.8 * radius;
  const pose: Pose = {
    x: between(rng, margin, 1 - margin),
    y: between(rng, margin, 1 - margin),
    radius,
    turn: direction(rng),
    aspect: between(rng, 0.85, 1.18),
  };
  return {
    background: surface(rng, background, 0.25, 0.08),
    behind: Array.from({ length: rng.below(4) }, () => blob(rng)),
    pose,
    foreground: surface(rng, foreground, 0.2, 0.06),
    before: Array.from({ length: rng.below(2) }, () => blob(rng)),
    brightness: between(rng, 0.65, 1.15),
    noise: between(rng, 0.01, 0.1),
  };
}

function surface(rng: Rng, colour: Colour, shift: number, amplitude: number): Surface {
  return {
    colour,
    shift: [between(rng, -shift, shift), between(rng, -shift, shift), between(rng, -shift, shift)],
    shiftAlong: direction(rng),
    waves: {
      amplitude: between(rng, 0, amplitude),
      along: direction(rng),
      count: between(rng, 1.5, 7),
      phase: rng.uniform(),
    },
  };
}

function blob(rng: Rng): Blob {
  const kind = rng.below(2) === 0 ? "disc" : "bar";
  const radius = between(rng, 0.03, 0.08);
  return {
    kind,
    colour: colour(rng),
    pose: {
      x: rng.uniform(),
      y: rng.uniform(),
      radius,
      turn: direction(rng),
      aspect: kind === "disc" ? between(rng, 0.7, 1.4) : between(rng, 2, 4),
    },
  };
}

function colour(rng: Rng): Colour {
  return [rng.uniform(), rng.uniform(), rng.uniform()];
}

function distance(a: Colour, b: Colour): number {
  const [red, green, blue] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  return Math.sqrt(red * red + green * green + blue * blue);
}

function between(rng: Rng, low: number, high: number): number {
  return low + (high - low) * rng.uniform();
}

/** Uniform over the circle, without sine and cosine, whose last bit is not the same on every engine. */
function direction(rng: Rng): Direction {
  for (;;) {
    const x = between(rng, -1, 1);
    const y = between(rng, -1, 1);
    const square = x * x + y * y;
    if (square > 0.01 && square <= 1) return [x / Math.sqrt(square), y / Math.sqrt(square)];
  }
}
