import type { PairSumsAttributes, PairTerm } from "../src/pair-sums.js";
import type { PairSimilarity } from "../src/pairs/similarity.js";
import type { TripletSumsAttributes } from "../src/triplet-sums.js";

/** Rows of `dim` elements. */
export interface Batch {
  readonly x: ArrayLike<number>;
  readonly dim: number;
  readonly labels: readonly number[];
}

interface PairSumsInLoops {
  readonly positives: number[];
  readonly negatives: number[];
  readonly positiveCount: number[];
  readonly negativeCount: number[];
  /** Of Σ dPositives · positives + dNegatives · negatives. */
  readonly dx: Float64Array;
}

/** The definition of `pairSums`, pair by pair, and its gradient, in float64; `held` makes the weights w constant. */
export function pairSumsInLoops(
  batch: Batch,
  attributes: PairSumsAttributes,
  weights: { readonly dPositives: ArrayLike<number>; readonly dNegatives: ArrayLike<number> },
  held: Batch = batch,
): PairSumsInLoops {
  const { similarity, sum, mining } = attributes;
  const s = similaritiesOf(batch, similarity);
  const atHeld = held === batch ? s : similaritiesOf(held, similarity);
  const result: Omit<PairSumsInLoops, "dx"> = {
    positives: [],
    negatives: [],
    positiveCount: [],
    negativeCount: [],
  };
  const slopes = s.map((row) => row.map(() => 0));
  s.forEach((row, i) => {
    const { positives, negatives } = othersOf(batch, i);
    const most = Math.max(...negatives.map((j) => row[j]));
    const least = Math.min(...positives.map((j) => row[j]));
    const sides = [
      { kept: positives.filter((j) => row[j] < most + mining), term: attributes.positives, sign: -1 },
      { kept: negatives.filter((j) => row[j] > least - mining), term: attributes.negatives, sign: 1 },
    ].map(({ kept, term, sign }) => {
      // Without another side mining keeps nothing; without mining ∞ − ∞ would.
      const counted = mining === Infinity ? (sign < 0 ? positives : negatives) : kept;
      const factors = counted.map((j) => sign * weightOf(atHeld[i][j], term, sign));
      const u = counted.map((j, k) => factors[k] * (row[j] - term.margin));
      return { kept: counted, factors, u, value: reduced(u, sum) };
    });
    const [own, other] = sides;
    result.positives.push(own.value);
    result.negatives.push(other.value);
    result.positiveCount.push(countOf(own.u, sum));
    result.negativeCount.push(countOf(other.u, sum));
    sides.forEach(({ kept, factors, u, value }, side) => {
      const d = [weights.dPositives, weights.dNegatives][side][i];
      kept.forEach((j, k) => (slopes[i][j] += d * factors[k] * derivative(u[k], value, sum)));
    });
  });
  return { ...result, dx: pullBack(batch, similarity, s, slopes) };
}

interface TripletSumsInLoops {
  readonly sums: number[];
  readonly active: number[];
  readonly possible: number[];
  /** Of Σ dSums · sums. */
  readonly dx: Float64Array;
}

/** The definition of `tripletSums`, triplet by triplet, and its gradient, in float64. */
export function tripletSumsInLoops(
  batch: Batch,
  { similarity, mining, margin, hinge }: TripletSumsAttributes,
  dSums: ArrayLike<number>,
): TripletSumsInLoops {
  const s = similaritiesOf(batch, similarity);
  const result: Omit<TripletSumsInLoops, "dx"> = { sums: [], active: [], possible: [] };
  const slopes = s.map((row) => row.map(() => 0));
  s.forEach((row, i) => {
    const { positives, negatives } = othersOf(batch, i);
    let triplets = positives.flatMap((p) => negatives.map((n) => [p, n] as const));
    if (mining === "hard" && triplets.length > 0) {
      const p = positives.reduce((a, b) => (row[b] < row[a] ? b : a));
      const n = negatives.reduce((a, b) => (row[b] > row[a] ? b : a));
      triplets = [[p, n]];
    }
    result.possible.push(triplets.length);
    if (mining === "semi-hard") triplets = triplets.filter(([p, n]) => row[n] < row[p]);
    let [sum, active] = [0, 0];
    for (const [p, n] of triplets) {
      const u = row[n] - row[p] + margin;
      if (hinge === "relu" && u <= 0) continue;
      const slope = hinge === "relu" ? 1 : 1 / (1 + Math.exp(-u));
      sum += hinge === "relu" ? u : Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
      active++;
      slopes[i][n] += dSums[i] * slope;
      slopes[i][p] -= dSums[i] * slope;
    }
    result.sums.push(sum);
    result.active.push(active);
  });
  return { ...result, dx: pullBack(batch, similarity, s, slopes) };
}

function similaritiesOf({ x, dim, labels }: Batch, similarity: PairSimilarity): number[][] {
  return labels.map((_, i) =>
    labels.map((_, j) => {
      let [product, squared] = [0, 0];
      for (let k = 0; k < dim; k++) {
        product += x[i * dim + k] * x[j * dim + k];
        squared += (x[i * dim + k] - x[j * dim + k]) ** 2;
      }
      if (similarity === "product") return product;
      return similarity === "negative-distance" ? -Math.sqrt(squared) : -squared;
    }),
  );
}

function othersOf({ labels }: Batch, i: number): { positives: number[]; negatives: number[] } {
  const indices = labels.map((_, j) => j);
  return {
    positives: indices.filter((j) => j !== i && labels[j] === labels[i]),
    negatives: indices.filter((j) => labels[j] !== labels[i]),
  };
}

function weightOf(s: number, { scale, pivot }: PairTerm, sign: number): number {
  return pivot === undefined ? scale : scale * Math.max(0, sign * (s - pivot));
}

function reduced(u: readonly number[], sum: PairSumsAttributes["sum"]): number {
  if (sum !== "log-sum-exp") {
    return u.reduce((total, v) => total + Math.max(0, v) ** (sum === "hinges" ? 1 : 2), 0);
  }
  if (u.length === 0) return -1e30;
  const top = Math.max(...u);
  return top + Math.log(u.reduce((total, v) => total + Math.exp(v - top), 0));
}

function countOf(u: readonly number[], sum: PairSumsAttributes["sum"]): number {
  return sum === "log-sum-exp" ? u.length : u.filter((v) => v > 0).length;
}

function derivative(u: number, value: number, sum: PairSumsAttributes["sum"]): number {
  if (sum === "log-sum-exp") return Math.exp(u - value);
  return u <= 0 ? 0 : sum === "hinges" ? 1 : 2 * u;
}

/** The gradient of x from that of s. */
function pullBack(
  { x, dim, labels }: Batch,
  similarity: PairSimilarity,
  s: number[][],
  slopes: number[][],
): Float64Array {
  const dx = new Float64Array(labels.length * dim);
  slopes.forEach((row, i) =>
    row.forEach((slope, j) => {
      if (slope === 0) return;
      for (let k = 0; k < dim; k++) {
        const [own, other] = [x[i * dim + k], x[j * dim + k]];
        if (similarity === "product") {
          dx[i * dim + k] += slope * other;
          dx[j * dim + k] += slope * own;
        } else {
          const factor = similarity === "negative-distance" ? 1 / (-s[i][j] || Infinity) : 2;
          dx[i * dim + k] += slope * factor * (other - own);
          dx[j * dim + k] += slope * factor * (own - other);
        }
      }
    }),
  );
  return dx;
}
