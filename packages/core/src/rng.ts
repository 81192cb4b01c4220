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
  derive(0x636f6e74, 0x72617374, seed, scratch);
  return new PhiloxRng(scratch[0], scratch[1]);
}

class PhiloxRng implements Rng {
  readonly #key0: number;
  readonly #key1: number;
  #counter = 0;
  readonly #block = new Uint32Array(4);
  #left = 0;

  constructor(key0: number, key1: number) {
    this.#key0 = key0;
    this.#key1 = key1;
  }

  fork(...path: readonly (string | number)[]): Rng {
    let key0 = this.#key0;
    let key1 = this.#key1;
    for (const part of path) {
      derive(key0, key1, part, scratch);
      key0 = scratch[0];
      key1 = scratch[1];
    }
    return new PhiloxRng(key0, key1);
  }

  uint32(): number {
    if (this.#left === 0) {
      const high = Math.floor(this.#counter / 0x100000000);
      encipher(this.#counter, high, 0, 0, this.#key0, this.#key1, this.#block);
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
    const order = new Uint32Array(n);
    for (let i = 1; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const other = order[j];
      order[j] = order[i];
      order[i] = other;
    }
    return order;
  }
}

// Every augmented view forks streams, so a fork makes no garbage but the stream itself.
const scratch = new Uint32Array(4);

/** A key for a child stream. Children are enciphered in a counter range that draws never reach. */
function derive(key0: number, key1: number, part: string | number, out: Uint32Array): void {
  if (typeof part === "number")
    encipher(part, Math.floor(part / 0x100000000), 1, 0xffffffff, key0, key1, out);
  else encipher(hash(part, 0x811c9dc5), hash(part, 0x01234567), 2, 0xffffffff, key0, key1, out);
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
  const out = new Uint32Array(4);
  encipher(...counter, ...key, out);
  return out;
}

/** As `philox4x32`, word by word and into an array: signed and unsigned words are the same bits to it. */
function encipher(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
): void {
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** The upper 32 bits of the product of two unsigned 32-bit integers, in integer arithmetic throughout. */
function multiplyHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const low = Math.imul(a0, b0) >>> 16;
  const left = Math.imul(a0, b1);
  const right = Math.imul(a1, b0);
  const carry = (low + (left & 0xffff) + (right & 0xffff)) >>> 16;
  return Math.imul(a1, b1) + (left >>> 16) + (right >>> 16) + carry;
}
