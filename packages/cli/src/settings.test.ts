import { simAugment } from "@contrastive/augment";
import { type ConfigInput, describe, resolveConfig } from "@contrastive/core";
import { fromArrays } from "@contrastive/data";
import { synthetic } from "@contrastive/data-synthetic";
import { projectionHead, resnet8 } from "@contrastive/encoder-resnet";
import { supCon } from "@contrastive/loss-supcon";
import { sgd, warmupCosine } from "@contrastive/optimize";
import { expect, test } from "vitest";
import { createPluginLoader } from "./plugin-loader.js";
import { applySettings, parseSetting } from "./settings.js";

const loader = createPluginLoader([process.cwd()]);

const config: ConfigInput = {
  data: synthetic({ classes: 2 }),
  views: [simAugment(), simAugment({ strength: 1 })],
  encoder: resnet8(),
  head: projectionHead({ hidden: 8 }),
  loss: supCon(),
  optimizer: sgd({ learningRate: warmupCosine({ peak: 0.5 }), momentum: 0.9 }),
  epochs: 1,
  batchSize: 8,
};

/** The same with references in the place of objects, as JSON has it, defaults left out. */
const written: ConfigInput = {
  ...config,
  data: { use: "synthetic", classes: 2 },
  views: ["sim-augment", { use: "sim-augment", strength: 1 }],
  loss: "supcon",
  optimizer: { use: "sgd", learningRate: { use: "warmup-cosine", peak: 0.5 }, momentum: 0.9 },
};

const set = (start: ConfigInput, ...texts: string[]) => applySettings(start, texts.map(parseSetting), loader);

test.each([
  ["epochs=2", ["epochs"], 2],
  ["loss=simclr", ["loss"], "simclr"],
  ['loss={"use":"supcon","temperature":0.5}', ["loss"], { use: "supcon", temperature: 0.5 }],
  ["data.root=a=b c", ["data", "root"], "a=b c"],
  ["x.y=[1,2]", ["x", "y"], [1, 2]],
  ["x=", ["x"], ""],
])("%s is read as a path and a value", (text, path, value) => {
  expect(parseSetting(text)).toEqual({ path, value });
});

test.each(["epochs", "=3", "a..b=1", ".a=1"])('"%s" is refused', (text) => {
  expect(() => parseSetting(text)).toThrow(/^--set: must be path=value, such as loss\.temperature=0\.2, got/);
});

test.each([
  ["plugin objects", config],
  ["references", written],
])("values deep in %s are replaced, and all the rest stays", async (_, start) => {
  const changed = await set(
    start,
    "epochs=3",
    "limit=10",
    "loss.anchors=first-view",
    "loss.summation=inside",
    "optimizer.learningRate.peak=0.1",
    "optimizer.learningRate.warmupEpochs=0",
    "views.1.strength=0.25",
    'normalize={"mean":[0.5],"std":[0.5]}',
  );
  const expected = {
    ...config,
    epochs: 3,
    limit: 10,
    loss: supCon({ anchors: "first-view", summation: "inside" }),
    optimizer: sgd({ learningRate: warmupCosine({ peak: 0.1, warmupEpochs: 0 }), momentum: 0.9 }),
    views: [simAugment(), simAugment({ strength: 0.25 })],
    normalize: { mean: [0.5], std: [0.5] },
  };
  expect(describe(await resolveConfig(changed, loader))).toEqual(describe(expected));
});

test("the config that settings are applied to stays as it was", async () => {
  const before = describe(written);
  await set(written, "optimizer.momentum=0", "views.1.strength=0");
  expect(describe(written)).toEqual(before);
});

test("a name may be swapped and set in one go", async () => {
  const { loss } = await resolveConfig(await set(config, "loss=simclr", "loss.temperature=0.7"), loader);
  expect(loss).toMatchObject({ name: "simclr", options: { temperature: 0.7 } });
});

test.each([
  ["optimiser.momentum=0", /^--set optimiser\.momentum: there is no optimiser\. Did you mean "optimizer"\?/],
  ["optimizer.learningrate.peak=1", /there is no optimizer\.learningrate\. Did you mean "learningRate"\?/],
  ["epochs.x=1", /there is no epochs\.x\. There is nothing to set in it/],
  ["views.2.strength=1", /there is no views\.2\. There is 0, 1/],
  ["loss.temperature.x=1", /there is no loss\.temperature\.x/],
])("%s leads nowhere", async (text, message) => {
  for (const start of [config, written]) await expect(set(start, text)).rejects.toThrow(message);
});

test.each([
  ["loss.temprature=1", /^loss "supcon": there is no option "temprature"\. Did you mean "temperature"\?/],
  ["loss.temperature=-1", /^loss "supcon": temperature must be > 0, got -1/],
  [
    "optimizer.learningRate.peek=1",
    /^schedule "warmup-cosine": there is no option "peek"\. Did you mean "peak"\?/,
  ],
])("%s is refused by the plugin", async (text, message) => {
  for (const start of [config, written]) {
    await expect(set(start, text).then((changed) => resolveConfig(changed, loader))).rejects.toThrow(message);
  }
});

test("an option of a plugin that can't be built again is refused", async () => {
  const images = [{ height: 1, width: 1, channels: 1, data: Uint8Array.of(0) }];
  await expect(set({ ...config, data: fromArrays({ images }) }, "data.train=3")).rejects.toThrow(
    /^--set data\.train: data can't be built again with another option\. Change it in the config/,
  );
});
