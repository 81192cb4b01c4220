import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { datasetConformance } from "@contrastive/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageFolder } from "./index.js";

const archive = process.env.CONTRASTIVE_FLOWERS;

// 1,000 of TensorFlow's flower photos, in train and val, with a shorter side of 160.
describe.skipIf(archive === undefined)(
  "flower photos (skipped unless CONTRASTIVE_FLOWERS names a tar of them)",
  () => {
    let root: string;
    beforeAll(async () => {
      root = await mkdtemp(join(tmpdir(), "flowers-"));
      await promisify(execFile)("tar", ["xf", archive!, "-C", root]);
    });
    afterAll(() => rm(root, { recursive: true }));

    datasetConformance("image-folder of flowers", () => imageFolder({ root, size: 64 }), {
      factory: imageFolder,
    });

    it("has five classes of 160 and 40, all of which can be read, from the cache as from the files", async () => {
      for (const [split, each] of [
        ["train", 160],
        ["test", 40],
      ] as const) {
        const cached = await imageFolder({ root, size: 64, cache: join(root, "cache") }).open(split);
        expect(cached.classes).toEqual(["daisy", "dandelion", "roses", "sunflowers", "tulips"]);
        for (const label of cached.classes!.keys()) {
          expect(cached.labels!.filter((other) => other === label)).toHaveLength(each);
        }
        const all = Uint32Array.from({ length: cached.size }, (_, i) => i);
        const [first, second] = [await cached.read(all), await cached.read(all)];
        expect(second.images.every(({ data }, i) => Buffer.compare(data, first.images[i].data) === 0)).toBe(
          true,
        );
        await cached.close();
      }
    });
  },
);
