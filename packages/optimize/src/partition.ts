import * as z from "zod";
import {
  ContrastiveError,
  type GradientTransform,
  type Params,
  parseOptions,
  type TransformContext,
} from "@contrastive/core";
import { isTransform } from "./chain.js";
import { under, within } from "./params.js";
import { plugin } from "./plugin.js";

export interface Part {
  /** Weights whose names begin with this: `"loss."` for the loss's own, `"encoder."`, `"head."`. Default: all that are left. */
  readonly weights?: string;
  readonly optimizer: GradientTransform;
}

export interface PartitionOptions {
  /** A weight goes to the first part that takes it. */
  readonly parts?: readonly Part[];
}

const schema = z.strictObject({
  parts: z
    .array(
      z.strictObject({
        weights: z.string().default(""),
        optimizer: z.custom<GradientTransform>(isTransform, "a gradient transform"),
      }),
    )
    .readonly()
    .default([]),
});

/**
 * An optimizer for each part of the weights, such as a larger learning rate for a loss's proxies:
 *
 * ```ts
 * partition([{ weights: "loss.", optimizer: sgd({ learningRate: 1 }) }, { optimizer: sgd({ learningRate: 0.05 }) }]);
 * ```
 *
 * Its state is theirs, each under its position; the metrics of a part go by its weights: `loss.learningRate`. Throws in `init`
 * for a weight that no part takes.
 */
export function partition(given: readonly Part[] | PartitionOptions = {}): GradientTransform {
  const options = parseOptions("optimizer", "partition", schema, isList(given) ? { parts: given } : given);
  const parts = options.parts.map((part, i) => ({ ...part, position: String(i) }));
  const partOf = (name: string) => parts.find(({ weights }) => name.startsWith(weights));
  const select = (params: Params, position: string) =>
    Object.fromEntries(Object.entries(params).filter(([name]) => partOf(name)?.position === position));
  const each = <T extends { readonly state: Params }>(
    gradients: Params,
    state: Params,
    context: TransformContext,
    f: (optimizer: GradientTransform, ...own: [Params, Params, TransformContext]) => T,
  ) => {
    const results = parts.map(({ optimizer, position }) => {
      const weights = select(context.weights, position);
      const own = { ...context, weights };
      return { position, ...f(optimizer, select(gradients, position), within(position, state), own) };
    });
    const next: Params[] = results.map((result) => under(result.position, result.state));
    return { results, state: Object.assign({}, ...next) as Params };
  };
  return {
    ...plugin("partition", "partition", options),
    init: (weights) => {
      const left = Object.keys(weights).find((name) => partOf(name) === undefined);
      if (left !== undefined) {
        throw new ContrastiveError({
          who: 'optimizer "partition"',
          what: `no part takes the weight "${left}"`,
          got: parts.map((part) => part.weights),
          fix: "End with a part without weights, which takes all that are left",
        });
      }
      const states: Params[] = parts.map(({ optimizer, position }) =>
        under(position, optimizer.init(select(weights, position))),
      );
      return Object.assign({}, ...states) as Params;
    },
    update: (gradients, before, context) => {
      const { results, state } = each(gradients, before, context, (optimizer, ...own) =>
        optimizer.update(...own),
      );
      return { updates: Object.assign({}, ...results.map(({ updates }) => updates)) as Params, state };
    },
    ...(parts.every(({ optimizer }) => optimizer.apply !== undefined) && {
      apply: (gradients, before, context) => {
        const { results, state } = each(gradients, before, context, (optimizer, ...own) =>
          optimizer.apply!(...own),
        );
        return { weights: Object.assign({}, ...results.map(({ weights }) => weights)) as Params, state };
      },
    }),
    metrics: (progress) =>
      Object.assign(
        {},
        ...parts.map(({ weights, optimizer }) =>
          Object.fromEntries(
            Object.entries(optimizer.metrics?.(progress) ?? {}).map(([name, value]) => [
              `${weights}${name}`,
              value,
            ]),
          ),
        ),
      ) as Readonly<Record<string, number>>,
  };
}

// Array.isArray does not narrow a readonly array out of a union.
function isList(given: readonly Part[] | PartitionOptions): given is readonly Part[] {
  return Array.isArray(given);
}
