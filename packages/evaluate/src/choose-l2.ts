import { minimise } from "./lbfgs.js";
import { assess, type RegressionData, softmaxRegression } from "./softmax-regression.js";

/** From strong to weak, half a decade apart. */
const candidates = [0, -0.5, -1, -1.5, -2, -2.5, -3, -3.5, -4].map((exponent) => 10 ** exponent);

/** The choice needs no more than these, and its time is bounded. */
const most = 10_000;

/**
 * The penalty under which a classifier fitted on four fifths of each class is right most often on the last fifth.
 *
 * The search ends where the held-out cross-entropy begins to rise: it varies smoothly along the candidates, and a
 * penalty so weak that it overfits by that measure is not worth its time.
 */
export async function chooseL2(data: RegressionData, pause: () => Promise<void>): Promise<number> {
  const { fitted, held } = split(data);
  // Too few samples for a choice; a middling penalty.
  if (held.labels.length === 0) return 1e-2;
  let x: Float64Array = new Float64Array(data.classes * (data.dim + 1));
  let best = { l2: candidates[0], correct: -1 };
  let least = Infinity;
  for (const l2 of candidates) {
    // From the last solution, and only as near as the comparison needs.
    ({ x } = await minimise(softmaxRegression(fitted, l2), x, {
      tolerance: 1e-3,
      maxIterations: 100,
      pause,
    }));
    const { loss, correct } = assess(held, x);
    if (loss >= least) break;
    least = loss;
    if (correct >= best.correct) best = { l2, correct };
  }
  return best.l2;
}

/** Holds out every fifth sample of each class. */
function split(data: RegressionData): { fitted: RegressionData; held: RegressionData } {
  const seen = new Int32Array(data.classes);
  const held: number[] = [];
  const fitted: number[] = [];
  for (let i = 0; i < Math.min(most, data.labels.length); i++) {
    (++seen[data.labels[i]] % 5 === 0 ? held : fitted).push(i);
  }
  return { fitted: rows(data, fitted), held: rows(data, held) };
}

function rows({ values, labels, dim, classes }: RegressionData, indices: readonly number[]): RegressionData {
  const chosen = new Float32Array(Math.ceil(indices.length / 4) * 4 * dim);
  for (const [row, index] of indices.entries()) {
    chosen.set(values.subarray(index * dim, (index + 1) * dim), row * dim);
  }
  return { values: chosen, labels: Int32Array.from(indices, (index) => labels[index]), dim, classes };
}
