/**
 * A counter-based random number generator: a stream is named by a key, and never by what was drawn before it.
 *
 * `rng.fork("augment", epoch, sample)` is the same stream wherever and whenever it is asked for, so work can be
 * split, reordered and resumed without changing a draw.
 */
export interface Rng {
  /** A stream of its own for each path of keys. Integers must be safe and not negative. */
  fork(...path: readonly (string | number)[]): Rng;
  /** An unsigned 32-bit integer. */
  uint32(): number;
  /** In [0, 1), with 24 random bits: exact in float32. */
  uniform(): number;
  /** Normal with mean 0 and variance 1. */
  normal(): number;
  /** An integer in 0..n-1, unbiased. */
  below(n: number): number;
  /** The integers 0..n-1 in random order. */
  permutation(n: number): Uint32Array;
}

/** The root stream of a seed: an integer of at most 53 bits. Philox 4x32-10 (Salmon et al. 2011). */
export function createRng(seed: number): Rng {
  return new PhiloxRng(...derive(0x636f6e74, 0x72617374, seed));
}

class PhiloxRng implements Rng {
  readonly #key0: number;
  readonly #key1: number;
  #counter = 0;
  #block = new Uint32Array(4);
  #left = 0;

  constructor(key0: number, key1: number) {
    this.#key0 = key0;
    this.#key1 = key1;
  }

  fork(...path: readonly (string | number)[]): Rng {
    let key: readonly [number, number] = [this.#key0, this.#key1];
    for (const part of path) key = derive(...key, part);
    return new PhiloxRng(...key);
  }

  uint32(): number {
    if (this.#left === 0) {
      const high = Math.floor(this.#counter / 0x100000000);
      this.#block = philox4x32([this.#counter >>> 0, high, 0, 0], [this.#key0, this.#key1]);
      this.#counter++;
      this.#left = 4;
    }
    return this.#block[4 - this.#left--];
  }

  uniform(): number {
    return (this.uint32() >>> 8) / 0x1000000;
  }

  normal(): number {
    // Box and Muller; 1 - u keeps the logarithm finite.
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  below(n: number): number {
    // Reject the draws that would favour small results.
    const limit = 0x100000000 - (0x100000000 % n);
    let draw = this.uint32();
    while (draw >= limit) draw = this.uint32();
    return draw % n;
  }

  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}

/** A key for a child stream. Children are enciphered in a counter range that draws never reach. */
function derive(key0: number, key1: number, part: string | number): [number, number] {
  const words: [number, number, number, number] =
    typeof part === "number"
      ? [part >>> 0, Math.floor(part / 0x100000000) >>> 0, 1, 0xffffffff]
      : [hash(part, 0x811c9dc5), hash(part, 0x01234567), 2, 0xffffffff];
  const block = philox4x32(words, [key0, key1]);
  return [block[0], block[1]];
}

/** FNV-1a over UTF-16 units. */
function hash(text: string, start: number): number {
  let h = start;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** One block of Philox 4x32 with 10 rounds: four 32-bit words from a counter and a key. */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): Uint32Array<ArrayBuffer> {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    [c0, c1, c2, c3] = [high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0];
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  return Uint32Array.of(c0, c1, c2, c3);
}

/** The upper 32 bits of the product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const carry = (middle & 0xffff) + a0 * b1;
  return a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000);
}
