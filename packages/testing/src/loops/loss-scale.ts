/** The gradients of a step, and the scale's state, before and after it. */
export interface ScaledStep {
  readonly gradients: Readonly<Record<string, Float32Array>>;
  readonly scale: number;
  readonly goodSteps: number;
}

/** A step of loss scaling, one value after the other. */
export function unscaleInLoops({ gradients, scale, goodSteps }: ScaledStep, growthInterval: number) {
  const divided: Record<string, Float32Array> = {};
  let finite = true;
  for (const [name, values] of Object.entries(gradients)) {
    divided[name] = values.map((value) => value / scale);
    for (const value of divided[name]) finite &&= Number.isFinite(value);
  }
  const grows = goodSteps + 1 >= growthInterval;
  if (!finite) return { gradients: divided, finite, scale: Math.max(scale / 2, 2 ** -24), goodSteps: 0 };
  if (grows) return { gradients: divided, finite, scale: Math.min(scale * 2, 2 ** 24), goodSteps: 0 };
  return { gradients: divided, finite, scale, goodSteps: goodSteps + 1 };
}

/** States from which a step moves in each way it can; `spoil` is what one of the gradients holds, of a value of the last one. */
export const scaledSteps: readonly {
  readonly scale: number;
  readonly goodSteps: number;
  readonly spoil?: number;
}[] = [
  { scale: 2 ** 16, goodSteps: 3 },
  { scale: 2 ** 16, goodSteps: 4 },
  { scale: 2 ** 24, goodSteps: 4 },
  { scale: 2 ** -20, goodSteps: 0 },
  { scale: 2 ** 16, goodSteps: 3, spoil: Infinity },
  { scale: 2 ** 16, goodSteps: 4, spoil: -Infinity },
  { scale: 2 ** -24, goodSteps: 1, spoil: NaN },
  // Too large only when it is divided.
  { scale: 2 ** -20, goodSteps: 1, spoil: 2 ** 120 },
];
