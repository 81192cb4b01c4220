/**
 * The discrete cosine transform of 8 × 8 values as libjpeg computes it by default (Loeffler, Ligtenberg and Moschytz 1989, in integers):
 * bit for bit, since a rounding decides about a whole step of a coefficient.
 */

// In 13 bits after the point, by the names that libjpeg's documentation gives them.
const [c0298, c0390, c0541, c0765, c0899, c1175] = [2446, 3196, 4433, 6270, 7373, 9633];
const [c1501, c1847, c1961, c2053, c2562, c3072] = [12299, 15137, 16069, 16819, 20995, 25172];

/** Coefficients times 8. */
export function forwardDct(block: Int32Array): Int32Array {
  const rows = lines(block, (line) => forward(line, (sum) => sum << 2, 11));
  return lines(rows, (line) => forward(line, (sum) => descale(sum, 2), 15));
}

export function inverseDct(coefficients: Int32Array): Int32Array {
  // Columns first, as there.
  const columns = lines(transposed(coefficients), (line) => inverse(line, 11));
  return transposed(lines(columns, (line) => inverse(line, 18)));
}

/** Transforms each row of eight, and gives the columns as rows. */
function lines(block: Int32Array, transform: (line: Int32Array) => readonly number[]): Int32Array {
  const result = new Int32Array(64);
  for (let row = 0; row < 8; row++) {
    transform(block.subarray(row * 8, row * 8 + 8)).forEach((value, i) => (result[i * 8 + row] = value));
  }
  return result;
}

function transposed(block: Int32Array): Int32Array {
  return block.map((_, i) => block[(i & 7) * 8 + (i >> 3)]);
}

function descale(value: number, bits: number): number {
  return (value + (1 << (bits - 1))) >> bits;
}

function forward(
  [d0, d1, d2, d3, d4, d5, d6, d7]: Int32Array,
  even: (sum: number) => number,
  bits: number,
): readonly number[] {
  const [outer, inner] = [d0 + d7 + (d3 + d4), d1 + d6 + (d2 + d5)];
  const [outerTurn, innerTurn] = [d0 + d7 - (d3 + d4), d1 + d6 - (d2 + d5)];
  const turn = (innerTurn + outerTurn) * c0541;
  const [o1, o3, o5, o7] = odd(d3 - d4, d2 - d5, d1 - d6, d0 - d7);
  return [
    even(outer + inner),
    descale(o7, bits),
    descale(turn + outerTurn * c0765, bits),
    descale(o5, bits),
    even(outer - inner),
    descale(o3, bits),
    descale(turn - innerTurn * c1847, bits),
    descale(o1, bits),
  ];
}

function inverse([d0, d1, d2, d3, d4, d5, d6, d7]: Int32Array, bits: number): readonly number[] {
  const turn = (d2 + d6) * c0541;
  const [low, high] = [turn - d6 * c1847, turn + d2 * c0765];
  const [sum, difference] = [(d0 + d4) << 13, (d0 - d4) << 13];
  const evens = [sum + high, difference + low, difference - low, sum - high];
  const [o0, o1, o2, o3] = odd(d7, d5, d3, d1);
  const odds = [o3, o2, o1, o0];
  return [
    ...evens.map((value, i) => descale(value + odds[i], bits)),
    ...evens.map((value, i) => descale(value - odds[i], bits)).toReversed(),
  ];
}

/** The rotations of the odd part, the same in both directions. */
function odd(a: number, b: number, c: number, d: number): readonly [number, number, number, number] {
  const all = (a + c + b + d) * c1175;
  const [ad, bc] = [-(a + d) * c0899, -(b + c) * c2562];
  const [ac, bd] = [all - (a + c) * c1961, all - (b + d) * c0390];
  return [a * c0298 + ad + ac, b * c2053 + bc + bd, c * c3072 + bc + ac, d * c1501 + ad + bd];
}
