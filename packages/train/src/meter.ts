import type * as tf from "@tensorflow/tfjs-core";
import { ContrastiveError } from "@contrastive/core";
import { lossScaling } from "@contrastive/ops";
import type { MetricsRow } from "./events.js";

interface Reading {
  readonly step: number;
  readonly epoch: number;
  readonly images: number;
  readonly scalars: Record<string, tf.Scalar>;
  readonly numbers: Readonly<Record<string, number>>;
}

interface Measured {
  readonly values: Record<string, number>;
  /** When they were known, in seconds of training: the end of the step. */
  readonly at: number;
}

export interface Meter {
  /** Takes what a step measured, and hands out the rows that are ready. The meter disposes the scalars. */
  push(reading: Reading): Promise<MetricsRow[]>;
  /** The rows still under way. */
  flush(): Promise<MetricsRow[]>;
  /** Seconds of training up to now, those of earlier sittings included. */
  seconds(): number;
}

/**
 * Reads what steps measured one step late, so that a GPU computes the next step while the last one's numbers travel.
 *
 * Throws if the loss is not a finite number, or its gradient is none at any scale, with the step.
 */
export function createMeter(secondsBefore: number): Meter {
  const start = performance.now();
  const seconds = () => secondsBefore + (performance.now() - start) / 1000;
  let last = secondsBefore;
  let underWay: { reading: Reading; measured: Promise<Measured> } | undefined;

  const settle = async (): Promise<MetricsRow[]> => {
    if (underWay === undefined) return [];
    const { step, epoch, images, numbers } = underWay.reading;
    const { measured } = underWay;
    underWay = undefined;
    const { values, at } = await measured;
    checkFinite(values, step, epoch);
    const row = {
      step,
      epoch,
      loss: values.loss,
      ...numbers,
      ...values,
      imagesPerSecond: images / (at - last),
      seconds: at,
    };
    last = at;
    return [row];
  };

  return {
    seconds,
    push: async (reading) => {
      const measured = readAll(reading.scalars).then((values) => ({ values, at: seconds() }));
      // Its failure is met in settle; until then it must not count as unhandled.
      measured.catch(() => undefined);
      const rows = await settle();
      underWay = { reading, measured };
      return rows;
    },
    flush: settle,
  };
}

async function readAll(scalars: Readonly<Record<string, tf.Scalar>>): Promise<Record<string, number>> {
  const read = Object.entries(scalars).map(async ([name, scalar]) => {
    const [value] = await scalar.data();
    scalar.dispose();
    return [name, value] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

function checkFinite({ loss, lossScale }: Record<string, number>, step: number, epoch: number): void {
  const at = `at step ${step} (epoch ${epoch})`;
  if (!Number.isFinite(loss)) {
    throw new ContrastiveError({
      who: "train",
      what: `the loss ${at} must be a finite number`,
      got: loss,
      fix:
        "Training diverged, or the images hold NaN: lower the learning rate, warm it up, or raise the temperature. " +
        (lossScale === undefined
          ? ""
          : `An activation may be too large for 16 bits: try precision: "float32". `) +
        "Nothing of this step was saved",
    });
  }
  if (lossScale === undefined || lossScale > lossScaling.smallest) return;
  throw new ContrastiveError({
    who: "train",
    what: `the gradient ${at} must be of finite numbers, and has not been since the loss's scale was ${lossScaling.initial} or more`,
    got: `a scale of ${lossScale}`,
    fix: 'The loss has no gradient, or one too large for 16 bits: try precision: "float32"',
  });
}
