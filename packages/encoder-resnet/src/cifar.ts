import { type Encoder, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { type CommonOptions, commonOptions, createEncoder } from "./create-encoder.js";

export interface CifarResNetOptions extends CommonOptions {
  /**
   * How a block that changes the shape passes its input on. `"A"` (the default, as in the paper): every second pixel,
   * with channels of zeros on both sides. `"B"`: a 1×1 convolution with batch normalisation.
   */
  readonly shortcut?: "A" | "B";
}

/** ResNet-8 for images of about 32×32 pixels: `[batch, height, width, channels]` to `[batch, 64·width]`. */
export const resnet8 = cifarResNet("resnet8", 1);

/** ResNet-20 for images of about 32×32 pixels, to `[batch, 64·width]`. He et al. 2016, section 4.2. */
export const resnet20 = cifarResNet("resnet20", 3);

/** ResNet-32 for images of about 32×32 pixels, to `[batch, 64·width]`. He et al. 2016, section 4.2. */
export const resnet32 = cifarResNet("resnet32", 5);

/** ResNet-56 for images of about 32×32 pixels, to `[batch, 64·width]`. He et al. 2016, section 4.2. */
export const resnet56 = cifarResNet("resnet56", 9);

const schema = z.strictObject({
  shortcut: z.enum(["A", "B"]).default("A"),
  ...commonOptions,
});

function cifarResNet(name: string, depth: number): (options?: CifarResNetOptions) => Encoder {
  return (given = {}) => {
    const options = parseOptions("encoder", name, schema, given);
    return createEncoder(name, options, {
      block: "basic",
      depths: [depth, depth, depth],
      widths: [16, 32, 64],
      stem: "cifar",
      shortcut: options.shortcut === "A" ? "padded-identity" : "projection",
    });
  };
}
