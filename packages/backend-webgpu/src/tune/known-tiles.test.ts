import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openCache } from "../cache.node.js";
import { knownTiles } from "./known-tiles.js";

let folder: string;
const warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tiles-"));
  vi.stubEnv("XDG_CACHE_HOME", folder);
  warnings.mockClear();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const adapter = (device: string) =>
  ({ vendor: "acme", architecture: "rocket", device, description: "" }) as GPUAdapterInfo;
const one = adapter("1");
const open = (info = one, version = "1.0.0") => knownTiles(info, version);
const file = () => join(folder, "contrastive", "webgpu-tiles.json");

test("what was kept is known in the next program, on the same adapter and in the same version", () => {
  const first = open();
  expect(first.tiles.size).toBe(0);
  first.keep("problem", "a tile");
  first.keep("another", "a tile too");
  open(adapter("2")).keep("problem", "another tile");
  expect([...open().tiles]).toEqual([
    ["problem", "a tile"],
    ["another", "a tile too"],
  ]);
  expect([...open(adapter("2")).tiles]).toEqual([["problem", "another tile"]]);
  expect(open(one, "1.1.0").tiles.size).toBe(0);
  expect(readdirSync(join(folder, "contrastive"))).toEqual(["webgpu-tiles.json"]);
  expect(warnings).not.toHaveBeenCalled();
});

test("a newer version's take the place of an older's", () => {
  open().keep("problem", "old");
  open(one, "1.1.0").keep("other", "new");
  expect([...open(one, "1.1.0").tiles]).toEqual([["other", "new"]]);
  expect(readFileSync(file(), "utf8")).not.toContain("old");
});

test.each(["", "{ not JSON", "[1, 2]", '{ "acme | rocket | 1 | ": { "tiles": 3 } }'])(
  "a file that is damaged (%s) is ignored, said once, and written anew",
  (text) => {
    mkdirSync(join(folder, "contrastive"));
    writeFileSync(file(), text);
    const known = open();
    expect(known.tiles.size).toBe(0);
    known.keep("problem", "a tile");
    known.keep("another", "a tile too");
    expect(warnings).toHaveBeenCalledOnce();
    expect(warnings.mock.calls[0][0]).toContain(file());
    expect(open().tiles.get("problem")).toBe("a tile");
  },
);

test("where nothing can be written, that is said once", () => {
  // A file where the folder should be: it also stops who may write everywhere.
  writeFileSync(join(folder, "contrastive"), "");
  chmodSync(folder, 0o500);
  const known = open();
  known.keep("problem", "a tile");
  known.keep("another", "a tile too");
  expect(warnings).toHaveBeenCalledOnce();
  chmodSync(folder, 0o700);
});

test("the file lies in the folder that the platform has for caches", () => {
  vi.stubEnv("XDG_CACHE_HOME", "");
  vi.stubEnv("HOME", folder);
  expect(openCache("x.json").place).toMatch(/(\.cache|Library\/Caches|AppData.Local).contrastive.x\.json$/);
});
