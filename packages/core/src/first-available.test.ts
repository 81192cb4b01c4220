import { describe as describeTests, expect, it } from "vitest";
import type { Backend } from "./contracts.js";
import { describe } from "./describe.js";
import { firstAvailable } from "./first-available.js";

const versions = { tfjs: "4" };

function present(name: string): Backend {
  return {
    name,
    options: {},
    source: { module: "a-package", export: name },
    isAvailable: () => ({ ok: true }),
    init: async () => ({ name, device: `the ${name}`, versions }),
  };
}

function absent(name: string): Backend {
  return {
    ...present(name),
    isAvailable: async () => ({ ok: false, why: `no ${name} here`, fix: `Buy a ${name}` }),
    init: () => Promise.reject(new Error(`${name} must not be started`)),
  };
}

describeTests("firstAvailable", () => {
  it.each([
    { backends: [present("a"), present("b")], chosen: "a", rejected: [] },
    {
      backends: [absent("a"), absent("b"), present("c"), absent("d")],
      chosen: "c",
      rejected: [
        { name: "a", why: "no a here" },
        { name: "b", why: "no b here" },
      ],
    },
    {
      backends: [absent("a"), firstAvailable([absent("b"), present("c")])],
      chosen: "c",
      rejected: [
        { name: "a", why: "no a here" },
        { name: "b", why: "no b here" },
      ],
    },
  ])("starts $chosen and says why not the others", async ({ backends, chosen, rejected }) => {
    const backend = firstAvailable(backends);
    expect(await backend.isAvailable()).toEqual({ ok: true });
    expect(await backend.init()).toEqual({ name: chosen, device: `the ${chosen}`, versions, rejected });
  });

  it("takes the first that computes in the precision asked for, and tells it", async () => {
    const half: Backend = {
      ...present("half"),
      precisions: ["float32", "mixed"],
      init: async (options) => ({ name: "half", device: `in ${options?.precision}`, versions }),
    };
    const backend = firstAvailable([present("wide"), half]);
    expect(backend.precisions).toEqual(["float32", "mixed"]);
    expect((await backend.init()).name).toBe("wide");
    expect(await backend.init({ precision: "mixed" })).toEqual({
      name: "half",
      device: "in mixed",
      versions,
      rejected: [{ name: "wide", why: 'it does not compute in precision "mixed"' }],
    });
    // Tensors are there by now.
    expect((await backend.init()).device).toBe("in float32");
    await expect(
      firstAvailable([absent("gpu"), present("wide")]).init({ precision: "mixed" }),
    ).rejects.toThrow(
      /no backend is available: gpu \(it does not compute in precision "mixed"\), wide .*Use precision: "float32"/,
    );
  });

  it("gives every reason and cure where none is available", async () => {
    const backend = firstAvailable([absent("gpu"), absent("abacus")]);
    const why = "no backend is available: gpu (no gpu here), abacus (no abacus here)";
    const fix = "gpu: Buy a gpu. abacus: Buy a abacus";
    expect(await backend.isAvailable()).toEqual({ ok: false, why, fix });
    await expect(backend.init()).rejects.toThrow(`backend "first-available": ${why}. ${fix}`);
  });

  it("records its backends, and is rebuilt by its options", () => {
    const backend = firstAvailable([absent("gpu"), present("abacus")]);
    expect(describe(backend)).toEqual({
      use: "@contrastive/core#firstAvailable",
      backends: [{ use: "a-package#gpu" }, { use: "a-package#abacus" }],
    });
    const again = firstAvailable(backend.options as { backends: Backend[] });
    expect(describe(again)).toEqual(describe(backend));
  });

  it.each([
    { given: [], message: "backends must be >= 1 long" },
    { given: ["wasm"], message: 'backends.0 must be a backend, such as wasm(), got "wasm"' },
    { given: { backends: [present("a")], order: 1 }, message: 'there is no option "order"' },
  ])("refuses $given", ({ given, message }) => {
    expect(() => firstAvailable(given as never)).toThrow(message);
  });
});
