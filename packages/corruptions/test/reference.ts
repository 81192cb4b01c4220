import { describe, expect, it } from "vitest";
import fixture from "../fixtures/corruptions.json" with { type: "json" };
import { picture, sequence } from "./sequence.js";
import { corruptWith } from "../src/corrupt.js";
import type { CorruptionTable, Severity } from "../src/corruption.js";
import type { CorruptionName } from "../src/corruptions.js";

/** Registers tests against what NumPy, SciPy, scikit-image, OpenCV and Pillow gave: see bench/peers/corruptions_golden.py. */
export function referenceTests(): void {
  describe("as the published formulas", () => {
    it.each(fixture.cases.map((of) => [of.name, of.table, of.severity, of] as const))(
      "%s, %s %d",
      (_, __, ___, of) => {
        const image = picture(of.height, of.width);
        const { data } = corruptWith(
          image,
          of.name as CorruptionName,
          of.severity as Severity,
          sequence(),
          of.table as CorruptionTable,
        );
        const expected = Uint8Array.from(atob(of.values), (letter) => letter.charCodeAt(0));
        const got = data.filter((_, at) => at % fixture.stride === 0);
        const apart = [...expected].map((value, i) => Math.abs(value - got[i]));
        const most = Math.max(...apart);
        expect(most).toBeLessThanOrEqual(1);
      },
    );
  });
}
