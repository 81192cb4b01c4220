import type { RawImage, Rng } from "@contrastive/core";

/** The random numbers of bench/peers/corruptions_golden.py: a counter, mixed. Forks go on with the same counter. */
export function sequence(): Rng {
  let count = 0;
  const uint32 = () => {
    let h = Math.imul(++count, 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  };
  const uniform = () => uint32() / 2 ** 32;
  const rng: Rng = {
    fork: () => rng,
    uint32,
    uniform,
    normal() {
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      return radius * Math.cos(2 * Math.PI * uniform());
    },
    below: (n) => Math.floor(uniform() * n),
    permutation() {
      throw new Error("the sequence has no permutations");
    },
  };
  return rng;
}

/** Its picture: ramps, edges and noise. */
export function picture(height: number, width: number, channels = 3): RawImage {
  const data = Uint8Array.from({ length: height * width * channels }, (_, at) => {
    const [c, x, y] = [at % channels, Math.floor(at / channels) % width, Math.floor(at / (channels * width))];
    const noise = Math.imul(at, 2654435761) >>> 28;
    const disc = (x - 14) ** 2 + (y - 12) ** 2 < 60 ? 70 : 0;
    return (x * (3 + c) + y * 4 + c * 40 + noise + disc) % 256;
  });
  return { data, height, width, channels };
}
