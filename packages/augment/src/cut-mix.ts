import { type ImageShape, type Mix, type Mixture, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { drawBeta } from "./beta.js";
import { batchDrawsOf } from "./draws.js";
import { plugin } from "./plugin.js";
import { positive } from "./schemas.js";

export interface CutMixOptions {
  /**
   * α of Beta(α, α), which λ is drawn from, the part of the image that the box leaves: 1 is even in 0..1, larger nearer to half.
   * Default 1, as torchvision and the paper.
   */
  readonly alpha?: number;
}

const schema = z.strictObject({ alpha: positive.default(1) });

/**
 * Pastes a box of the sample before it in the batch into each, as torchvision's `CutMix`; one box a batch.
 *
 * The box has √(1 − λ) of the image's height and width (eq. 2), and its centre lies anywhere, so that some of it may be cut off. The
 * labels are mixed as in eq. 1, with λ the part of the pixels that it really leaves. Yun et al. 2019, arXiv 1905.04899.
 */
export function cutMix(given: CutMixOptions = {}): Mix {
  const options = parseOptions("mix", "cutmix", schema, given);
  return {
    ...plugin("cutmix", "cutMix", options),
    draw(key, image) {
      const rng = batchDrawsOf(key);
      const lambda = drawBeta(rng, options.alpha);
      const center = { x: rng.below(image.width), y: rng.below(image.height) };
      return paste(lambda, center, image);
    },
  };
}

/** What λ and a box's centre come to in pixels. */
export function paste(
  lambda: number,
  center: { readonly x: number; readonly y: number },
  image: Pick<ImageShape, "height" | "width">,
): Mixture {
  const half = 0.5 * Math.sqrt(1 - lambda);
  const [top, height] = span(center.y, Math.floor(half * image.height), image.height);
  const [left, width] = span(center.x, Math.floor(half * image.width), image.width);
  const share = Math.fround(1 - (height * width) / (image.height * image.width));
  return { op: "paste", share, top, left, height, width };
}

/** Where a side begins, and how long it is inside the image. */
function span(center: number, half: number, size: number): [start: number, length: number] {
  const start = Math.max(0, center - half);
  return [start, Math.min(size, center + half) - start];
}
