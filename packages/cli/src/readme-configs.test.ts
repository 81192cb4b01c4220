import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeFiles } from "../../data/test/temporary.js";
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

test.each([
  [
    "data-webdataset",
    "12 images of 3 classes",
    async (folder: string) => writeFiles(join(folder, "shards"), await shards()),
  ],
])("the config in the README of %s trains", async (name, images, writeData) => {
  const { folder, remove } = createProject();
  onTestFinished(remove);
  await writeData(folder);
  writeFileSync(join(folder, "readme.json"), configOf(name));
  const { code, stderr, stdout } = await contrastive(folder, [
    "train",
    "--config",
    "readme.json",
    "--out",
    "run",
  ]);
  expect(stderr).toContain(images);
  expect(stdout).toMatch(/accuracy on \d+ test images/);
  expect(code, stderr).toBe(0);
});
