import { l2NormalizeViews } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import type { Loss, LossInput, LossNeeds, LossOutput, Params, Schedule, Space } from "./contracts.js";
import { isPlugin } from "./describe.js";
import { ContrastiveError } from "./errors.js";
import { parseOptions } from "./options.js";

/** A loss and how much it counts: a number, or a schedule of one. */
export type SumTerm = readonly [weight: number | Schedule, loss: Loss];

export interface SumOptions {
  readonly terms: readonly SumTerm[];
}

const schema = z.strictObject({
  terms: z
    .array(
      z
        .tuple([
          z.union([z.number(), z.custom<Schedule>(has("at"), "a schedule, such as cosine({ peak: 1 })")]),
          z.custom<Loss>(has("compute"), "a loss, such as supCon()"),
        ])
        .readonly(),
    )
    .min(1)
    .readonly(),
});

/**
 * Several losses at once, each with its weight: `sum([[0.5, supCon()], [1, crossEntropy()]])`.
 *
 * They may stand on different spaces, such as one on the representation and one on the projection; each gets its embeddings
 * scaled to length 1 or not, as it needs. Weights and buffers of a loss go by its name, as do its metrics; its own value,
 * unweighted, is a metric too.
 *
 * Throws for an option that is wrong, and for terms of which one needs class indices and one soft labels.
 */
export function sum(given: readonly SumTerm[] | SumOptions): Loss {
  const options = parseOptions("loss", "sum", schema, isList(given) ? { terms: given } : given);
  const terms = named(options.terms);
  const needs = needsOf(options.terms.map(([, loss]) => loss));
  const hasChecks = options.terms.some(([, loss]) => loss.checkBatch !== undefined);
  return {
    name: "sum",
    options,
    source: { module: "@contrastive/core", export: "sum" },
    needs,
    takesMixedLabels: options.terms.every(([, loss]) => loss.takesMixedLabels === true),
    init: (rng, dims, classes) => {
      const parts = terms.map(({ key, loss }) => {
        const { weights = {}, buffers = {} } = loss.init?.(rng.fork(key), dims, classes) ?? {};
        return { weights: under(key, weights), buffers: under(key, buffers) };
      });
      return {
        weights: Object.assign({}, ...parts.map(({ weights }) => weights)) as Params,
        buffers: Object.assign({}, ...parts.map(({ buffers }) => buffers)) as Params,
      };
    },
    ...(hasChecks && {
      checkBatch: (labels, views, classes) => {
        for (const { loss } of terms) loss.checkBatch?.(labelsFor(loss, labels), views, classes);
      },
    }),
    compute: (input) => tf.tidy(() => joined(terms, input, needs)),
  };
}

interface Term {
  /** Its name, numbered where several have the same. */
  readonly key: string;
  readonly weight: number | Schedule;
  readonly loss: Loss;
}

function named(terms: readonly SumTerm[]): Term[] {
  return terms.map(([weight, loss], i) => {
    const before = terms.slice(0, i).filter(([, other]) => other.name === loss.name).length;
    return { key: before === 0 ? loss.name : `${loss.name}-${before + 1}`, weight, loss };
  });
}

function needsOf(losses: readonly Loss[]): LossNeeds {
  const needs = losses.map((loss) => loss.needs);
  const labelled = losses.filter(({ needs: { labels } }) => labels !== "none");
  const kinds = new Set(labelled.map(({ needs: { labels } }) => labels));
  if (kinds.size > 1) {
    throw new ContrastiveError({
      who: 'loss "sum"',
      what: "all terms with labels must take the same kind",
      got: Object.fromEntries(labelled.map(({ name, needs: { labels } }) => [name, labels])),
      fix: 'Give them the option labels: "soft" or "index" alike',
    });
  }
  return {
    labels: [...kinds][0] ?? "none",
    views: Math.max(...needs.map(({ views }) => views)),
    on: [...new Set(needs.flatMap(({ on }) => on))],
    unitLength: needs.every(({ unitLength }) => unitLength),
    targets: needs.some(({ targets }) => targets),
  };
}

function joined(terms: readonly Term[], input: LossInput, needs: LossNeeds) {
  const outputs = terms.map(({ key, weight, loss }) => {
    const output = loss.compute(inputFor({ key, loss }, input, needs));
    const factor = typeof weight === "number" ? weight : weight.at(input);
    return {
      weighted: tf.mul<tf.Scalar>(output.loss, factor),
      buffers: under(key, output.buffers ?? {}),
      metrics: metricsOf(key, output, typeof weight === "number" ? undefined : factor),
    };
  });
  return {
    loss: tf.addN(outputs.map(({ weighted }) => weighted)) as tf.Scalar,
    buffers: {
      ...input.buffers,
      ...(Object.assign({}, ...outputs.map(({ buffers }) => buffers)) as Params),
    },
    metrics: Object.assign({}, ...outputs.map(({ metrics }) => metrics)) as Record<string, tf.Scalar>,
  };
}

function metricsOf(
  key: string,
  { loss, metrics = {} }: LossOutput,
  factor: number | undefined,
): Record<string, tf.Scalar> {
  return {
    [key]: loss,
    ...(factor !== undefined && { [`${key}.weight`]: tf.scalar(factor) }),
    ...under(key, metrics),
  };
}

/** What a term would get alone. */
function inputFor({ key, loss }: Pick<Term, "key" | "loss">, input: LossInput, sum: LossNeeds): LossInput {
  const { labels, targets, stepsPerEpoch, totalSteps } = input;
  const scaled = loss.needs.unitLength && !sum.unitLength;
  const own = (spaces: LossInput["embeddings"]) =>
    Object.fromEntries(
      loss.needs.on.flatMap((space) => {
        const values = spaces[space];
        return values === undefined ? [] : [[space, scaled ? l2NormalizeViews(values) : values]];
      }),
    ) as Partial<Record<Space, tf.Tensor3D>>;
  const ownLabels = labelsFor(loss, labels);
  return {
    // Not before a loss asks for it.
    get step() {
      return input.step;
    },
    stepsPerEpoch,
    totalSteps,
    embeddings: own(input.embeddings),
    ...(targets && loss.needs.targets && { targets: own(targets) }),
    ...(ownLabels && { labels: ownLabels }),
    weights: of(key, input.weights),
    buffers: of(key, input.buffers),
  };
}

function labelsFor<T>(loss: Loss, labels: T | undefined): T | undefined {
  return loss.needs.labels === "none" ? undefined : labels;
}

function under<T extends tf.Tensor>(key: string, params: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(params).map(([name, tensor]) => [`${key}.${name}`, tensor]));
}

function of(key: string, params: Params): Params {
  const prefix = `${key}.`;
  return Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}

function isList(given: readonly SumTerm[] | SumOptions): given is readonly SumTerm[] {
  return Array.isArray(given);
}

function has(method: string): (value: unknown) => boolean {
  return (value) =>
    isPlugin(value) && typeof (value as unknown as Record<string, unknown>)[method] === "function";
}
