import { expect, test } from "vitest";
import { type ConfigInput, defineConfig } from "./config.js";
import { describe, notReproducible } from "./describe.js";
import { ContrastiveError } from "./errors.js";
import type { Plugin } from "./plugin.js";
import { type PluginLoader, resolveConfig, resolvePlugin } from "./resolve.js";

const factory =
  (name: string, module: string, exported: string) =>
  (options: Record<string, unknown> = {}): Plugin => ({
    name,
    options,
    source: { module, export: exported },
  });

const modules: Record<string, Record<string, unknown>> = {
  losses: { good: factory("good", "losses", "good"), number: 3, broken: () => 5 },
  schedules: { cosine: factory("cosine", "schedules", "cosine") },
  single: { plugins: { loss: { one: factory("one", "single", "one") } } },
};

const loader: PluginLoader = {
  names: { loss: { good: "losses#good" }, schedule: { cosine: "schedules#cosine" } },
  import: async (module) => {
    if (modules[module] === undefined) {
      throw new ContrastiveError({
        who: "plugin",
        what: `no module ${module}`,
        fix: `npm install ${module}`,
      });
    }
    return modules[module];
  },
};

const resolve = (reference: Parameters<typeof resolvePlugin>[1]) => resolvePlugin("loss", reference, loader);

test.each([["good"], ["losses#good"], [{ use: "good" }]])("%j finds its factory", async (reference) => {
  expect((await resolve(reference)).name).toBe("good");
});

test("a package with one plugin of the kind goes by its name alone", async () => {
  const plugins = { ...loader, names: { loss: { lone: "single" } } };
  expect((await resolvePlugin("loss", "lone", plugins)).name).toBe("one");
});

test("options that are references are resolved, whatever their role", async () => {
  const plugin = await resolve({
    use: "good",
    rate: { use: "cosine", peak: 1 },
    parts: [{ use: "good", a: 1 }],
  });
  expect(describe(plugin)).toEqual({
    use: "losses#good",
    rate: { use: "schedules#cosine", peak: 1 },
    parts: [{ use: "losses#good", a: 1 }],
  });
});

test("what a plugin is described as resolves to the same description", async () => {
  const described = describe(
    await resolve({ use: "good", rate: { use: "cosine" }, list: [1, "two", null, true] }),
  );
  expect(describe(await resolve(described as never))).toEqual(described);
});

test.each([
  ["goood", 'loss "goood": there is none of this name. Did you mean "good"?'],
  ["losses#godo", 'loss "losses#godo": losses exports no function "godo"'],
  ["losses#number", 'exports no function "number"'],
  ["losses#broken", "its factory must return an object with a name and options, got 5"],
  ["@absent/pkg#x", "npm install @absent/pkg"],
])("%s is answered with what to do", async (reference, message) => {
  await expect(resolve(reference)).rejects.toThrow(message);
});

const config = {
  data: "d",
  views: [{ use: "v" }],
  encoder: "e",
  loss: "good",
  optimizer: "o",
  epochs: 1,
  batchSize: 2,
} as const;

test.each([
  [{ ...config, epoch: 1 }, 'config: there is no option "epoch". Did you mean "epochs"?'],
  [{ ...config, batchSize: 0 }, "config: batchSize must be > 0, got 0"],
  [{ ...config, views: [] }, "config: views must be >= 1 long"],
  [
    { ...config, loss: 3 },
    'config: loss must be a loss: a plugin object, { "use": "name", ...options }, or a name, got 3',
  ],
  [{ ...config, normalize: { mean: [0], std: [0] } }, "config: normalize.std.0 must be > 0, got 0"],
])("a wrong config is refused: %#", (wrong, message) => {
  expect(() => defineConfig(wrong as never)).toThrow(message);
});

test("a config's slots are looked up in their own role", async () => {
  const names = Object.fromEntries(
    ["dataset", "augmentation", "encoder", "optimizer"].map((kind) => [kind, { [kind[0]]: "losses#good" }]),
  );
  const plugins = { ...loader, names: { ...names, ...loader.names } };
  const resolved = await resolveConfig({ ...config, views: ["a", { use: "a" }] }, plugins);
  expect(resolved.views.map(({ name }) => name)).toEqual(["good", "good"]);
  await expect(resolveConfig({ ...config, views: ["a"], loss: "d" }, plugins)).rejects.toThrow('loss "d"');
});

test("functions and plugins without a source are named as not reproducible", () => {
  const described = describe({
    loss: { name: "mine", options: { f: () => 1 } },
    mask: (x: number) => x,
    epochs: 3,
  });
  expect(notReproducible(described)).toEqual(["loss", "mask"]);
});

test("a momentum encoder's decay may be a reference", async () => {
  const config = { momentumEncoder: { decay: { use: "cosine", peak: 1 } } } as unknown as ConfigInput;
  const { momentumEncoder } = await resolveConfig(config, loader);
  expect(describe(momentumEncoder)).toEqual({ decay: { use: "schedules#cosine", peak: 1 } });
});
