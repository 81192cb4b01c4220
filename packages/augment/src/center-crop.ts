import { ContrastiveError, type ImageShape, parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { plugin } from "./plugin.js";
import { roundHalfToEven, type Size, sizeSchema, squareOr } from "./schemas.js";

export interface CenterCropOptions {
  /** A square's side, or height and width. */
  readonly size: Size;
}

const schema = z.strictObject({ size: sizeSchema });

/** Cuts the middle out of an image; nothing is drawn. Throws where the image is smaller than the crop. */
export function centerCrop(given: CenterCropOptions): ProgramAugmentation {
  const options = parseOptions("augmentation", "center-crop", schema, given);
  const output = (input: ImageShape): ImageShape => {
    const { height, width } = squareOr(options.size, input);
    if (height <= input.height && width <= input.width) return { height, width, channels: input.channels };
    throw new ContrastiveError({
      who: 'augmentation "center-crop"',
      what: `an image must be at least ${height}×${width}`,
      got: `${input.height}×${input.width}`,
      fix: "Put a resize before it",
    });
  };
  return {
    ...plugin("center-crop", "centerCrop", options),
    output,
    sample(_key, from) {
      const to = output(from);
      const { height, width } = to;
      const top = roundHalfToEven((from.height - height) / 2);
      const left = roundHalfToEven((from.width - width) / 2);
      return {
        output: to,
        steps: [{ op: "resizedCrop", top, left, height, width, outHeight: height, outWidth: width }],
      };
    },
  };
}
