import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { writeFiles } from "../../data/test/temporary.js";
import { records } from "../../data-cifar/test/files.js";
import { shards } from "../../data-webdataset/test/shards.js";
import { contrastive, createProject } from "../test/run-bin.js";

/** The config that a package's README shows. */
function configOf(name: string): string {
  const readme = readFileSync(new URL(`../../${name}/README.md`, import.meta.url), "utf8");
  const blocks = [...readme.matchAll(/```json\n(\{\n {2}"backend"[^]*?)```/g)];
  if (blocks.length !== 1)
    throw new Error(`the README of ${name} must show one config, and has ${blocks.length}`);
  return blocks[0][1];
}

const parquetFixtures = fileURLToPath(new URL("../../data-parquet/fixtures", import.meta.url));

test.each<[string, string, (folder: string) => unknown]>([
  [
    "data-webdataset",
    "12 images of 3 classes",
    async (folder) => writeFiles(join(folder, "shards"), await shards()),
  ],
  ["data-parquet", "12 images of 3 classes", (folder) => symlinkSync(parquetFixtures, join(folder, "data"))],
  ["corruptions", "32 images of 4 classes", () => {}],
  [
    "data-cifar",
    "20 images of 20 classes",
    (folder) => {
      const labels = Array.from({ length: 20 }, (_, i) => [i, i]);
      return writeFiles(join(folder, "data"), {
        "train.bin": records(labels),
        "test.bin": records(labels, 50),
      });
    },
  ],
])("the config in the README of %s trains", async (name, images, writeData) => {
  const { folder, remove } = createProject();
  onTestFinished(remove);
  await writeData(folder);
  writeFileSync(join(folder, "readme.json"), configOf(name));
  const outcome = await contrastive(folder, ["train", "--config", "readme.json", "--out", "run"]);
  expect(outcome.stderr).toContain(images);
  expect(outcome.stdout).toMatch(/accuracy on \d+ test images/);
  expect(outcome.code, outcome.stderr).toBe(0);
});
