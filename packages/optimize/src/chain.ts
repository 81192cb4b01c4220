import * as z from "zod";
import { type GradientTransform, type Params, parseOptions, type TransformContext } from "@contrastive/core";
import { under, within } from "./params.js";
import { plugin } from "./plugin.js";

export interface ChainOptions {
  /** Applied in this order, each to the updates of the one before. None: gradients pass through unchanged. */
  readonly transforms?: readonly GradientTransform[];
}

const schema = z.strictObject({
  transforms: z
    .array(z.custom<GradientTransform>(isTransform, "a gradient transform"))
    .readonly()
    .default([]),
});

/**
 * Gradient transforms one after the other, as one; a chain is itself a transform.
 *
 * Its state is theirs, each under its position: `1/momentum/conv1.weight`.
 */
export function chain(given: readonly GradientTransform[] | ChainOptions = {}): GradientTransform {
  const options = parseOptions("optimizer", "chain", schema, isList(given) ? { transforms: given } : given);
  const { transforms } = options;
  const last = transforms.at(-1);
  return {
    ...plugin("chain", "chain", options),
    init: (weights) =>
      Object.assign({}, ...transforms.map((transform, i) => under(String(i), transform.init(weights)))),
    update: (gradients, state, context) => updateInTurn(transforms, gradients, state, context),
    ...(last?.apply !== undefined && {
      apply(gradients, state, context) {
        const position = String(transforms.length - 1);
        const before = updateInTurn(transforms.slice(0, -1), gradients, state, context);
        const { weights, state: own } = last.apply!(before.updates, within(position, state), context);
        return { weights, state: { ...before.state, ...under(position, own) } };
      },
    }),
    metrics: (progress) =>
      Object.assign({}, ...transforms.map((transform) => transform.metrics?.(progress) ?? {})),
  };
}

function updateInTurn(
  transforms: readonly GradientTransform[],
  gradients: Params,
  state: Params,
  context: TransformContext,
): { updates: Params; state: Params } {
  let updates = gradients;
  const next: Record<string, Params[string]> = {};
  transforms.forEach((transform, i) => {
    const result = transform.update(updates, within(String(i), state), context);
    updates = result.updates;
    Object.assign(next, under(String(i), result.state));
  });
  return { updates, state: next };
}

export function isTransform(value: unknown): boolean {
  const { init, update } = (value ?? {}) as Partial<GradientTransform>;
  return typeof init === "function" && typeof update === "function";
}

// Array.isArray does not narrow a readonly array out of a union.
function isList(given: readonly GradientTransform[] | ChainOptions): given is readonly GradientTransform[] {
  return Array.isArray(given);
}
