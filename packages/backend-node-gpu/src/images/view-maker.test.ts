import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { viewMakerConformance } from "@contrastive/testing";
import { describe, expect, it } from "vitest";
import { createCrew } from "./crew.js";
import { readModule } from "./read-module.js";
import type { PackedBatch } from "./run-batch.js";
import { createViewMaker } from "./view-maker.js";

const module = readModule();

for (const threads of [1, 3]) {
  viewMakerConformance(`node-gpu on ${threads} threads`, () => createViewMaker(module, threads));
}

const grey = { height: 1, width: 1, channels: 1 };

/** Of one image and no step; one that lies at an offset outside of all memory ends the thread. */
function batchAt(offset: number): PackedBatch {
  const steps = 1;
  const table = new Float64Array(4 + 16 * steps);
  // A crop of the whole.
  table.set([offset, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1]);
  const bytes = Uint8Array.of(255);
  return { table, steps, largest: 1, side: 1, bytes, places: [0], output: grey, scaling: [] };
}

describe("createCrew", () => {
  it("says that a thread died, of what it was at and what was waiting, and starts another", async () => {
    const crew = createCrew(module);
    const values = new Float32Array(new SharedArrayBuffer(4));
    try {
      const lost = [crew.run(0, batchAt(2 ** 31), values), crew.run(0, batchAt(0), values)];
      for (const result of await Promise.allSettled(lost)) {
        expect(result).toMatchObject({ status: "rejected", reason: { message: /out of bounds/ } });
      }
      await crew.run(0, batchAt(0), values);
      expect(values).toEqual(Float32Array.of(1));
    } finally {
      await crew.stop(new Error("closed"));
    }
  });
});

it("keeps a program that does not close it from ending only until all is made", async () => {
  const dist = new URL("../../dist/images/", import.meta.url);
  const program = `
    import { createViewMaker } from ${JSON.stringify(new URL("view-maker.js", dist).href)};
    import { readModule } from ${JSON.stringify(new URL("read-module.js", dist).href)};
    const image = { data: Uint8Array.of(51), height: 1, width: 1, channels: 1 };
    const output = { height: 1, width: 1, channels: 1 };
    const maker = createViewMaker(readModule(), 2);
    const asked = { images: [image, image], programs: [{ output, steps: [] }, { output, steps: [] }], output };
    console.log(...await maker.make(asked));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    timeout: 30_000,
  });
  expect(stdout).toBe(`${Math.fround(0.2)} ${Math.fround(0.2)}\n`);
});
