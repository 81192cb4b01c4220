import { LOW, type LossCode } from "./loss.js";

/** Floats of a `Sums`. */
export const SUMS = 6;

/**
 * What is known of an anchor after some contrasts. `sum` is of what all its denominators sum over, `positiveSum` of its positives;
 * both are of exponentials relative to the maximum.
 */
export function sumsCode({ summation, denominator }: LossCode): string {
  const apart = summation === "inside" && denominator !== "one-positive";
  const withMaximum = apart || denominator !== "all";
  return `
struct Sums {
  maximum: f32,
  sum: f32,
  positiveMaximum: f32,
  positiveSum: f32,
  similarity: f32,
  count: f32,
}

fn nothing() -> Sums { return Sums(${LOW}, 0, ${LOW}, 0, 0, 0); }

fn largest(x: vec4f) -> f32 { return max(max(x.x, x.y), max(x.z, x.w)); }

fn total(x: vec4f) -> f32 { return (x.x + x.y) + (x.z + x.w); }

fn sharpened(x: f32, maximum: f32) -> f32 { return exp((x - maximum) * sizes.sharpness); }

fn exponentials(products: vec4f, mask: vec4<bool>, maximum: f32) -> f32 {
  return total(select(vec4f(), exp((products - maximum) * sizes.sharpness), mask));
}

fn taken(sums: Sums, products: vec4f, positive: vec4<bool>, negative: vec4<bool>) -> Sums {
  var next = sums;
  let summed = ${denominator === "all" ? "positive | negative" : "negative"};
  next.maximum = max(sums.maximum, largest(select(vec4f(${LOW}), products, summed)));
  next.sum = sums.sum * sharpened(sums.maximum, next.maximum) + exponentials(products, summed, next.maximum);
  ${withMaximum ? `next.positiveMaximum = max(sums.positiveMaximum, largest(select(vec4f(${LOW}), products, positive)));` : ""}
  ${
    apart
      ? `next.positiveSum = sums.positiveSum * sharpened(sums.positiveMaximum, next.positiveMaximum) +
    exponentials(products, positive, next.positiveMaximum);`
      : ""
  }
  next.similarity += total(select(vec4f(), products, positive));
  next.count += total(select(vec4f(), vec4f(1), positive));
  return next;
}

fn joined(a: Sums, b: Sums) -> Sums {
  let maximum = max(a.maximum, b.maximum);
  let positiveMaximum = max(a.positiveMaximum, b.positiveMaximum);
  return Sums(
    maximum,
    a.sum * sharpened(a.maximum, maximum) + b.sum * sharpened(b.maximum, maximum),
    positiveMaximum,
    ${
      apart
        ? `a.positiveSum * sharpened(a.positiveMaximum, positiveMaximum) +
      b.positiveSum * sharpened(b.positiveMaximum, positiveMaximum)`
        : "0"
    },
    a.similarity + b.similarity,
    a.count + b.count,
  );
}`;
}
