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
  | { readonly op: "gaussianBlur"; readonly kernelSize: number; readonly sigma: number };
