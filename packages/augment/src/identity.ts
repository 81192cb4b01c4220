import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import * as z from "zod";
import { plugin } from "./plugin.js";

const schema = z.strictObject({});

/** Leaves images as they are. */
export function identity(given: Readonly<Record<string, never>> = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "identity", schema, given);
  return {
    ...plugin("identity", "identity", options),
    output: (input) => input,
    sample: (_key, from) => ({ output: from, steps: [] }),
  };
}
