/** Pixels; channels 1 (grey) or 3 (RGB). */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** An image of bytes: rows from the top, channels last. */
export interface ImageBytes extends ImageShape {
  readonly data: Uint8Array;
}

/** What an augmentation does to one image, fully drawn: nothing random is left. Version 1 of the format. */
export interface ImageProgram {
  readonly output: ImageShape;
  readonly steps: readonly ImageStep[];
}

/**
 * One operation on an image whose values are in 0..1, defined as torchvision's v2 transform of the name on float
 * tensors. On a grey image saturation, hue and grayscale change nothing.
 */
export type ImageStep =
  /** Cuts a box (pixels of the current image) and resizes it, bilinear with antialiasing. */
  | {
      readonly op: "resizedCrop";
      readonly top: number;
      readonly left: number;
      readonly height: number;
      readonly width: number;
      readonly outHeight: number;
      readonly outWidth: number;
    }
  | { readonly op: "flipHorizontal" }
  | { readonly op: "flipVertical" }
  /** Blends with black, with the mean luminance, or with each pixel's luminance; factor >= 0, and 1 changes nothing. */
  | { readonly op: "brightness" | "contrast" | "saturation"; readonly factor: number }
  /** A shift of the hue as a part of a full turn, -0.5 to 0.5. */
  | { readonly op: "hue"; readonly shift: number }
  /** Luminance in every channel. */
  | { readonly op: "grayscale" }
  /** Separable, odd kernel size, reflected at the border: half the kernel must be smaller than the image. */
  | { readonly op: "gaussianBlur"; readonly kernelSize: number; readonly sigma: number }
  | WarpStep
  | BendStep
  /** Inverts what is at least the threshold, 0..1, up to rounding. */
  | { readonly op: "solarize"; readonly threshold: number }
  /** Rounds down to `2 ** bits` levels of which the last is the first below 1; bits 0 to 8. */
  | { readonly op: "posterize"; readonly bits: number }
  | { readonly op: "invert" }
  /** Spreads each channel's 256 levels evenly. */
  | { readonly op: "equalize" }
  /** Stretches each channel to 0..1; one whose values differ by less than 1e-4 stays. */
  | { readonly op: "autocontrast" }
  /** Blends with a smoothed image, all but the outermost pixels; factor >= 0, 0 smooths and 1 changes nothing. */
  | { readonly op: "sharpness"; readonly factor: number }
  /** Paints a box in one colour, of which a grey image takes the red. */
  | (BoxStep & { readonly op: "erase"; readonly red: number; readonly green: number; readonly blue: number })
  /** Fills a box with even noise that depends on the seed alone, a whole number below 2 ** 24. */
  | (BoxStep & { readonly op: "eraseWithNoise"; readonly seed: number });

/** In pixels of the current image. */
interface BoxStep {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Makes an image of which the pixel in column x and row y is the old one at
 * `(xx x + xy y + x0, yx x + yy y + y0) / (wx x + wy y + 1)`, where whole numbers are the middles of pixels.
 *
 * Nearest and bilinear as torchvision's `affine`, `rotate` and `perspective`; where
 * nearest has two to choose from, it takes the later.
 */
export interface WarpStep {
  readonly op: "warp";
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
  readonly wx: number;
  readonly wy: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly interpolation: (typeof interpolations)[number];
  /** What is outside, named as torchvision's `pad` does: `fill`, or a continuation of the image. */
  readonly border: (typeof borders)[number];
  /** Of the border `"constant"`, in all channels. */
  readonly fill: number;
}

/**
 * Bends an image as a thin plate, so that four points of it come to lie at these places, in pixels: those a third and two thirds down
 * its sides, the upper ones first. Bilinear; what is outside continues the edge.
 *
 * `sparse_image_warp` of TensorFlow Addons with these points, order 2 and no regularization. Whole numbers are the middles of pixels.
 */
export interface BendStep {
  readonly op: "bend";
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly x3: number;
  readonly y3: number;
}

export const interpolations = ["nearest", "bilinear"] as const;

export const borders = ["constant", "edge", "reflect", "symmetric"] as const;
