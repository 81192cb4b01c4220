import {
  type Augmentation,
  ContrastiveError,
  type OpenDataset,
  type OpenSampler,
  parseOptions,
} from "@contrastive/core";
import * as z from "zod";
import { readAhead } from "./read-ahead.js";
import { groupViews, type ViewGroup } from "./view-groups.js";

export interface LoaderOptions {
  readonly dataset: OpenDataset;
  /** The augmentation of each view; a sample gets one image per view. */
  readonly views: readonly Augmentation[];
  readonly sampler: OpenSampler;
  /** In samples, not images. */
  readonly batchSize: number;
  /** Of the augmentations. */
  readonly seed: number;
  /** How many batches are read while another is in use; default 2: enough to hide reads of uneven length. */
  readonly prefetch?: number;
  /**
   * Makes the values of a group of views while earlier batches are in use. Without it, whoever takes the batch makes them from images
   * and programs.
   */
  readonly makeViews?: (group: ViewGroup, signal: AbortSignal) => Promise<Float32Array>;
  /** Leaves out the smaller batch at the end of an epoch; default true, so that tensors keep their shapes. */
  readonly dropLast?: boolean;
}

export interface Batch {
  readonly epoch: number;
  /** Within the epoch, from 0. */
  readonly step: number;
  /** The samples of the batch, as the dataset numbers them. */
  readonly indices: Uint32Array;
  /** `[batch]`, where the dataset has labels. */
  readonly labels?: Int32Array;
  /** `[batch, classes]`, row by row, where the dataset has soft labels. */
  readonly softLabels?: Float32Array;
  readonly groups: readonly ViewGroup[];
}

export interface StepsOptions {
  readonly signal?: AbortSignal;
}

export interface EpochOptions extends StepsOptions {
  /** The step to start at, to resume within an epoch; default 0. */
  readonly from?: number;
}

export interface Loader {
  readonly stepsPerEpoch: number;
  /**
   * The batches of an epoch; the same ones whenever it is asked for.
   *
   * Iterating reads ahead. A failed read is thrown at its batch; leaving the loop stops the reading, an abort throws
   * the signal's reason.
   */
  epoch(epoch: number, options?: EpochOptions): AsyncIterable<Batch>;
  /**
   * The batches of steps `from` to before `to`, counted from the start of epoch 0. As one `epoch` after the other, but that the next
   * epoch's first batches are read while the last ones are in use.
   */
  steps(from: number, to: number, options?: StepsOptions): AsyncIterable<Batch>;
}

const schema = z.object({
  batchSize: z.int().min(1),
  seed: z.int().min(0),
  prefetch: z.int().min(0).default(2),
  dropLast: z.boolean().default(true),
  views: z.array(z.unknown()).min(1),
});

/**
 * Turns a dataset into batches of views: what to read, and the program that makes each view of it.
 *
 * Throws if an epoch has no batch: the data is empty, or fewer than `batchSize` samples with `dropLast`.
 */
export function createLoader(given: LoaderOptions): Loader {
  const { batchSize, seed, prefetch, dropLast } = parseOptions("data", "loader", schema, {
    ...given,
    views: [...given.views],
  });
  const { dataset, sampler, views, makeViews } = given;
  const samplesPerEpoch = sampler.epoch(0).length;
  const stepsPerEpoch = Math[dropLast ? "floor" : "ceil"](samplesPerEpoch / batchSize);
  if (stepsPerEpoch === 0) throw tooFew(samplesPerEpoch, batchSize);

  async function load(count: number, signal: AbortSignal): Promise<Batch> {
    const epoch = Math.floor(count / stepsPerEpoch);
    const step = count % stepsPerEpoch;
    const plan = planOf(epoch);
    const start = step * batchSize;
    const indices = plan.order.slice(start, start + batchSize);
    const { images, labels, softLabels } = await dataset.read(indices, signal);
    if (images.length !== indices.length) {
      throw new ContrastiveError({
        who: "loader",
        what: `the dataset must give an image for each of the ${indices.length} indices`,
        got: images.length,
      });
    }
    const visits = images.map((image, sample) => ({
      image,
      index: indices[sample],
      before: plan.before[start + sample],
    }));
    const drawn = groupViews(visits, views, { seed, epoch });
    const groups = makeViews === undefined ? drawn : await withValues(drawn, makeViews, signal);
    return { epoch, step, indices, labels, softLabels, groups };
  }

  const plans = new Map<number, Plan>();

  function planOf(epoch: number): Plan {
    let plan = plans.get(epoch);
    if (plan !== undefined) return plan;
    plan = planEpoch(sampler, epoch, samplesPerEpoch);
    for (const other of plans.keys()) if (other < epoch - 1 || other > epoch) plans.delete(other);
    plans.set(epoch, plan);
    return plan;
  }

  function steps(from: number, to: number, signal?: AbortSignal): AsyncIterable<Batch> {
    return {
      [Symbol.asyncIterator]: () => readAhead({ from, to, ahead: prefetch, load, signal }),
    };
  }

  return {
    stepsPerEpoch,
    epoch(epoch, { from = 0, signal } = {}) {
      if (!Number.isInteger(from) || from < 0 || from > stepsPerEpoch) {
        throw new ContrastiveError({
          who: "loader",
          what: `from must be a step in 0..${stepsPerEpoch}, the steps of an epoch`,
          got: from,
        });
      }
      const first = epoch * stepsPerEpoch;
      return steps(first + from, first + stepsPerEpoch, signal);
    },
    steps(from, to, { signal } = {}) {
      if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to < from) {
        throw new ContrastiveError({
          who: "loader",
          what: "steps must be whole numbers, from 0 on and in ascending order",
          got: [from, to],
        });
      }
      return steps(from, to, signal);
    },
  };
}

function withValues(
  groups: readonly ViewGroup[],
  makeViews: Required<LoaderOptions>["makeViews"],
  signal: AbortSignal,
): Promise<readonly ViewGroup[]> {
  return Promise.all(groups.map(async (group) => ({ ...group, values: await makeViews(group, signal) })));
}

interface Plan {
  readonly order: Uint32Array;
  /** How often the epoch has had the sample before, by position. */
  readonly before: Uint32Array;
}

function planEpoch(sampler: OpenSampler, epoch: number, length: number): Plan {
  const order = sampler.epoch(epoch);
  if (order.length !== length) {
    throw new ContrastiveError({
      who: "loader",
      what: `epoch ${epoch} of the sampler must have ${length} samples, as many as epoch 0`,
      got: order.length,
    });
  }
  const visits = new Uint32Array(order.reduce((most, index) => Math.max(most, index), 0) + 1);
  return { order, before: order.map((index) => visits[index]++) };
}

function tooFew(samples: number, batchSize: number): ContrastiveError {
  return new ContrastiveError({
    who: "loader",
    what:
      samples === 0
        ? "the sampler must give at least one sample an epoch"
        : `batchSize must be <= ${samples}, the samples of an epoch`,
    got: samples === 0 ? 0 : batchSize,
    ...(samples > 0 && { fix: "Lower batchSize, or set dropLast to false" }),
  });
}
