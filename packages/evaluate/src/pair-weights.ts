export type Summation = "outside" | "inside";

/**
 * What each contrast weighs in the gradient of one anchor's loss: P_ip − X_ip for a positive, P_in for a negative.
 *
 *     P_ij = e^{c_j / τ} / Σ_{a≠i} e^{c_a / τ}
 *     X_ip = 1 / |P(i)|  "outside"  or  e^{c_p / τ} / Σ_{p'∈P(i)} e^{c_p' / τ}  "inside"
 *
 * Cosines c and labels are those of all rows; the anchor's own are not looked at, and its weight is 0. It must have a
 * positive.
 */
export function pairWeights(
  cosines: Float64Array,
  labels: Int32Array,
  anchor: number,
  { temperature, summation }: { readonly temperature: number; readonly summation: Summation },
): Float64Array {
  const others = Array.from(labels, (_, j) => j).filter((j) => j !== anchor);
  const positives = others.filter((j) => labels[j] === labels[anchor]);
  const share = softmax(cosines, others, temperature);
  const wanted =
    summation === "outside"
      ? new Float64Array(labels.length).fill(1 / positives.length)
      : softmax(cosines, positives, temperature);
  for (const p of positives) share[p] -= wanted[p];
  return share;
}

/** Over the named elements, relative to their largest; 0 elsewhere. */
function softmax(values: Float64Array, among: readonly number[], temperature: number): Float64Array {
  const result = new Float64Array(values.length);
  const largest = among.reduce((most, j) => Math.max(most, values[j]), -Infinity);
  let total = 0;
  for (const j of among) total += result[j] = Math.exp((values[j] - largest) / temperature);
  for (const j of among) result[j] /= total;
  return result;
}
