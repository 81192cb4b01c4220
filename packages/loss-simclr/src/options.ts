import type { Space } from "@contrastive/core";
import * as z from "zod";

export interface OnOption {
  /**
   * What the views are compared by. Default `"projection"`: the head takes on what the loss asks for at the cost of
   * other uses, and is thrown away (2002.05709, section 4.2). `"representation"` trains without a head.
   */
  readonly on?: Space;
}

export const on = z.enum(["representation", "projection"]).default("projection");
