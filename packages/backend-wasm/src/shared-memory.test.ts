import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ContrastiveError } from "@contrastive/core";
import { expect, test } from "vitest";
import { readPackaged } from "./read-packaged.js";
import { shareMemory } from "./shared-memory.js";

const header = [0, 97, 115, 109, 1, 0, 0, 0];

test("the stock SIMD module stays valid, and differs in one bit", async () => {
  const stock = await readPackaged(new URL("../dist/wasm/tfjs-backend-wasm-simd.wasm", import.meta.url));
  const before = stock.slice();
  const shared = shareMemory(stock);
  expect(Buffer.compare(stock, before)).toBe(0);
  expect(WebAssembly.validate(shared)).toBe(true);
  expect([...shared].filter((byte, i) => byte !== stock[i])).toEqual([3]);
});

test("a module with a limited memory is given a shared one", () => {
  // A memory of 1 to 2 pages, exported as "m".
  const module = [...header, 5, 4, 1, 1, 1, 2, 7, 5, 1, 1, 109, 2, 0];
  expect(memoryOf(Uint8Array.from(module)).buffer).toBeInstanceOf(ArrayBuffer);
  expect(memoryOf(shareMemory(Uint8Array.from(module))).buffer).toBeInstanceOf(SharedArrayBuffer);
});

test.each([
  { name: "without a memory", bytes: [...header, 10, 1, 0], message: "defines no memory" },
  { name: "whose memory has no maximum", bytes: [...header, 5, 3, 1, 0, 1], message: "no maximum" },
  { name: "cut in a section's size", bytes: [...header, 1, 0x80], message: "ends too early" },
  { name: "cut in its memory", bytes: [...header, 5], message: "ends too early" },
  { name: "with nothing in it", bytes: [], message: "defines no memory" },
])("a module $name is refused", ({ bytes, message }) => {
  expect(() => shareMemory(Uint8Array.from(bytes))).toThrow(message);
});

test.each([
  { name: "cut short", keep: 5000, cause: /ends too early: it has 5000 bytes/ },
  { name: "cut in its first bytes", keep: 4, cause: /no WebAssembly module: it has 4 bytes/ },
])("a file of the package that is $name is refused when it is read", async ({ keep, cause }) => {
  const whole = await readFile(new URL("../dist/wasm/kernels-plain-shared.wasm", import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), "packaged-"));
  try {
    const file = join(folder, "kernels.wasm");
    await writeFile(file, whole.subarray(0, keep));
    const error = await readPackaged(pathToFileURL(file)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ContrastiveError);
    expect((error as Error).message).toMatch(/can't be read, got ".*kernels.wasm"/);
    expect(((error as Error).cause as Error).message).toMatch(cause);
  } finally {
    await rm(folder, { recursive: true });
  }
});

function memoryOf(module: Uint8Array<ArrayBuffer>): WebAssembly.Memory {
  return new WebAssembly.Instance(new WebAssembly.Module(module)).exports.m as WebAssembly.Memory;
}
