import { type Encoder, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { type CommonOptions, commonOptions, createEncoder } from "./create-encoder.js";
import type { BlockKind, Stem } from "./plan.js";

export interface ResNetOptions extends CommonOptions {
  /**
   * What comes before the first block. `"imagenet"` (the default): a 7×7 convolution of stride 2 and a 3×3 maximum
   * of stride 2, for images from 32×32 pixels and best from about 128×128. `"cifar"`: a 3×3 convolution of
   * stride 1, for small images (Chen et al. 2020, appendix B.9).
   */
  readonly stem?: Stem;
}

/** ResNet-18: images `[batch, height, width, channels]` to `[batch, 512·width]`. He et al. 2016. */
export const resnet18 = resnet("resnet18", "basic", [2, 2, 2, 2]);

/** ResNet-34: images `[batch, height, width, channels]` to `[batch, 512·width]`. He et al. 2016. */
export const resnet34 = resnet("resnet34", "basic", [3, 4, 6, 3]);

/** ResNet-50 v1.5: images `[batch, height, width, channels]` to `[batch, 2048·width]`. He et al. 2016. */
export const resnet50 = resnet("resnet50", "bottleneck", [3, 4, 6, 3]);

/** ResNet-101 v1.5: images `[batch, height, width, channels]` to `[batch, 2048·width]`. He et al. 2016. */
export const resnet101 = resnet("resnet101", "bottleneck", [3, 4, 23, 3]);

/** ResNet-152 v1.5: images `[batch, height, width, channels]` to `[batch, 2048·width]`. He et al. 2016. */
export const resnet152 = resnet("resnet152", "bottleneck", [3, 8, 36, 3]);

/** ResNet-200 v1.5: images `[batch, height, width, channels]` to `[batch, 2048·width]`. The depth of He et al. 2016b. */
export const resnet200 = resnet("resnet200", "bottleneck", [3, 24, 36, 3]);

const schema = z.strictObject({
  stem: z.enum(["imagenet", "cifar"]).default("imagenet"),
  ...commonOptions,
});

function resnet(
  name: string,
  block: BlockKind,
  depths: readonly number[],
): (options?: ResNetOptions) => Encoder {
  return (given = {}) => {
    const options = parseOptions("encoder", name, schema, given);
    return createEncoder(name, options, {
      block,
      depths,
      widths: [64, 128, 256, 512],
      stem: options.stem,
      shortcut: "projection",
    });
  };
}
