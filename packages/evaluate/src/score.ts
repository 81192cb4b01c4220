/** A share of correct answers, with how far chance could have moved it. */
export interface Score {
  /** From 0 to 1; NaN where there was nothing to answer. */
  readonly accuracy: number;
  /** The Wilson score interval of the accuracy, at 95 %. */
  readonly interval: readonly [low: number, high: number];
  readonly correct: number;
  readonly total: number;
}

/** Accuracy with its 95 % interval (Wilson 1927), which stays within 0..1 and is sound at 0 and 1 too. */
export function score(correct: number, total: number): Score {
  if (total === 0) return { accuracy: NaN, interval: [0, 1], correct, total };
  const z = 1.959963984540054;
  const accuracy = correct / total;
  const scale = 1 / (1 + z ** 2 / total);
  const centre = scale * (accuracy + z ** 2 / (2 * total));
  const half = scale * z * Math.sqrt((accuracy * (1 - accuracy)) / total + z ** 2 / (4 * total ** 2));
  // At 0 and 1 the bounds are exact; rounding must not push them past.
  return {
    accuracy,
    interval: [correct === 0 ? 0 : centre - half, correct === total ? 1 : centre + half],
    correct,
    total,
  };
}

/** The whole's score, and one for each class by its true label. */
export function scorePredictions(
  predictions: Int32Array,
  labels: Int32Array,
  classes: number,
): Score & { readonly perClass: readonly Score[] } {
  const correct = new Int32Array(classes);
  const total = new Int32Array(classes);
  for (let i = 0; i < labels.length; i++) {
    total[labels[i]]++;
    if (predictions[i] === labels[i]) correct[labels[i]]++;
  }
  return {
    ...score(
      correct.reduce((a, b) => a + b, 0),
      labels.length,
    ),
    perClass: Array.from(total, (count, label) => score(correct[label], count)),
  };
}
