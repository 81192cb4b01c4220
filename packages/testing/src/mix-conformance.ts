import {
  type BatchKey,
  describe as describePlugin,
  type ImageShape,
  type Mix,
  type Mixture,
  notReproducible,
} from "@contrastive/core";
import { describe, expect, it } from "vitest";

export interface MixConformanceOptions {
  /** The factory, to check that the options rebuild the mix and that an unknown one is refused. */
  readonly factory?: (options: never) => Mix;
}

const images: readonly ImageShape[] = [
  { height: 32, width: 32, channels: 3 },
  { height: 7, width: 20, channels: 1 },
  { height: 1, width: 1, channels: 3 },
];

const keys: readonly BatchKey[] = Array.from({ length: 60 }, (_, i) => ({
  seed: 3,
  epoch: i % 4,
  step: Math.floor(i / 4),
}));

/**
 * Registers tests of all that a `Mix` promises: plain options, mixtures that depend on the key alone, on all of it, shares in 0..1,
 * boxes inside the image that leave `share` of its pixels.
 *
 * ```ts
 * mixConformance("cutmix", () => cutMix({ alpha: 0.5 }), { factory: cutMix });
 * ```
 */
export function mixConformance(name: string, make: () => Mix, { factory }: MixConformanceOptions = {}): void {
  describe(`mix conformance: ${name}`, () => {
    it("has a name, and options that JSON can hold", () => {
      const mix = make();
      expect(mix.name).not.toBe("");
      if (mix.source === undefined) return;
      const described = describePlugin(mix);
      expect(JSON.parse(JSON.stringify(described))).toEqual(described);
      expect(notReproducible(described)).toEqual([]);
    });

    if (factory !== undefined)
      it("is rebuilt by its options, and refuses an unknown one by name", () => {
        const first = make();
        const again = factory(first.options as never);
        expect(describePlugin(again)).toEqual(describePlugin(first));
        expect(drawn(again)).toEqual(drawn(first));
        expect(() => factory({ ...first.options, noSuchOption: 1 } as never)).toThrow(/noSuchOption/);
      });

    it("gives a key the same mixture whenever it is asked", () => {
      const mix = make();
      const forward = drawn(mix);
      expect(drawn(mix, keys.toReversed()).toReversed()).toEqual(forward);
      expect(drawn(make())).toEqual(forward);
    });

    it("draws anew for another seed, epoch and step", () => {
      const mix = make();
      for (const part of ["seed", "epoch", "step"] as const) {
        const others = keys.map((key) => ({ ...key, [part]: key[part] + 1000 }));
        expect(drawn(mix, others), part).not.toEqual(drawn(mix));
      }
    });

    it("has shares in 0..1, and boxes in the image that leave that part of it", () => {
      for (const image of images) {
        for (const mixture of drawn(make(), keys, image)) {
          if (mixture === undefined) continue;
          expect(mixture.share).toBeGreaterThanOrEqual(0);
          expect(mixture.share).toBeLessThanOrEqual(1);
          if (mixture.op === "blend") continue;
          const { top, left, height, width, share } = mixture;
          for (const edge of [top, left, height, width]) {
            expect(Number.isInteger(edge) && edge >= 0, `an edge of ${edge}`).toBe(true);
          }
          expect(top + height).toBeLessThanOrEqual(image.height);
          expect(left + width).toBeLessThanOrEqual(image.width);
          expect(share).toBeCloseTo(1 - (height * width) / (image.height * image.width), 6);
        }
      }
    });
  });
}

function drawn(
  mix: Mix,
  of: readonly BatchKey[] = keys,
  image: ImageShape = images[0],
): readonly (Mixture | undefined)[] {
  return of.map((key) => mix.draw(key, image));
}
