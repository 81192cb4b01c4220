import { type ImageShape, parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { plugin } from "./plugin.js";
import { type Size, sizeSchema } from "./schemas.js";

export interface ResizeOptions {
  /** The shorter side, with the image's proportions kept; or height and width. */
  readonly size: Size;
}

const schema = z.strictObject({ size: sizeSchema });

/** Resizes a whole image, bilinear with antialiasing; nothing is drawn. As torchvision's `Resize`. */
export function resize(given: ResizeOptions): ProgramAugmentation {
  const options = parseOptions("augmentation", "resize", schema, given);
  const output = (input: ImageShape): ImageShape => ({
    ...resized(input, options.size),
    channels: input.channels,
  });
  return {
    ...plugin("resize", "resize", options),
    output,
    sample(_key, from) {
      const to = output(from);
      const { height, width } = from;
      return {
        output: to,
        steps: [
          { op: "resizedCrop", top: 0, left: 0, height, width, outHeight: to.height, outWidth: to.width },
        ],
      };
    },
  };
}

function resized({ height, width }: ImageShape, size: Size): { height: number; width: number } {
  if (typeof size !== "number") return { height: size[0], width: size[1] };
  // Truncated, as torchvision does.
  const longer = Math.trunc((size * Math.max(height, width)) / Math.min(height, width));
  return height <= width ? { height: size, width: longer } : { height: longer, width: size };
}
