import * as tf from "@tensorflow/tfjs-core";
import {
  type Augmentation,
  ContrastiveError,
  isPlugin,
  parseOptions,
  type ProgramAugmentation,
  type TensorAugmentation,
} from "@contrastive/core";
import type { ImageStep } from "@contrastive/ops";
import * as z from "zod";
import { partKey } from "./draws.js";
import { plugin } from "./plugin.js";

export interface ComposeOptions {
  /** Applied in this order. None: images stay as they are. */
  readonly parts?: readonly Augmentation[];
}

/** A program augmentation; where some part works on tensors, with the function that runs after the program. */
export type ComposedAugmentation = ProgramAugmentation & Partial<Pick<TensorAugmentation, "apply">>;

const schema = z.strictObject({
  parts: z.array(z.custom<Augmentation>(isAugmentation, "an augmentation")).readonly().default([]),
});

/**
 * Augmentations one after the other, as one: their programs become one program.
 *
 * Each part draws from a stream of its own, by its position. Throws where a part that is a program, as every
 * composition is, comes after one that works on tensors.
 */
export function compose(given: readonly Augmentation[] | ComposeOptions = {}): ComposedAugmentation {
  const options = parseOptions("augmentation", "compose", schema, isList(given) ? { parts: given } : given);
  const { parts } = options;
  checkOrder(parts);
  const apply = tensorPart(parts);
  return {
    ...plugin("compose", "compose", options),
    output: (input) => parts.reduce((shape, part) => part.output(shape), input),
    sample(key, from) {
      const steps: ImageStep[] = [];
      let shape = from;
      parts.forEach((part, position) => {
        if (!("sample" in part)) return;
        const program = part.sample(partKey(key, position), shape);
        steps.push(...program.steps);
        shape = program.output;
      });
      return { output: shape, steps };
    },
    ...(apply && { apply }),
  };
}

/** What the tensor parts do, one after the other. */
function tensorPart(parts: readonly Augmentation[]): TensorAugmentation["apply"] | undefined {
  if (!parts.some((part) => "apply" in part)) return undefined;
  return (images, keys) =>
    tf.tidy(() =>
      parts.reduce((batch, part, position) => {
        if (!("apply" in part)) return batch;
        return part.apply(
          batch,
          keys.map((key) => partKey(key, position)),
        );
      }, images),
    );
}

function checkOrder(parts: readonly Augmentation[]): void {
  const tensor = parts.findIndex((part) => "apply" in part);
  const late = parts.findIndex((part, i) => tensor !== -1 && i > tensor && "sample" in part);
  if (late === -1) return;
  throw new ContrastiveError({
    who: 'augmentation "compose"',
    what:
      `part ${late}, "${parts[late].name}", is a program and can't run after ` +
      `part ${tensor}, "${parts[tensor].name}", which works on tensors`,
    fix: "Put the parts that work on tensors last",
  });
}

function isAugmentation(value: unknown): boolean {
  if (!isPlugin(value)) return false;
  const { output, sample, apply } = value as Partial<ProgramAugmentation & TensorAugmentation>;
  return typeof output === "function" && (typeof sample === "function" || typeof apply === "function");
}

// Array.isArray does not narrow a readonly array out of a union.
function isList(given: readonly Augmentation[] | ComposeOptions): given is readonly Augmentation[] {
  return Array.isArray(given);
}
